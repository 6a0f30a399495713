/**
 * The work of one credential in a batch, one job after the other over one login. A connection slot comes first: no more
 * workers are logged in than the provider is asked to bear. Before each job the credential and its account are asked
 * whether it may run: what they hold back waits without an event per job, since the sweeper sends it again when it is
 * free. A message is a hint: dropping one loses nothing.
 */
import { type Account, foldAccount } from '../domain/account/account.ts';
import { isMutating } from '../domain/action/catalogue.ts';
import type { AttemptOutcome } from '../domain/attempt/outcome.ts';
import { admit, type Credential, isPaused } from '../domain/credential/credential.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import type { JobMessage, WorkMessage } from '../ports/work-queue.ts';
import { type Claim, claim } from './claim.ts';
import { deferral, takeConnectionSlot } from './connection-slot.ts';
import { noteFailure, noteLogin, readCredential, recordHealth } from './credential-health.ts';
import { type CredentialSession, credentialSession } from './credential-session.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { WorkerPorts } from './ports.ts';
import { probeCredential } from './probe-credential.ts';
import { endAttempt, runAction } from './run-attempt.ts';
import { waitingJobs } from './waiting-jobs.ts';

/** Below this no further attempt is started; its message is sent anew. */
const LEAST_FOR_AN_ATTEMPT_MS = 5_000;
/** Jobs that other workers' messages may start as well are begun only with time to spare. */
const LEAST_TO_DRAIN_MS = 30_000;
/**
 * Who lets held jobs go finds them in the views, which may not have one as young as this yet: its message comes once
 * more, so that it does not wait for the sweeper.
 */
const UNSEEN_MS = 20_000;

export type JobReport = {
  readonly jobId: string;
  readonly did: 'ran' | 'waits' | 'early' | 'dropped' | 'sent_on' | 'no_slot';
  readonly outcome: string | null;
};

export async function runCredential(
  credentialId: string,
  messages: readonly WorkMessage[],
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  const jobs = messages.filter((message) => 'job_id' in message);
  const probe = messages.some((message) => 'probe' in message);
  const slot = await takeConnectionSlot(credentialId, ports);
  if (slot === null) return putOff(jobs, ports);
  const session = credentialSession(credentialId, ports, () =>
    noteLogin(credentialId, probe ? 'probe' : 'login', ports),
  );
  const reports: JobReport[] = [];
  try {
    if (probe) await probeCredential(credentialId, session, ports);
    for (const message of jobs) reports.push(await runMessage(message, session, ports));
    // A login is dear: while there is one, it serves whatever else waits for the credential.
    if (session.isOpen()) reports.push(...(await drain(credentialId, reports, session, ports)));
  } finally {
    await session.close();
    await slot.release();
  }
  await ports.noteUse(credentialId, session.use());
  return reports;
}

async function drain(
  credentialId: string,
  before: readonly JobReport[],
  session: CredentialSession,
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  const credential = await readCredential(credentialId, ports);
  const seen = new Set(before.map(({ jobId }) => jobId));
  const reports: JobReport[] = [];
  while (credential !== null && session.isOpen() && ports.remainingMs() >= LEAST_TO_DRAIN_MS) {
    const [next] = await waitingJobs({ accountId: credential.account_id, credentialId }, seen, ports);
    if (next === undefined) break;
    seen.add(next.job_id);
    const report = await runMessage(next, session, ports);
    reports.push(report);
    // What holds one of its jobs back holds them all.
    if (report.did === 'waits') break;
  }
  return reports;
}

/** Fresh messages, each time later: letting the old ones run out would count as failures to receive them. */
async function putOff(jobs: readonly JobMessage[], ports: WorkerPorts): Promise<readonly JobReport[]> {
  const later = jobs.map((message) => ({
    message: { ...message, deferred: (message.deferred ?? 0) + 1 },
    delayMs: deferral(message.deferred ?? 0, ports.random()),
  }));
  if (later.length > 0) await ports.queue.send(later);
  return jobs.map(({ job_id: jobId }) => ({ jobId, did: 'no_slot', outcome: null }));
}

