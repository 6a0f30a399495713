import { workerActor } from '../../domain/event/actors.ts';
import { type ClaimDecision, decideClaim } from '../../domain/job/decide.ts';
import { foldJob } from '../../domain/job/history.ts';
import { type Job, PLAN_IN_LOG } from '../../domain/job/job.ts';
import { jobEvent } from '../../streams/job-event.ts';
import type { WorkerPorts } from '../worker-ports.ts';

const TRIES = 3;

export type Claim =
  | { readonly kind: 'claimed'; readonly job: Job; readonly leaseId: string; readonly leaseStart: number }
  | Exclude<ClaimDecision, { kind: 'start' }>;

/** The job with its plan, which a view row leaves out. */
export async function readJob(jobId: string, { log }: WorkerPorts): Promise<Job | null> {
  const job = foldJob(await log.current(jobId));
  return job?.plan === PLAN_IN_LOG ? foldJob(await log.read(jobId)) : job;
}

/**
 * Takes a job for this worker: folds its log, decides, appends `AttemptStarted` at the folded version. Whoever loses
 * that append folds again and finds the job owned. `leaseStart` is monotonic and from before the append. `known`: the
 * job, if the caller has just read it.
 */
export async function claim(jobId: string, ports: WorkerPorts, known: Job | null = null): Promise<Claim> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const job = attempt === 0 && known !== null ? known : await readJob(jobId, ports);
    const leaseId = ports.ids.token();
    const leaseStart = ports.monotonic();
    const decision = decideClaim(job, leaseId, ports.now());
    if (decision.kind !== 'start') return decision;
    if (job === null) return { kind: 'drop' };
    const by = { actor: workerActor(ports.workerId), at: ports.now() };
    const appended = await ports.log.append([jobEvent(job, decision.event, by)]);
    if (appended.kind === 'appended') {
      const { attempt: number, part } = decision.event.data;
      const claimed: Job = {
        ...job,
        status: 'running',
        version: job.version + 1,
        attempt_count: number,
        part,
        lease_id: leaseId,
      };
      return { kind: 'claimed', job: claimed, leaseId, leaseStart };
    }
  }
  return { kind: 'drop' };
}
