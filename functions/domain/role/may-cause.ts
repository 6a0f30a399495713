/**
 * Which role may order which work. The rule of this file: a role that may not order work may not cause it in any other
 * way. So every request that starts work, or changes its content or time, asks here about the resulting work.
 */
import { actionName } from '../action/catalogue.ts';
import type { BulkAction } from '../bulk/events.ts';
import type { JobCommand } from '../job/commands.ts';
import { isAtLeast, type Role } from './role.ts';

/** The work of a job, of a task's next run, or of a job that an endpoint makes from a delivery. */
export type Work = { readonly action: string; readonly payload: Readonly<Record<string, unknown>> };

/**
 * Why work is dangerous, as the end of a sentence that begins with "it"; null for harmless work. Work that nobody can
 * undo is dangerous. An action that this release does not know counts as dangerous.
 */
export function dangerOf({ action, payload }: Work): string | null {
  const known = actionName.safeParse(action);
  if (!known.success) return 'would do what this release does not know';
  if (known.data === 'imap_delete_mailbox') return 'would delete a mailbox for good';
  if (known.data === 'imap_delete_messages' && payload.mode === 'expunge')
    return 'would delete messages for good (mode "expunge")';
  return null;
}

/** Why the role may neither order nor cause the work, as a sentence; null if it may. */
export function forbiddenWork(own: Role, work: Work): string | null {
  if (!isAtLeast(own, 'member')) return 'this needs the role member: it orders work';
  const danger = dangerOf(work);
  return danger === null || isAtLeast(own, 'owner') ? null : `this needs the role owner: it ${danger}`;
}

/** Why the role may not give the command to the job in its present state, as a sentence; null if it may. */
export function forbiddenCommand(own: Role, command: JobCommand, job: Work): string | null {
  switch (command.name) {
    case 'retry':
    case 'trigger':
      return forbiddenWork(own, job);
    case 'update':
      return forbiddenWork(own, { action: job.action, payload: command.changes.payload ?? job.payload });
    case 'reopen':
      // The system retries failed jobs when their credential is valid again.
      return forbiddenWork(own, job);
    case 'cancel':
    case 'resolve':
      return isAtLeast(own, 'member') ? null : 'this needs the role member: it ends work';
    case 'delete':
      return isAtLeast(own, 'owner') ? null : 'this needs the role owner: it deletes a job';
  }
}

/** The maximum number of jobs that a member may name in one bulk operation. */
export const MAX_JOBS_OF_A_MEMBER = 100;

/**
 * Why the role may not request the bulk operation, as a sentence; null if it may. `named`: how many jobs it names;
 * null when a filter selects them. Each job is checked again when its turn comes.
 */
export function forbiddenBulk(own: Role, action: BulkAction, named: number | null): string | null {
  if (isAtLeast(own, 'owner')) return null;
  if (!isAtLeast(own, 'member')) return 'this needs the role member: it orders work';
  if (action === 'delete') return 'this needs the role owner: it deletes jobs';
  if (named === null) return 'this needs the role owner: a member names the jobs by job_ids';
  if (named > MAX_JOBS_OF_A_MEMBER)
    return `this needs the role owner: a member names at most ${MAX_JOBS_OF_A_MEMBER} jobs`;
  return null;
}