async function runMessage(message: JobMessage, session: CredentialSession, ports: WorkerPorts): Promise<JobReport> {
  const jobId = message.job_id;
  const report = (did: JobReport['did'], outcome: string | null = null): JobReport => ({ jobId, did, outcome });
  if (ports.remainingMs() < LEAST_FOR_AN_ATTEMPT_MS) {
    await ports.queue.send([{ message, delayMs: 0 }]);
    return report('sent_on');
  }
  const credential = await readCredential(message.credential_id, ports);
  if (credential !== null && !(await admitted(credential, jobId, ports))) {
    const job = foldJob(await ports.log.read(jobId));
    if (job !== null && ports.now() - Date.parse(job.updated_at) < UNSEEN_MS)
      await ports.queue.send([{ message, delayMs: UNSEEN_MS }]);
    return report('waits');
  }
  const claimed = await claim(jobId, ports);
  switch (claimed.kind) {
    case 'drop':
      return report('dropped');
    case 'early':
      await ports.queue.send([{ message, delayMs: claimed.dueAt - ports.now() }]);
      return report('early');
    case 'claimed':
      return report('ran', await runClaimed(claimed, credential, session, ports));
  }
}

/** What an operator triggered runs whatever its credential's state. A deleted credential admits its jobs: they fail at once with `credential_not_found` instead of waiting for ever. */
async function admitted(credential: Credential, jobId: string, ports: WorkerPorts): Promise<boolean> {
  if (credential.deleted) return true;
  const account: Account | null = foldAccount(await ports.log.read(credential.account_id));
  if (account === null || !isPaused(account, ports.now())) {
    const admission = admit(credential, jobId, ports.now());
    if (admission.kind === 'run') return true;
    if (admission.kind === 'trial' && (await recordHealth(credential, admission.event, ports))) return true;
  }
  return foldJob(await ports.log.read(jobId))?.forced ?? false;
}

/** A change that was meant for another mailbox, before the credential's host or user name changed. */
function outdated(job: Job, credential: Credential | null): AttemptOutcome | null {
  if (!isMutating(job.action) || credential === null) return null;
  if (credential.generation === job.generation) return null;
  const detail = `The credential is at generation ${credential.generation}, the job was made for ${job.generation}.`;
  return { kind: 'failed', failure: { code: 'credential_changed', detail, retryAfterMs: null, outcomeUnknown: false } };
}

async function runClaimed(
  claimed: Extract<Claim, { kind: 'claimed' }>,
  credential: Credential | null,
  session: CredentialSession,
  ports: WorkerPorts,
): Promise<string> {
  const { job, leaseId, leaseStart } = claimed;
  const attempt = { jobId: job.id, version: job.version, leaseId, leaseStart };
  const heartbeat = startHeartbeat(attempt, ports);
  try {
    const generation = credential?.generation ?? job.generation;
    const login = { generation, open: (signal: AbortSignal) => session.open(signal, generation) };
    const outcome = outdated(job, credential) ?? (await runAction(job, attempt, heartbeat, login, ports));
    if (!heartbeat.alive()) return 'lost';
    const event = await endAttempt({ ...job, version: attempt.version }, leaseId, outcome, ports);
    if (event === null) return 'lost';
    if (outcome.kind === 'succeeded' && job.action === 'imap_sync_messages') session.synced();
    if (outcome.kind === 'failed' && credential !== null) {
      const retryAt = event.type === 'AttemptFailed' ? event.data.retry_at : null;
      await noteFailure(credential, job.id, outcome.failure, retryAt, ports);
    }
    return outcome.kind === 'failed' ? outcome.failure.code : outcome.kind;
  } finally {
    heartbeat.stop();
  }
}
