/**
 * Does the work of one credential in a batch: one job after the other, over one login. First it takes a connection
 * slot, which limits the number of workers that are logged in. Before each job it checks whether the credential and its
 * account admit it. Blocked jobs wait without an event, because a message is sent when they may start. Messages are
 * advisory: if one is lost, the sweeper resends the job.
 */
import type { JobMessage, WorkMessage } from '../../ports/work-queue.ts';
import { type Mailbox, runJob } from '../attempt/run-job.ts';
import { deferJobs } from '../defer-jobs.ts';
import type { JobReport } from '../job-report.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { takeConnectionSlot } from './connection-slot.ts';
import { readCredential } from './credential-health.ts';
import { credentialSession } from './credential-session.ts';
import { probeCredential } from './probe-credential.ts';
import { waitingJobs } from './waiting-jobs.ts';

/** Minimum time left to start a job that has a message of its own. */
const MIN_DRAIN_MS = 30_000;

/** Runs the messages of one credential and reports what happened to each job. */
export async function runCredential(
  credentialId: string,
  messages: readonly WorkMessage[],
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  const jobs = messages.filter((message) => 'job_id' in message);
  const probe = messages.some((message) => 'probe' in message);
  const { at, maxConnections } = await ports.server(credentialId);
  const slot = await takeConnectionSlot(credentialId, maxConnections, ports);
  if (slot === null) return deferJobs(jobs, 'no_slot', ports);
  const session = credentialSession(credentialId, ports, probe ? 'probe' : 'login');
  const reports: JobReport[] = [];
  try {
    if (probe) await probeCredential(credentialId, session, ports);
    for (const message of jobs) reports.push(...(await runMessage(message, { session, at }, ports)));
    // A login is expensive: while one is open, it is used for all waiting jobs of the credential.
    if (session.isOpen()) reports.push(...(await drain(credentialId, reports, { session, at }, ports)));
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
  mailbox: Mailbox,
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  const { session } = mailbox;
  const credential = await readCredential(credentialId, ports);
  const seen = new Set(before.map(({ jobId }) => jobId));
  const reports: JobReport[] = [];
  while (credential !== null && session.isOpen() && ports.remainingMs() >= MIN_DRAIN_MS) {
    const [next] = await waitingJobs({ accountId: credential.account_id, credentialId }, seen, ports);
    if (next === undefined) break;
    seen.add(next.job_id);
    // The job's own message will follow, so nothing is queued here.
    const { did, outcome } = await runJob(next.job_id, credentialId, mailbox, ports);
    reports.push({ jobId: next.job_id, did, outcome, unsent: false });
    // If the credential blocks one of its jobs, it blocks them all.
    if (did === 'waits') break;
  }
  return reports;
}

async function runMessage(message: JobMessage, mailbox: Mailbox, ports: WorkerPorts): Promise<readonly JobReport[]> {
  if (ports.over.aborted) return deferJobs([message], 'over_share', ports);
  const { job_id: jobId, credential_id: credentialId } = message;
  const { did, outcome, againIn } = await runJob(jobId, credentialId, mailbox, ports);
  const refused = againIn === null ? [] : await ports.queue.send([{ message, delayMs: againIn }]);
  return [{ jobId, did, outcome, unsent: refused.length > 0 }];
}
