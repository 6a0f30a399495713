/**
 * Whether a job's credential and its account let it start, and what becomes of the message of one that they hold back.
 * Nothing is appended for it. If the end of the wait is known, a message comes at that time;
 * otherwise whatever ends the wait sends one.
 */
import { foldAccount } from '../../domain/account/account.ts';
import { admit, isPaused, type Wait } from '../../domain/credential/admission.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { MAX_QUEUE_DELAY_MS } from '../../domain/job/due.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { recordHealth } from './credential-health.ts';

/**
 * Held jobs are found in the views when they are released. A job younger than this, or with a row behind its log, may be
 * missing in the views. Its message is queued again until the views have it.
 */
const UNSEEN_MS = 20_000;
/** What waited for the end of a rate limit comes over so long a time after it. */
const SPREAD_MS = 10_000;

/**
 * What holds the job back, null when it may start. What an operator triggered starts whatever its credential's state; a
 * deleted credential holds nothing: its jobs fail at once instead of waiting for ever.
 */
export async function heldBy(credential: Credential, jobId: string, ports: WorkerPorts): Promise<Wait | null> {
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
  // Of those that come side by side, one is the trial.
  if (await recordHealth(credential, admission.event, ports)) return null;
  return { on: 'credential_suspect', until: null };
}

/** When the held job's message is to come again, ms from now; null: when somebody sends it. */
export async function comesAgainIn(jobId: string, wait: Wait, ports: WorkerPorts): Promise<number | null> {
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
