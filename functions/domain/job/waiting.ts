import type { Account } from '../account/account.ts';
import type { PostponeReason } from '../attempt/outcome.ts';
import { freeSince, isPaused, type Wait, waitOf } from '../credential/admission.ts';
import type { Credential } from '../credential/credential.ts';
import { LEASE_MS } from './due.ts';
import { isPending, isTerminal, type Job } from './job.ts';

const STALLED_LEASE_MS = 120_000;
const STALLED_DUE_MS = 600_000;

/** What can block a job besides itself. Null: does not exist, or was never paused. */
export type Holders = { readonly credential: Credential | null; readonly account: Account | null };
/**
 * Adds when (ms) a connection of the credential (`fullUntil`) and a worker place of the account (`shareFullUntil`)
 * will be free; null if one is free now.
 */
export type Circumstances = Holders & { readonly fullUntil: number | null; readonly shareFullUntil: number | null };

/** What blocks all jobs of these holders at `now` (ms); null when they may run. */
export function waitOfHolders({ credential, account }: Holders, now: number): Wait | null {
  if (account !== null && isPaused(account, now)) return { on: 'account_paused', until: account.paused?.until ?? null };
  return credential === null || credential.deleted ? null : waitOf(credential, now);
}

/** Since when the jobs of these holders may run, in ms: the end of the last block. */
export function heldUntil(holders: Holders, now: number): number {
  const { credential } = holders;
  return Math.max(freedWithoutMessage(holders, now), credential === null ? 0 : freeSince(credential, now));
}

/**
 * The end of the last block whose end queues no messages, in ms: an expired pause, or any block of the account. When a
 * credential becomes valid or is resumed, that event queues its jobs. At the end of a rate limit the delayed messages
 * arrive.
 */
export function freedWithoutMessage({ credential, account }: Holders, now: number): number {
  const accountFree = account === null ? 0 : Date.parse(account.available_since);
  return Math.max(accountFree, pauseOver(account, now), pauseOver(credential, now));
}

function pauseOver(holder: Pick<Account, 'paused'> | null, now: number): number {
  const until = Date.parse(holder?.paused?.until ?? '');
  return until <= now ? until : 0;
}

/**
 * What keeps a due job from starting; null when nothing does, or the job is not due. This one rule defines
 * `waiting_on` wherever it is shown, counted or searched. It depends on the clock at `now` (ms): when a job becomes
 * due its answer changes without an event. Times in ISO.
 */
export function waitOfJob(job: Job, circumstances: Circumstances, now: number): Wait | null {
  const { postponed, next_attempt_at: next } = job;
  const isDeferred = postponed !== null && next !== null && postponed.until >= next;
  if (isPending(job) && isDeferred && Date.parse(postponed.until) > now)
    return { on: postponed.because, until: postponed.until };
  if (!isDue(job, now)) return null;
  // A triggered job ignores blocks of its credential and account. It still needs a connection and a worker.
  const held = job.forced ? null : waitOfHolders(circumstances, now);
  if (held !== null) return held;
  const { fullUntil, shareFullUntil } = circumstances;
  if (fullUntil !== null) return { on: 'connection_slot', until: new Date(fullUntil).toISOString() };
  return shareFullUntil === null ? null : { on: 'account_share', until: new Date(shareFullUntil).toISOString() };
}

/** Reasons in the credential's own state: jobs that wait for one of them are its `waiting_jobs`. */
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

/**
 * Whether the job is due at `now` (ms) and no attempt has started. `scheduled` and `retrying` jobs are due by the
 * clock alone: their message is on its way, or the sweeper sends one within a minute.
 */
export function isDue(job: Job, now: number): boolean {
  return isPending(job) && job.next_attempt_at !== null && Date.parse(job.next_attempt_at) <= now;
}

/** When the lease of a running job ends or ended, in ms. The first lease begins with the attempt. */
export function leaseEnd(job: Job, renewedUntil: number | null): number {
  return renewedUntil ?? Date.parse(job.attempt_started_at ?? job.updated_at) + LEASE_MS;
}

/** Whether a running job's attempt still has its lease. */
export function isHeld(job: Job, renewedUntil: number | null, now: number): boolean {
  return job.status === 'running' && job.lease_id !== null && leaseEnd(job, renewedUntil) > now;
}

/** True if no worker has the job although one should: operators check these jobs first. */
export function isStalled(job: Job, waits: boolean, renewedUntil: number | null, now: number): boolean {
  if (isTerminal(job.status)) return false;
  if (job.status === 'running') return leaseEnd(job, renewedUntil) + STALLED_LEASE_MS < now;
  if (waits || job.next_attempt_at === null) return false;
  const due = Math.max(Date.parse(job.next_attempt_at), Date.parse(job.postponed?.until ?? job.next_attempt_at));
  return due + STALLED_DUE_MS < now;
}
