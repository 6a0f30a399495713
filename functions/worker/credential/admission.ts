/**
 * Whether a job may start now: its credential, its account and its mail server must admit it. A job that must wait gets
 * no event, except one that waits for its mail server. If the end of the wait is known, the message is queued again for
 * that time; otherwise the event that ends the wait sends one.
 */
import { foldAccount } from '../../domain/account/account.ts';
import { admit, isPaused, type Wait } from '../../domain/credential/admission.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { decideClaim } from '../../domain/job/decide.ts';
import { MAX_QUEUE_DELAY_MS } from '../../domain/job/due.ts';
import type { Job } from '../../domain/job/job.ts';
import type { MailServer } from '../../domain/sharing/silent-hosts.ts';
import { notRun, type Turn } from '../attempt/turn.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { recordHealth } from './credential-health.ts';
import { handBack, hostFor } from './parked-host.ts';

/**
 * Waiting jobs are found in the views when their wait ends. A job that changed within this time, or whose row is behind
 * its log, may be missing in the views. Its message is queued again until the views have it.
 */
const UNSEEN_MS = 20_000;
/** Jobs that waited for the end of a rate limit start within this time after it. */
const SPREAD_MS = 10_000;

export type Admission =
  /** `probe`: the job also tests a mail server that only timed out before. */
  { readonly kind: 'admitted'; readonly probe: boolean } | { readonly kind: 'waits'; readonly turn: Turn };

/** Decides by what the caller has read: the job, its credential and the server that the credential points to. */
export async function admitJob(
  job: Job | null,
  credential: Credential | null,
  server: MailServer | null,
  ports: WorkerPorts,
): Promise<Admission> {
  const wait = credential === null ? null : await blockedBy(credential, job, ports);
  if (wait !== null) return { kind: 'waits', turn: notRun('waits', await resendIn(job, wait, ports)) };
  const host = await hostFor(job, server, ports);
  if (host.kind === 'parked' && job !== null)
    return { kind: 'waits', turn: await handBack(job, credential, host, ports) };
  return { kind: 'admitted', probe: host.kind === 'probe' };
}

/**
 * What the job waits for; null when it may start. A job that an operator triggered starts whatever the state of its
 * credential is. Jobs of a deleted credential do not wait, because they would wait for ever: they fail at once.
 */
export async function blockedBy(credential: Credential, job: Job | null, ports: WorkerPorts): Promise<Wait | null> {
  if (credential.deleted || job === null || job.forced) return null;
  // Only a job that would start may use up the trial of a suspect credential.
  const starts = decideClaim(job, '', ports.now()).kind === 'start';
  const account = foldAccount(await ports.log.current(credential.account_id));
  if (account !== null && isPaused(account, ports.now()))
    return { on: 'account_paused', until: account.paused?.until ?? null };
  const admission = admit(credential, job.id, ports.now());
  if (admission.kind === 'run') return null;
  if (admission.kind === 'wait') return admission.wait;
  if (!starts) return null;
  // Only the worker that appends first runs its job as the trial.
  if (await recordHealth(credential, admission.event, ports)) return null;
  return { on: 'credential_suspect', until: null };
}

/** When the waiting job's message must come again, ms from now; null when the end of the wait sends one. */
export async function resendIn(job: Job | null, wait: Wait, ports: WorkerPorts): Promise<number | null> {
  if (wait.on === 'rate_limited' && wait.until !== null) {
    const left = Date.parse(wait.until) - ports.now() + Math.round(ports.random() * SPREAD_MS);
    return Math.min(MAX_QUEUE_DELAY_MS, left);
  }
  if (job === null) return null;
  if (ports.now() - Date.parse(job.updated_at) < UNSEEN_MS) return UNSEEN_MS;
  const row = (await ports.views.get([job.id], { consistent: true })).get(job.id);
  return row === undefined || row.v < job.version ? UNSEEN_MS : null;
}
