/**
 * Whether a caller may give a command to a job: the role first, then the state of the job. Commands are refused by this
 * decision, and `allowed_commands` lists what it accepts, so the two cannot disagree.
 */
import {
  type CommandDecision,
  decideCommand,
  JOB_COMMANDS,
  type JobCommand,
  type JobCommandName,
} from '../job/commands.ts';
import type { Job } from '../job/job.ts';
import { forbiddenCommand } from './may-cause.ts';
import type { Role } from './role.ts';

export type Judgement =
  | CommandDecision
  /** The role does not allow it. `because`: the reason, as a sentence. */
  | { readonly kind: 'forbidden'; readonly because: string };

/** Judges a command. `held`, `bulkId` and `notBefore` as in `decideCommand`. */
export function judgeCommand(
  role: Role,
  job: Job,
  command: JobCommand,
  held: boolean,
  bulkId: string | null = null,
  notBefore: string | null = null,
): Judgement {
  const because = forbiddenCommand(role, command, job);
  return because === null ? decideCommand(job, command, held, bulkId, notBefore) : { kind: 'forbidden', because };
}

/** Each command without its optional parameters. */
const PLAIN: Readonly<Record<JobCommandName, JobCommand>> = {
  retry: { name: 'retry', reason: null },
  trigger: { name: 'trigger', reason: null, force: false },
  cancel: { name: 'cancel', reason: null },
  resolve: { name: 'resolve', note: null },
  reopen: { name: 'reopen', reason: null },
  update: { name: 'update', changes: {} },
  delete: { name: 'delete', reason: null, force: false },
};

/** The commands that a caller of this role may give now, without optional parameters. */
export function allowedCommands(role: Role, job: Job, held: boolean): JobCommandName[] {
  return JOB_COMMANDS.filter((name) => judgeCommand(role, job, PLAIN[name], held).kind === 'accepted');
}
