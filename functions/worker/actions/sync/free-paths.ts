import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { Listed } from '../../../domain/sync/listed.ts';
import { freePath } from '../../../domain/sync/match-names.ts';

export type Paths = {
  /** A path for a mailbox, from now on taken. `kept`: one that it gives up. */
  give(listed: Listed, kept?: string): string;
  /** Notes that somebody else has taken a path. */
  take(path: string): void;
};

/** `stored` and `listed`: those whose paths are taken. */
export function pathsFor(stored: readonly MailboxRecord[], listed: readonly Listed[]): Paths {
  const taken = new Set(stored.map(({ path }) => path));
  const shown = new Set(listed.map(({ path }) => path));
  return {
    give(each, kept) {
      const isTaken = (path: string): boolean =>
        (taken.has(path) && path !== kept) || (shown.has(path) && path !== each.path);
      const path = freePath(each, isTaken);
      taken.add(path);
      return path;
    },
    take: (path) => void taken.add(path),
  };
}
