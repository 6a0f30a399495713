/**
 * Whether the credential and the account of a job let it start, and when the message of a blocked job is sent again.
 * Nothing is appended for it. If the end of the wait is known, the message is queued for that time; otherwise the event
 * that ends the wait sends one.
 */
import { foldAccount } from '../../domain/account/account.ts';
import { admit, isPaused, type Wait } from '../../domain/credential/admission.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { MAX_QUEUE_DELAY_MS } from '../../domain/job/due.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { recordHealth } from './credential-health.ts';

/**
 * Blocked jobs are found in the views when they are released. A job younger than this, or with a row older than its
 * log, may be missing there. Its message is queued again until the views contain it.
 */
const UNSEEN_MS = 20_000;
/** Jobs that waited for the end of a rate limit start at random times within this period after it. */
const SPREAD_MS = 10_000;

/**
 * Why the job must wait; null when it may start. A job that an operator triggered starts in every state of its
 * credential. A deleted credential blocks nothing: its jobs fail immediately instead of waiting forever.
 */
export async function blockedBy(credential: Credential, jobId: string, ports: WorkerPorts): Promise<Wait | null> {
  if (credential.deleted) return null;
  const wait = await holderOf(credential, jobId, ports);
  if (wait === null || foldJob(await ports.log.current(jobId))?.forced === true) return null;
  return wait;
}

async function holderOf(credential: Credential, jobId: string, ports: WorkerPorts): Promise<Wait | null> {
  const account = foldAccount(await ports.log.current(credential.account_id));
  if (account !== null && isPaused(account, ports.now()))
    return { on: 'account_paused', until: account.paused?.until ?? null };
  const admission = admit(credential, jobId, ports.now());
  if (admission.kind === 'run') return null;
  if (admission.kind === 'wait') return admission.wait;
  // Of several simultaneous jobs only one becomes the probe.
  if (await recordHealth(credential, admission.event, ports)) return null;
  return { on: 'credential_suspect', until: null };
}

/** Time until the message of a blocked job is sent again, ms; null: the event that ends the wait sends it. */
export async function resendIn(jobId: string, wait: Wait, ports: WorkerPorts): Promise<number | null> {
  if (wait.on === 'rate_limited' && wait.until !== null) {
    const left = Date.parse(wait.until) - ports.now() + Math.round(ports.random() * SPREAD_MS);
    return Math.min(MAX_QUEUE_DELAY_MS, left);
  }
  const job = foldJob(await ports.log.current(jobId));
  if (job === null) return null;
  if (ports.now() - Date.parse(job.updated_at) < UNSEEN_MS) return UNSEEN_MS;
  const row = (await ports.views.get([jobId], { consistent: true })).get(jobId);
  return row === undefined || row.v < job.version ? UNSEEN_MS : null;
}
