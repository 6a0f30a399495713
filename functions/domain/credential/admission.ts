/** Whether a credential's jobs may run now, and what they wait for. */
import type { PostponeReason } from '../attempt/outcome.ts';
import type { Credential } from './credential.ts';
import type { CredentialEvent } from './events.ts';

export type Wait = { readonly on: PostponeReason; readonly until: string | null };

type Health = Pick<Credential, 'status' | 'next_trial_at' | 'limited_until' | 'paused'>;

/** Whether an operator's pause holds at `now` (ms). */
export function isPaused({ paused }: { readonly paused: Credential['paused'] }, now: number): boolean {
  return paused !== null && (paused.until === null || Date.parse(paused.until) > now);
}

/** What holds the credential's jobs back at `now` (ms), null when they may run. */
export function waitOf(credential: Health, now: number): Wait | null {
  if (isPaused(credential, now)) return { on: 'credential_paused', until: credential.paused?.until ?? null };
  if (credential.status === 'suspect') return { on: 'credential_suspect', until: credential.next_trial_at };
  if (credential.status === 'parked') return { on: 'credential_parked', until: credential.next_trial_at };
  if (credential.limited_until !== null && Date.parse(credential.limited_until) > now)
    return { on: 'rate_limited', until: credential.limited_until };
  return null;
}

/** Since when the credential's jobs might run, as of `now`, ms: what held them back last was over then. */
export function freeSince(credential: Credential, now: number): number {
  const ends = [credential.available_since, credential.limited_until, credential.paused?.until ?? null];
  const over = ends.map((end) => (end === null ? 0 : Date.parse(end))).filter((end) => end <= now);
  return Math.max(0, ...over);
}

export type Admission =
  | { readonly kind: 'run' }
  /** Only this one job may run, once the event is appended. */
  | { readonly kind: 'trial'; readonly event: CredentialEvent }
  | { readonly kind: 'wait'; readonly wait: Wait };

/** Whether a job of this credential may start at `now` (ms). */
export function admit(credential: Credential, jobId: string, now: number): Admission {
  const wait = waitOf(credential, now);
  if (wait === null) return { kind: 'run' };
  const due = wait.on === 'credential_suspect' && wait.until !== null && Date.parse(wait.until) <= now;
  return due
    ? { kind: 'trial', event: { type: 'CredentialTrialStarted', data: { job_id: jobId } } }
    : { kind: 'wait', wait };
}

/** Whether a parked credential is to be probed at `now` (ms). */
export function isProbeDue(credential: Credential, now: number): boolean {
  if (credential.deleted || credential.status !== 'parked' || isPaused(credential, now)) return false;
  return credential.next_trial_at !== null && Date.parse(credential.next_trial_at) <= now;
}
