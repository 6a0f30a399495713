import type { Account } from '../account/account.ts';
import type { PostponeReason } from '../attempt/outcome.ts';
import { freeSince, isPaused, type Wait, waitOf } from '../credential/admission.ts';
import type { Credential } from '../credential/credential.ts';
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

/**
 * What keeps a job from starting although its time has come, null when nothing does, or its time has not come yet. This
 * is the one rule behind `waiting_on` wherever it is shown, counted or searched by. It is judged by the clock at `now`
 * (ms): a job that becomes due changes its answer without an event. Times ISO.
 */
export function waitOfJob(job: Job, circumstances: Circumstances, now: number): Wait | null {
  const { postponed, next_attempt_at: next } = job;
  const isDeferred = postponed !== null && next !== null && postponed.until >= next;
  if (isPending(job) && isDeferred && Date.parse(postponed.until) > now)
    return { on: postponed.because, until: postponed.until };
  if (!isDue(job, now)) return null;
  // A triggered job starts whatever its credential and account say. A connection and a worker it needs all the same.
  const held = job.forced ? null : waitOfHolders(circumstances, now);
  if (held !== null) return held;
  const { fullUntil, shareFullUntil } = circumstances;
  if (fullUntil !== null) return { on: 'connection_slot', until: new Date(fullUntil).toISOString() };
  return shareFullUntil === null ? null : { on: 'account_share', until: new Date(shareFullUntil).toISOString() };
}

/** Reasons that lie in the credential's own state: jobs that wait for one of them are its `waiting_jobs`. */
export const CREDENTIAL_WAITS = [
  'credential_suspect',
  'credential_parked',
  'credential_paused',
  'rate_limited',
] as const satisfies readonly PostponeReason[];

/** Whether the job counts among the `waiting_jobs` of its credential at `now` (ms). */
export function waitsForCredential(job: Job, holders: Holders, now: number): boolean {
  const on = waitOfJob(job, { ...holders, fullUntil: null, shareFullUntil: null }, now)?.on;
  return CREDENTIAL_WAITS.some((reason) => reason === on);
}

const isPending = ({ status }: Job): boolean => status === 'queued' || status === 'scheduled' || status === 'retrying';

/**
 * Whether its time has come at `now` (ms) and no attempt has begun. `scheduled` and `retrying` jobs are due by the clock
 * alone: their message is on its way, or the sweeper sends one within a minute.
 */
export function isDue(job: Job, now: number): boolean {
  return isPending(job) && job.next_attempt_at !== null && Date.parse(job.next_attempt_at) <= now;
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
