import type { Actor } from '../domain/event/event.ts';
import { decideRefusal } from '../domain/job/decide.ts';
import type { Job } from '../domain/job/job.ts';
import type { EventLog } from '../ports/event-log.ts';
import { logger } from '../runtime/logger.ts';
import { jobEvent } from './job-event.ts';

/**
 * Fails a job whose credential is of another account, without an attempt, in the audit of the job's account. `now` in ms.
 * False when there is nothing to fail, or another event came first: the job is looked at again later.
 */
export async function refuseJob(
  job: Job,
  actor: Actor,
  { log, now }: { readonly log: EventLog; now(): number },
): Promise<boolean> {
  const event = decideRefusal(job);
  if (event === null) return false;
  const appended = await log.append([{ ...jobEvent(job, event, { actor, at: now() }), audited: true }]);
  if (appended.kind !== 'appended') return false;
  reportCrossing({ job_id: job.id, account_id: job.account_id, credential_id: job.credential_id });
  return true;
}

/** Writes the line that the alarm AccountsCrossed counts. */
export function reportCrossing(names: {
  readonly job_id?: string;
  readonly task_id?: string;
  readonly account_id: string;
  readonly credential_id: string;
}): void {
  logger.error('credential of another account refused', { crossed_accounts: 1, ...names });
}
