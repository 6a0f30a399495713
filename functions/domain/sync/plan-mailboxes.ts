import type { ListingFields, MailboxRecord, StoredStatus } from '../mail/mailbox.ts';

/** A mailbox as LIST told it. */
export type Listed = Omit<ListingFields, 'missingSince'> & { readonly path: string };
export type Match = { readonly record: MailboxRecord; readonly listed: Listed };

export type MailboxPlan = {
  readonly added: readonly Listed[];
  /** Not listed, for the first time. */
  readonly missing: readonly MailboxRecord[];
  /** Not listed for longer than the grace. */
  readonly removed: readonly MailboxRecord[];
  readonly renamed: readonly Match[];
  /** Listed under its old path; `changed` when LIST says something new of it, such as that it is back. */
  readonly present: readonly (Match & { readonly changed: boolean })[];
};

const GRACE_MS = 24 * 3_600_000;

/**
 * What LIST means for the stored mailboxes. Both must be of the same namespaces: what was not asked for is not missing.
 * `now` in ms since the epoch; `proven`: renames that more than LIST speaks for.
 */
export function planMailboxes(
  stored: readonly MailboxRecord[],
  listed: readonly Listed[],
  now: number,
  proven: readonly Match[] = [],
): MailboxPlan {
  const byPath = new Map(stored.map((record) => [record.path, record]));
  const { unlisted, unknown } = unmatched(stored, listed);
  const renamed = renames(unlisted, unknown, proven);
  const moved = new Set(renamed.flatMap(({ record, listed: { path } }) => [record.path, path]));
  const gone = unlisted.filter(({ path }) => !moved.has(path));
  const isOver = ({ missingSince }: MailboxRecord): boolean =>
    missingSince !== null && now - Date.parse(missingSince) > GRACE_MS;
  return {
    added: unknown.filter(({ path }) => !moved.has(path)),
    missing: gone.filter(({ missingSince }) => missingSince === null),
    removed: gone.filter(isOver),
    renamed,
    present: listed.flatMap((each) => {
      const record = byPath.get(each.path);
      return record === undefined ? [] : [{ record, listed: each, changed: differs(record, each) }];
    }),
  };
}

function unmatched(stored: readonly MailboxRecord[], listed: readonly Listed[]) {
  const known = new Set(stored.map(({ path }) => path));
  const paths = new Set(listed.map(({ path }) => path));
  return {
    unlisted: stored.filter(({ path }) => !paths.has(path)),
    unknown: listed.filter(({ path }) => !known.has(path)),
  };
}

/** Proven ones and certain ones, each mailbox in one of them. */
function renames(unlisted: readonly MailboxRecord[], unknown: readonly Listed[], proven: readonly Match[]): Match[] {
  const from = Map.groupBy(proven, ({ record }) => record.path);
  const to = Map.groupBy(proven, ({ listed }) => listed.path);
  const accepted = proven.filter(
    ({ record, listed }) => from.get(record.path)?.length === 1 && to.get(listed.path)?.length === 1,
  );
  const certain = certainRenames(
    unlisted.filter(({ path }) => !from.has(path)),
    unknown.filter(({ path }) => !to.has(path)),
  );
  return [...accepted, ...certain];
}

/**
 * A path that vanished and one that appeared with the very same UIDVALIDITY, UIDNEXT, count and mod-sequence are one
 * mailbox: RENAME keeps all four. Only where each fits the other alone, since servers reuse UIDVALIDITYs (Exchange 14,
 * Yahoo 1), and never without mod-sequences: a wrong match would show one mailbox's messages in another.
 */
function certainRenames(unlisted: readonly MailboxRecord[], unknown: readonly Listed[]): Match[] {
  const gone = Map.groupBy(unlisted, ({ status }) => fingerprint(status));
  const appeared = Map.groupBy(unknown, ({ status }) => fingerprint(status));
  return [...gone].flatMap(([print, records]) => {
    const [record, ...others] = records;
    const [listed, ...rest] = appeared.get(print) ?? [];
    const unique = print !== null && others.length === 0 && rest.length === 0;
    return unique && record !== undefined && listed !== undefined ? [{ record, listed }] : [];
  });
}

function fingerprint(status: StoredStatus | null): string | null {
  if (status === null || status.highestModseq === null || status.uidNext === null || status.messages === 0) return null;
  return [status.uidValidity, status.uidNext, status.messages, status.highestModseq].join('/');
}

/**
 * Pairs of a path that vanished and one that appeared which may be one mailbox and which the numbers do not prove to be:
 * those of a server that has ids for mailboxes, and those whose numbers are equal where equal numbers are not enough.
 */
export function renameCandidates(stored: readonly MailboxRecord[], listed: readonly Listed[]): readonly Match[] {
  const { unlisted, unknown } = unmatched(stored, listed);
  const certain = new Set(
    certainRenames(unlisted, unknown).flatMap(({ record, listed: { path } }) => [record.path, path]),
  );
  return unlisted.flatMap((record) =>
    unknown
      .filter(({ path, selectable }) => selectable && !certain.has(record.path) && !certain.has(path))
      .filter(({ status }) => {
        if (status === null || status.uidValidity !== record.status?.uidValidity) return false;
        return record.mailboxId !== null || (status.messages > 0 && sameStatus(record.status, status));
      })
      .map((each) => ({ record, listed: each })),
  );
}

type Traits = {
  readonly uid: number;
  readonly messageId: string | null;
  readonly internalDate: string | null;
  readonly size: number | null;
};

/**
 * Whether a mailbox that was looked into is the stored one. Ids decide where both have one; else a sample of `stored`
 * messages must be there under their UIDs (`found`), each of them.
 */
export function isSameMailbox(
  record: Pick<MailboxRecord, 'mailboxId' | 'status'>,
  seen: {
    readonly uidValidity: number;
    readonly mailboxId: string | null;
    readonly stored: readonly Traits[];
    readonly found: readonly Traits[];
  },
): boolean {
  if (record.status?.uidValidity !== seen.uidValidity) return false;
  if (record.mailboxId !== null && seen.mailboxId !== null) return record.mailboxId === seen.mailboxId;
  const found = new Map(seen.found.map((row) => [row.uid, row]));
  const isThere = ({ uid, messageId, internalDate, size }: Traits): boolean => {
    const row = found.get(uid);
    return row?.messageId === messageId && row.internalDate === internalDate && row.size === size;
  };
  return seen.stored.some(({ messageId }) => messageId !== null) && seen.stored.every(isThere);
}

function differs(record: MailboxRecord, listed: Listed): boolean {
  return (
    record.missingSince !== null ||
    record.delimiter !== listed.delimiter ||
    record.namespace !== listed.namespace ||
    record.selectable !== listed.selectable ||
    record.specialUse !== listed.specialUse ||
    !sameStatus(record.status, listed.status)
  );
}

export function sameStatus(left: StoredStatus | null, right: StoredStatus | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.uidValidity === right.uidValidity &&
    left.uidNext === right.uidNext &&
    left.messages === right.messages &&
    left.highestModseq === right.highestModseq
  );
}
