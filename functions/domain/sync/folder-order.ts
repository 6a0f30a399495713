/**
 * The order in which a sync visits folders: INBOX, then by name, then those that were in error before it began. The
 * order is the same in each continuation of an attempt, so a place in it says which folders are done.
 */
import * as z from 'zod';
import type { MailboxRecord } from '../mail/mailbox.ts';

/** Names may be long, and a place is stored in an event. The key distinguishes names with the same beginning. */
const NAME_LENGTH = 200;

export const folderPlace = z.strictObject({ late: z.boolean(), name: z.string(), key: z.string() });
export type FolderPlace = z.infer<typeof folderPlace>;

type Ordered = Pick<MailboxRecord, 'path' | 'key' | 'lastError'>;

/** `startedAt`: when the attempt started, in ms since the epoch. */
export function folderPlaceOf({ path, key, lastError }: Ordered, startedAt: number): FolderPlace {
  const late = lastError !== null && Date.parse(lastError.at) < startedAt;
  return { late, name: path.slice(0, NAME_LENGTH), key };
}

/**
 * Negative when `one` comes before `other`. `from`: the folder after which the attempt began; folders up to it come
 * last.
 */
export function comparePlaces(one: FolderPlace, other: FolderPlace, from: FolderPlace | null): number {
  const rank = (place: FolderPlace): readonly (number | string)[] => [
    Number(place.late),
    Number(place.name !== 'INBOX'),
    Number(from !== null && byName(place, from) <= 0),
    place.name,
    place.key,
  ];
  return compare(rank(one), rank(other));
}

const byName = (one: FolderPlace, other: FolderPlace): number => compare([one.name, one.key], [other.name, other.key]);

function compare(one: readonly (number | string)[], other: readonly (number | string)[]): number {
  for (const [at, left] of one.entries()) {
    const right = other[at] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
