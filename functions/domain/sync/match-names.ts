/**
 * Which stored mailbox is which listed one. The octets that LIST sent are a mailbox's identity: two spellings that decode
 * alike are two mailboxes (RFC 9051 section 5.1). Servers give such twins equal UIDVALIDITYs, so nothing else would tell
 * them apart.
 */

import type { MailboxRecord } from '../mail/mailbox.ts';
import { encodeMailboxName } from '../mail/mailbox-name.ts';
import type { Listed, Match } from './listed.ts';

export type Matched = {
  readonly matched: readonly Match[];
  readonly unlisted: readonly MailboxRecord[];
  readonly unknown: readonly Listed[];
};

/** Each record and each listed mailbox in one match at most. In the order of the list. */
export function matchByName(stored: readonly MailboxRecord[], listed: readonly Listed[]): Matched {
  const records = new Map<Listed, MailboxRecord>();
  const taken = new Set<MailboxRecord>();
  const pair = (each: Listed, record: MailboxRecord | undefined): void => {
    if (record === undefined || taken.has(record) || records.has(each)) return;
    taken.add(record);
    records.set(each, record);
  };
  const byName = new Map(stored.flatMap((record) => (record.name === null ? [] : [[record.name, record] as const])));
  const nameless = new Map(stored.flatMap((record) => (record.name === null ? [[record.path, record] as const] : [])));
  for (const each of listed) pair(each, byName.get(each.name));
  // Records from before names were stored: the regular spelling first, then whatever has the path.
  for (const each of listed) if (isRegular(each)) pair(each, nameless.get(each.path));
  for (const each of listed) pair(each, nameless.get(each.path));
  const paths = Map.groupBy(listed, ({ path }) => path);
  const left = new Map(stored.filter((record) => !taken.has(record)).map((record) => [record.path, record]));
  for (const each of listed) {
    const record = left.get(each.path);
    const alone = paths.get(each.path)?.length === 1;
    if (record !== undefined && alone && isRespelt(record, each)) pair(each, record);
  }
  return {
    matched: listed.flatMap((each) => {
      const record = records.get(each);
      return record === undefined ? [] : [{ record, listed: each }];
    }),
    unlisted: stored.filter((record) => !taken.has(record)),
    unknown: listed.filter((each) => !records.has(each)),
  };
}

const isRegular = ({ name, path }: { readonly name: string; readonly path: string }): boolean =>
  name === encodeMailboxName(path);

/** A server that begins or ceases to speak UTF-8 (RFC 6855) spells every name in the other way. */
function isRespelt(record: MailboxRecord, { name, path }: Listed): boolean {
  const [regular, plain] = [encodeMailboxName(path), path];
  return (record.name === regular && name === plain) || (record.name === plain && name === regular);
}

/**
 * A path for a mailbox that has none yet: its own where it is free, else one that shows its spelling. Two mailboxes never
 * share one: it is what people name them by.
 */
export function freePath({ path, name }: Pick<Listed, 'path' | 'name'>, isTaken: (path: string) => boolean): string {
  const candidates = [path, name, `${path} (${name})`];
  const free = candidates.find((candidate) => !isTaken(candidate));
  if (free !== undefined) return free;
  for (let number = 2; ; number += 1) if (!isTaken(`${path} (${number})`)) return `${path} (${number})`;
}
