import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { Listed } from '../../../domain/sync/listed.ts';
import { freePath } from '../../../domain/sync/match-names.ts';

/** Gives each mailbox a path that no other mailbox has. */
export type Paths = {
  /** Reserves a path for a mailbox. `kept`: a path that it gives up. */
  give(listed: Listed, kept?: string): string;
  /** A path that was given and is not used. */
  giveBack(path: string): void;
};

/** `stored` and `listed`: mailboxes whose paths are taken. */
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
    giveBack: (path) => void taken.delete(path),
  };
}
