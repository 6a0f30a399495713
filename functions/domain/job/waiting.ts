import { type Credential, type Wait, waitOf } from '../credential/credential.ts';
import { LEASE_MS } from './due.ts';
import { isTerminal, type Job } from './job.ts';

const STALLED_LEASE_MS = 120_000;
const STALLED_DUE_MS = 600_000;

/** What a job waits for besides its turn, null when nothing holds it back. Times ISO. */
export function waitOfJob(job: Job, credential: Credential | null, now: number): Wait | null {
  if (job.status !== 'queued' && job.status !== 'scheduled' && job.status !== 'retrying') return null;
  if (job.postponed !== null && Date.parse(job.postponed.until) > now)
    return { on: job.postponed.because, until: job.postponed.until };
  return credential === null || credential.deleted ? null : waitOf(credential, now);
}

/** When the lease of a running job ends or ended, ms; the first one is implied by the attempt's start. */
export function leaseEnd(job: Job, renewedUntil: number | null): number {
  return renewedUntil ?? Date.parse(job.attempt_started_at ?? job.updated_at) + LEASE_MS;
}

/** Whether the attempt of a job still has its lease. */
export function isHeld(job: Job, renewedUntil: number | null, now: number): boolean {
  return job.status === 'running' && job.lease_id !== null && leaseEnd(job, renewedUntil) > now;
}

/** Nobody has hold of it although somebody should: what an operator looks at first. */
export function isStalled(job: Job, waits: boolean, renewedUntil: number | null, now: number): boolean {
  if (isTerminal(job.status)) return false;
  if (job.status === 'running') return leaseEnd(job, renewedUntil) + STALLED_LEASE_MS < now;
  return !waits && job.next_attempt_at !== null && Date.parse(job.next_attempt_at) + STALLED_DUE_MS < now;
}
