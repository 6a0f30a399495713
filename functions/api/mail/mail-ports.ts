import type { CursorSeal } from '../../ports/cursor-seal.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { MailStore } from '../../ports/mail-store.ts';

export type MailPorts = {
  readonly log: EventLog;
  readonly mail: MailStore;
  readonly cursors: CursorSeal;
};
