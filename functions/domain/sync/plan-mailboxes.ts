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
 * `now` in ms since the epoch.
 */
export function planMailboxes(stored: readonly MailboxRecord[], listed: readonly Listed[], now: number): MailboxPlan {
  const byPath = new Map(stored.map((record) => [record.path, record]));
  const paths = new Set(listed.map(({ path }) => path));
  const unlisted = stored.filter(({ path }) => !paths.has(path));
  const unknown = listed.filter(({ path }) => !byPath.has(path));
  const renamed = renames(unlisted, unknown);
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

/**
 * A path that vanished and one that appeared with the very same UIDVALIDITY, UIDNEXT, count and mod-sequence are one
 * mailbox: RENAME keeps all four. Only where each fits the other alone, since servers reuse UIDVALIDITYs (Exchange 14,
 * Yahoo 1), and never without mod-sequences: a wrong match would show one mailbox's messages in another.
 */
function renames(unlisted: readonly MailboxRecord[], unknown: readonly Listed[]): Match[] {
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
  if (status === null || status.highestModseq === null || status.messages === 0) return null;
  return [status.uidValidity, status.uidNext, status.messages, status.highestModseq].join('/');
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
