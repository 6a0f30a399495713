import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import { workerActor } from '../../domain/event/actors.ts';
import { type Failure, failureOf } from '../../domain/failure/failure.ts';
import { decideOutcome, ownsJob } from '../../domain/job/decide.ts';
import type { JobEvent } from '../../domain/job/events.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { MailboxFailure, type MailboxSession } from '../../ports/mailbox.ts';
import { errorFields, logger } from '../../runtime/logger.ts';
import { decideAndAppend } from '../../streams/decide-and-append.ts';
import { jobEvent } from '../../streams/job-event.ts';
import { atMost } from '../../streams/retries.ts';
import { startingFrom, stateRead, streamOf } from '../../streams/stream-of.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import type { Attempt } from './heartbeat.ts';
import { type AttemptGuard, mutationOf } from './mutation.ts';

const ROUNDS = 3;

/** Opens the credential's session. `generation`: the credential's current generation. */
export type Login = { readonly generation: number; open(signal: AbortSignal): Promise<MailboxSession> };

/** Runs the action of a claimed job. Only here are thrown errors turned into failed outcomes. */
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
    return failed(failureOf('invalid_payload', `no payload of ${job.action}`));
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
    return failed(failureOf('unknown', detail));
  }
}

const failed = (failure: Failure): AttemptOutcome => ({ kind: 'failed', failure });

/**
 * Appends the outcome if the job still belongs to this attempt. Returns null, and drops the outcome, when another event
 * has ended the attempt. `limits`: number of consecutive rate limits of the credential so far. `host`: its mail server,
 * `host:port`; null if it is not known.
 */
export async function endAttempt(
  claimed: Job,
  leaseId: string,
  outcome: AttemptOutcome,
  { limits, host }: { readonly limits: number; readonly host: string | null },
  ports: WorkerPorts,
): Promise<JobEvent | null> {
  const stream = startingFrom(stateRead(claimed), streamOf<Job>(ports.log, claimed.id, foldJob, atMost(ROUNDS)));
  const ended = await decideAndAppend<Job, JobEvent | null>(ports.log, stream, (job) => {
    if (job === null || !ownsJob(job, leaseId)) return { events: null, result: null };
    const event = decideOutcome(job, outcome, ports.now(), ports.random(), limits, host);
    const by = { actor: workerActor(ports.workerId), at: ports.now() };
    return { events: [jobEvent(job, event, by)], result: event };
  });
  if (ended.kind === 'appended') return ended.result;
  logger.warn('attempt has lost its job', { job_id: claimed.id, lease_id: leaseId });
  return null;
}
