/**
 * The work of one credential in a batch, one job after the other over one login. A connection slot comes first: no more
 * workers are logged in than the provider is asked to bear. Before each job the credential and its account are asked
 * whether it may run: what they hold back waits without an event per job, since a message comes when it is free. A
 * message is a hint: dropping one loses nothing.
 */
import type { JobMessage, WorkMessage } from '../../ports/work-queue.ts';
import { type Mailbox, runJob } from '../attempt/run-job.ts';
import type { JobReport } from '../job-report.ts';
import { putOff } from '../put-off.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { takeConnectionSlot } from './connection-slot.ts';
import { readCredential } from './credential-health.ts';
import { credentialSession } from './credential-session.ts';
import { probeCredential } from './probe-credential.ts';
import { waitingJobs } from './waiting-jobs.ts';

/** Jobs that other workers' messages may start as well are begun only with time to spare. */
const LEAST_TO_DRAIN_MS = 30_000;

export async function runCredential(
  credentialId: string,
  messages: readonly WorkMessage[],
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  const jobs = messages.filter((message) => 'job_id' in message);
  const probe = messages.some((message) => 'probe' in message);
  const { at, maxConnections } = await ports.server(credentialId);
  const slot = await takeConnectionSlot(credentialId, maxConnections, ports);
  if (slot === null) return putOff(jobs, 'no_slot', ports);
  const session = credentialSession(credentialId, ports, probe ? 'probe' : 'login');
  const reports: JobReport[] = [];
  try {
    if (probe) await probeCredential(credentialId, session, ports);
    for (const message of jobs) reports.push(...(await runMessage(message, { session, at }, ports)));
    // A login costs time and connections: while there is one, it serves whatever else waits for the credential.
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
  while (credential !== null && session.isOpen() && ports.remainingMs() >= LEAST_TO_DRAIN_MS) {
    const [next] = await waitingJobs({ accountId: credential.account_id, credentialId }, seen, ports);
    if (next === undefined) break;
    seen.add(next.job_id);
    // Its own message is on its way, whatever comes of it here.
    const { did, outcome } = await runJob(next.job_id, credentialId, mailbox, ports);
    reports.push({ jobId: next.job_id, did, outcome, unsent: false });
    // What holds one of its jobs back holds them all.
    if (did === 'waits') break;
  }
  return reports;
}

async function runMessage(message: JobMessage, mailbox: Mailbox, ports: WorkerPorts): Promise<readonly JobReport[]> {
  if (ports.over.aborted) return putOff([message], 'over_share', ports);
  const { job_id: jobId, credential_id: credentialId } = message;
  const { did, outcome, againIn } = await runJob(jobId, credentialId, mailbox, ports);
  const refused = againIn === null ? [] : await ports.queue.send([{ message, delayMs: againIn }]);
  return [{ jobId, did, outcome, unsent: refused.length > 0 }];
}
