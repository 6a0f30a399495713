import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import { workerActor } from '../../domain/event/actors.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import { decideOutcome, ownsJob } from '../../domain/job/decide.ts';
import type { JobEvent } from '../../domain/job/events.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { MailboxFailure, type MailboxSession } from '../../ports/mailbox.ts';
import { errorFields, logger } from '../../runtime/logger.ts';
import { jobEvent } from '../../streams/job-event.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import type { Attempt } from './heartbeat.ts';
import { type AttemptGuard, mutationOf } from './mutation.ts';

const TRIES = 3;

/** The credential's session, in the generation that it has now. */
export type Login = { readonly generation: number; open(signal: AbortSignal): Promise<MailboxSession> };

/** Runs the action of a claimed job. Whatever is thrown becomes a failed outcome here, and nowhere else. */
export async function runAction(
  job: Job,
  attempt: Attempt,
  guard: AttemptGuard,
  login: Login,
  ports: WorkerPorts,
): Promise<AttemptOutcome> {
  const action = ports.actions.get(job.action);
  const payload = action?.payload.safeParse(job.payload);
  if (action === undefined || payload === undefined || !payload.success) {
    return failed({
      code: 'invalid_payload',
      detail: `no payload of ${job.action}`,
      retryAfterMs: null,
      outcomeUnknown: false,
    });
  }
  try {
    return await action.run(payload.data, {
      accountId: job.account_id,
      credentialId: job.credential_id,
      generation: login.generation,
      jobId: job.id,
      checkpoint: job.checkpoint,
      ...mutationOf(job, attempt, guard, ports),
      mail: ports.mail,
      session: () => login.open(guard.signal),
      now: ports.now,
      remainingMs: ports.remainingMs,
      signal: guard.signal,
      reportProgress: guard.report,
    });
  } catch (error) {
    if (error instanceof MailboxFailure) return failed(error.failure);
    logger.error('unclassified failure', { job_id: job.id, action: job.action, ...errorFields(error) });
    const detail = error instanceof Error ? error.name : typeof error;
    return failed({ code: 'unknown', detail, retryAfterMs: null, outcomeUnknown: false });
  }
}

const failed = (failure: Failure): AttemptOutcome => ({ kind: 'failed', failure });

/**
 * Appends how the attempt ended, if the job still belongs to this attempt. Null when another event has ended the attempt
 * meanwhile: then its outcome is dropped. `limits`: rate limits of the credential in a row before.
 */
export async function endAttempt(
  claimed: Job,
  leaseId: string,
  outcome: AttemptOutcome,
  limits: number,
  ports: WorkerPorts,
): Promise<JobEvent | null> {
  let job: Job | null = claimed;
  for (let attempt = 0; attempt < TRIES && job !== null && ownsJob(job, leaseId); attempt += 1) {
    const event = decideOutcome(job, outcome, ports.now(), ports.random(), limits);
    const by = { actor: workerActor(ports.workerId), at: ports.now() };
    const appended = await ports.log.append([jobEvent(job, event, by)]);
    if (appended.kind === 'appended') return event;
    job = foldJob(await ports.log.current(job.id));
  }
  logger.warn('attempt has lost its job', { job_id: claimed.id, lease_id: leaseId });
  return null;
}
