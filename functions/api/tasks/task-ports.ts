import type { CursorSeal } from '../../ports/cursor-seal.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import type { CommandPorts } from '../command-ports.ts';
import type { WaitPorts } from '../jobs/wait.ts';

/** The ports of the operations on tasks. */
export type TaskPorts = Omit<CommandPorts, 'slots'> &
  WaitPorts & {
    readonly slots: WaitPorts['slots'] & CommandPorts['slots'];
    readonly runs: Pick<ScheduleRuns, 'read' | 'noteTrigger'>;
    readonly mail: Pick<MailStore, 'mailboxes'>;
    readonly cursors: CursorSeal;
  };
