import type { MailboxRecord, StoredStatus } from '../mail/mailbox.ts';
import type { Listed, Match } from './listed.ts';
import { matchByName } from './match-names.ts';

/** What a list of mailboxes changes in the stored records. */
export type MailboxPlan = {
  readonly added: readonly Listed[];
  /** Not listed for the first time. */
  readonly missing: readonly MailboxRecord[];
  /** Not listed for so long that they count as deleted. */
  readonly removed: readonly MailboxRecord[];
  readonly renamed: readonly Match[];
  /** Listed under the old name. `changed`: a field differs from the record, or the mailbox is back. */
  readonly present: readonly (Match & { readonly changed: boolean })[];
  /** Missing from a damaged list. They may still exist. */
  readonly unshown: readonly MailboxRecord[];
};

const MISSING_AT_MOST_MS = 24 * 3_600_000;

/**
 * What LIST means for the stored mailboxes. Both must cover the same namespaces: a mailbox of another namespace is not
 * missing. `now` in ms since the epoch. `proven`: renames with more evidence than LIST. `whole`: false if mailboxes
 * may be missing from the list: then none counts as missing, removed or renamed.
 */
export function planMailboxes(
  stored: readonly MailboxRecord[],
  listed: readonly Listed[],
  now: number,
  { proven = [], whole = true }: { readonly proven?: readonly Match[]; readonly whole?: boolean } = {},
): MailboxPlan {
  const { matched, unlisted, unknown } = matchByName(stored, listed);
  const renamed = whole ? renames(unlisted, unknown, proven) : [];
  const moved = new Set<MailboxRecord | Listed>(renamed.flatMap(({ record, listed: to }) => [record, to]));
  // INBOX always exists (RFC 9051 section 5.1).
  const gone = unlisted.filter((record) => !moved.has(record) && record.path !== 'INBOX');
  const isOver = ({ missingSince }: MailboxRecord): boolean =>
    missingSince !== null && now - Date.parse(missingSince) > MISSING_AT_MOST_MS;
  return {
    added: unknown.filter((each) => !moved.has(each)),
    missing: whole ? gone.filter(({ missingSince }) => missingSince === null) : [],
    removed: whole ? gone.filter(isOver) : [],
    renamed,
    present: matched.map((match) => ({ ...match, changed: differs(match.record, match.listed) })),
    unshown: whole ? [] : unlisted.filter(({ missingSince }) => missingSince === null),
  };
}

/** The proven and the certain renames; each mailbox is in at most one. */
function renames(unlisted: readonly MailboxRecord[], unknown: readonly Listed[], proven: readonly Match[]): Match[] {
  const from = Map.groupBy(proven, ({ record }) => record.key);
  const to = Map.groupBy(proven, ({ listed }) => listed.name);
  const accepted = proven.filter(
    ({ record, listed }) => from.get(record.key)?.length === 1 && to.get(listed.name)?.length === 1,
  );
  const certain = certainRenames(
    unlisted.filter(({ key }) => !from.has(key)),
    unknown.filter(({ name }) => !to.has(name)),
  );
  return [...accepted, ...certain];
}

/**
 * A path that vanished and one that appeared with the same UIDVALIDITY, UIDNEXT, count and mod-sequence are one
 * mailbox: RENAME keeps all four. The match must be unique, since servers reuse UIDVALIDITYs (Exchange 14, Yahoo 1),
 * and needs mod-sequences: a wrong match would show one mailbox's messages in another.
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
 * Pairs of a vanished and a new path that may be one mailbox, without proof by the numbers: pairs on servers with
 * mailbox ids, and pairs with equal numbers where equal numbers are not enough.
 */
export function renameCandidates(stored: readonly MailboxRecord[], listed: readonly Listed[]): readonly Match[] {
  const { unlisted, unknown } = matchByName(stored, listed);
  const certain = new Set<MailboxRecord | Listed>(
    certainRenames(unlisted, unknown).flatMap(({ record, listed: to }) => [record, to]),
  );
  return unlisted.flatMap((record) =>
    unknown
      .filter((each) => each.selectable && !certain.has(record) && !certain.has(each))
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
 * Whether a mailbox that was opened is the stored one. If both have ids, these decide. Otherwise every message of a
 * `stored` sample must exist under its UID (`found`).
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
    record.name !== listed.name ||
    record.delimiter !== listed.delimiter ||
    record.namespace !== listed.namespace ||
    record.selectable !== listed.selectable ||
    record.specialUse !== listed.specialUse ||
    !sameStatus(record.status, listed.status)
  );
}

/** Whether two stored states of a mailbox are equal; null: not known. */
export function sameStatus(left: StoredStatus | null, right: StoredStatus | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.uidValidity === right.uidValidity &&
    left.uidNext === right.uidNext &&
    left.messages === right.messages &&
    left.highestModseq === right.highestModseq
  );
}
