import type { Account } from '../account/account.ts';
import { type Credential, freeSince, isPaused, type Wait, waitOf } from '../credential/credential.ts';
import { LEASE_MS } from './due.ts';
import { isTerminal, type Job } from './job.ts';

const STALLED_LEASE_MS = 120_000;
const STALLED_DUE_MS = 600_000;

/** What can hold a job back besides itself. Null: not there, or never paused. */
export type Holders = { readonly credential: Credential | null; readonly account: Account | null };
/**
 * With when (ms) the first of the credential's connections, and of its account's places among the workers, comes free;
 * null while one is.
 */
export type Circumstances = Holders & { readonly fullUntil: number | null; readonly shareFullUntil: number | null };

/** What holds all jobs of these holders back at `now` (ms), null when they may run. */
export function waitOfHolders({ credential, account }: Holders, now: number): Wait | null {
  if (account !== null && isPaused(account, now)) return { on: 'account_paused', until: account.paused?.until ?? null };
  return credential === null || credential.deleted ? null : waitOf(credential, now);
}

/** Since when the jobs of these holders might run, ms: what held them back last was over then. */
export function heldUntil(holders: Holders, now: number): number {
  const { credential } = holders;
  return Math.max(freedUntold(holders, now), credential === null ? 0 : freeSince(credential, now));
}

/**
 * When the last hold was over at whose end nobody sends the jobs that waited, ms: a pause whose time has passed, and any
 * of the account. A credential that is good again, or resumed, does so by that event; at the end of a rate limit come
 * the messages that it held.
 */
export function freedUntold({ credential, account }: Holders, now: number): number {
  const accountFree = account === null ? 0 : Date.parse(account.available_since);
  return Math.max(accountFree, pauseOver(account, now), pauseOver(credential, now));
}

function pauseOver(holder: Pick<Account, 'paused'> | null, now: number): number {
  const until = Date.parse(holder?.paused?.until ?? '');
  return until <= now ? until : 0;
}

/** What a job waits for besides its turn, null when nothing holds it back. Times ISO. */
export function waitOfJob(job: Job, circumstances: Circumstances, now: number): Wait | null {
  if (job.status !== 'queued' && job.status !== 'scheduled' && job.status !== 'retrying') return null;
  if (job.forced) return null;
  if (job.postponed !== null && Date.parse(job.postponed.until) > now)
    return { on: job.postponed.because, until: job.postponed.until };
  const held = waitOfHolders(circumstances, now);
  if (held !== null || !isDue(job, now)) return held;
  const { fullUntil, shareFullUntil } = circumstances;
  if (fullUntil !== null) return { on: 'connection_slot', until: new Date(fullUntil).toISOString() };
  return shareFullUntil === null ? null : { on: 'account_share', until: new Date(shareFullUntil).toISOString() };
}

/** Whether a message for it is, or should be, under way at `now` (ms): then it may lack a connection. */
export function isDue({ status, next_attempt_at: at }: Job, now: number): boolean {
  return status === 'queued' && at !== null && Date.parse(at) <= now;
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
  if (waits || job.next_attempt_at === null) return false;
  const due = Math.max(Date.parse(job.next_attempt_at), Date.parse(job.postponed?.until ?? job.next_attempt_at));
  return due + STALLED_DUE_MS < now;
}
