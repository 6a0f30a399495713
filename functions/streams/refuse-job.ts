import type { Actor } from '../domain/event/event.ts';
import { decideRefusal } from '../domain/job/decide.ts';
import type { Job } from '../domain/job/job.ts';
import type { EventLog } from '../ports/event-log.ts';
import { logger } from '../runtime/logger.ts';
import { appendOnce } from './append-once.ts';
import { jobEvent } from './job-event.ts';

/**
 * Fails a job whose credential belongs to another account, without an attempt, and records it in the audit of the job's
 * account. `now`: ms. Returns false when the job has ended already or another event was faster: it is checked again
 * later.
 */
export async function refuseJob(
  job: Job,
  actor: Actor,
  { log, now }: { readonly log: EventLog; now(): number },
): Promise<boolean> {
  const event = decideRefusal(job);
  if (event === null) return false;
  const refused = { ...jobEvent(job, event, { actor, at: now() }), audited: true };
  if (!(await appendOnce(log, [refused]))) return false;
  reportCrossing({ job_id: job.id, account_id: job.account_id, credential_id: job.credential_id });
  return true;
}

/** Writes the log line that the alarm AccountsCrossed counts. */
export function reportCrossing(names: {
  readonly job_id?: string;
  readonly task_id?: string;
  readonly account_id: string;
  readonly credential_id: string;
}): void {
  logger.error('credential of another account refused', { crossed_accounts: 1, ...names });
}
