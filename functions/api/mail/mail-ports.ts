import type { CursorSeal } from '../../ports/cursor-seal.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { MailStore } from '../../ports/mail-store.ts';

/** The ports of the operations on mail. */
export type MailPorts = {
  readonly log: EventLog;
  readonly mail: MailStore;
  readonly cursors: CursorSeal;
};
