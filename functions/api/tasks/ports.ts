import type { CursorSeal } from '../../ports/cursor-seal.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import type { CommandPorts } from '../command/ports.ts';

export type TaskPorts = CommandPorts & {
  readonly runs: Pick<ScheduleRuns, 'read' | 'noteTrigger'>;
  readonly mail: Pick<MailStore, 'mailboxes'>;
  readonly cursors: CursorSeal;
};
