/**
 * The work of one credential in a batch, in this order:
 *
 * 1. Read the credential's state, and then its row with the secret: once for the whole batch.
 * 2. Take a connection slot. Without one, the messages are sent again, later.
 * 3. For each job: read what is new about the credential, ask whether the job may start, claim it, run it. The first
 *    job that needs the mailbox logs in; the others use the same session.
 * 4. While the session is open, run other waiting jobs of the credential.
 * 5. Close the session and release the slot; the same write stores when the credential was last used.
 *
 * Messages are advisory: if one is lost, the sweeper sends the job again.
 */
import type { Job } from '../../domain/job/job.ts';
import type { JobMessage, WorkMessage } from '../../ports/work-queue.ts';
import { runJob } from '../attempt/run-job.ts';
import { deferJobs } from '../defer-jobs.ts';
import type { JobReport } from '../job-report.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { takeConnectionSlot } from './connection-slot.ts';
import type { CredentialInUse } from './credential-in-use.ts';
import { credentialSession } from './credential-session.ts';
import { credentialState } from './credential-state.ts';
import { probeCredential } from './probe-credential.ts';
import { waitingJobs } from './waiting-jobs.ts';

/** Other workers' messages may start these jobs as well, so they begin only with this much time left. */
const MIN_TO_DRAIN_MS = 30_000;

/** Returns a report for each job that it examined. */
export async function runCredential(
  credentialId: string,
  messages: readonly WorkMessage[],
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  const jobs = messages.filter((message) => 'job_id' in message);
  const isProbe = messages.some((message) => 'probe' in message);
  // The state comes first: a secret that is newer than the state does no harm, an older one could be refused.
  const state = await credentialState(credentialId, ports.log);
  const login = await ports.login(credentialId, state.first?.version ?? null);
  const slot = await takeConnectionSlot(credentialId, login.maxConnections, ports);
  if (slot === null) return deferJobs(jobs, 'no_slot', ports);
  const session = credentialSession(state, login, ports, isProbe ? 'probe' : 'login');
  const inUse = { state, session, server: login.server };
  const reports: JobReport[] = [];
  try {
    if (isProbe) await probeCredential(state, session, ports);
    for (const message of jobs) reports.push(...(await runMessage(message, inUse, ports)));
    // A login costs time and a connection, so an open session also runs the other waiting jobs of the credential.
    if (session.isOpen()) reports.push(...(await drain(inUse, reports, ports)));
  } finally {
    await session.close();
    await slot.release(session.use());
  }
  return reports;
}

async function drain(
  inUse: CredentialInUse,
  before: readonly JobReport[],
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  const seen = new Set(before.map(({ jobId }) => jobId));
  const reports: JobReport[] = [];
  const { state, session } = inUse;
  const accountId = (await state.read())?.account_id;
  if (accountId === undefined) return reports;
  let found: readonly Job[] = [];
  while (session.isOpen() && ports.remainingMs() >= MIN_TO_DRAIN_MS) {
    if (found.length === 0) found = await waitingJobs({ accountId, credentialId: state.id }, seen, ports);
    const [next, ...rest] = found;
    if (next === undefined) break;
    found = rest;
    seen.add(next.id);
    // The job has its own message, which is delivered in any case.
    const { did, outcome } = await runJob(next.id, inUse, ports);
    reports.push({ jobId: next.id, did, outcome, unsent: false });
    // If one of its jobs must wait, all of them must.
    if (did === 'waits') break;
  }
  return reports;
}

async function runMessage(
  message: JobMessage,
  inUse: CredentialInUse,
  ports: WorkerPorts,
): Promise<readonly JobReport[]> {
  if (ports.over.aborted) return deferJobs([message], 'over_share', ports);
  const { job_id: jobId } = message;
  const { did, outcome, againIn } = await runJob(jobId, inUse, ports);
  const refused = againIn === null ? [] : await ports.queue.send([{ message, delayMs: againIn }]);
  return [{ jobId, did, outcome, unsent: refused.length > 0 }];
}
