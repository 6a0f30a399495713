import { workerActor } from '../../domain/event/actors.ts';
import type { Envelope } from '../../domain/event/event.ts';
import { type ClaimDecision, decideClaim } from '../../domain/job/decide.ts';
import { foldJob } from '../../domain/job/history.ts';
import { type Job, PLAN_IN_LOG } from '../../domain/job/job.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { decideAndAppend } from '../../streams/decide-and-append.ts';
import { jobEvent } from '../../streams/job-event.ts';
import { atMost } from '../../streams/retries.ts';
import { eventsRead, startingFrom, stateRead, streamOf } from '../../streams/stream-of.ts';
import type { WorkerPorts } from '../worker-ports.ts';

const ROUNDS = 3;

/** The result of claiming a job. */
export type Claim =
  | { readonly kind: 'claimed'; readonly job: Job; readonly leaseId: string; readonly leaseStart: number }
  | Exclude<ClaimDecision, { kind: 'start' }>;

/** Reads the job with its plan, which view rows leave out; null if there is no such job. */
export async function readJob(jobId: string, { log }: WorkerPorts): Promise<Job | null> {
  return foldJob(await eventsOf(jobId, log));
}

async function eventsOf(jobId: string, log: EventLog): Promise<readonly Envelope[]> {
  const events = await log.current(jobId);
  return foldJob(events)?.plan === PLAN_IN_LOG ? log.read(jobId) : events;
}

type Decided = Exclude<ClaimDecision, { kind: 'start' }> | Omit<Extract<Claim, { kind: 'claimed' }>, 'job'>;

/**
 * Claims a job for this worker: reads its log, decides, and appends `AttemptStarted` at the next version. A worker that
 * loses that append reads again and finds the job claimed. `leaseStart` is monotonic time from before the append.
 * `known`: the job, if the caller has just read it.
 */
export async function claim(jobId: string, ports: WorkerPorts, known: Job | null = null): Promise<Claim> {
  const stream = startingFrom(known === null ? null : stateRead(known), {
    ...streamOf<Job>(ports.log, jobId, foldJob, atMost(ROUNDS)),
    read: async () => eventsRead(await eventsOf(jobId, ports.log)),
  });
  const outcome = await decideAndAppend<Job, Decided>(ports.log, stream, (job) => {
    const leaseId = ports.ids.token();
    const leaseStart = ports.monotonic();
    const decision = decideClaim(job, leaseId, ports.now());
    if (decision.kind !== 'start') return { events: null, result: decision };
    if (job === null) return { events: null, result: { kind: 'drop' } };
    const by = { actor: workerActor(ports.workerId), at: ports.now() };
    return { events: [jobEvent(job, decision.event, by)], result: { kind: 'claimed', leaseId, leaseStart } };
  });
  if (outcome.kind === 'conflict' || outcome.kind === 'earlier') return { kind: 'drop' };
  const { state: job, result } = outcome;
  if (result.kind !== 'claimed') return result;
  return job === null ? { kind: 'drop' } : { ...result, job };
}
