/** Handles one message about a job: the job runs now, or its message comes again later. */

import { crossesAccounts } from '../../domain/account/tenancy.ts';
import { isMutating } from '../../domain/action/catalogue.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { workerActor } from '../../domain/event/actors.ts';
import type { FailureCode } from '../../domain/failure/catalogue.ts';
import { failureOf } from '../../domain/failure/failure.ts';
import type { Job } from '../../domain/job/job.ts';
import { serverName } from '../../domain/limits/mail-server.ts';
import { waitForPlace } from '../../sharing/account-share.ts';
import { refuseJob } from '../../streams/refuse-job.ts';
import { admitJob } from '../credential/admission.ts';
import { noteFailure, noteSuccess } from '../credential/credential-health.ts';
import type { CredentialInUse } from '../credential/credential-in-use.ts';
import { noteHost } from '../credential/parked-host.ts';
import { handedBack, shareCut } from '../share-cut.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { withinTime } from './attempt-deadline.ts';
import { type Claim, claim, readJob } from './claim.ts';
import { startHeartbeat } from './heartbeat.ts';
import { endAttempt, runAction } from './run-attempt.ts';
import { notRun, type Turn } from './turn.ts';

/** Below this no further attempt is started; its message is sent again. */
const MIN_FOR_AN_ATTEMPT_MS = 5_000;
const HANDED_BACK_MS = 20_000;

/** Reads the job and its credential, asks whether the job may start, claims it and runs its attempt. */
export async function runJob(jobId: string, inUse: CredentialInUse, ports: WorkerPorts): Promise<Turn> {
  if (ports.remainingMs() < MIN_FOR_AN_ATTEMPT_MS) return notRun('sent_on', 0);
  const credential = await inUse.state.forNextJob();
  const job = await readJob(jobId, ports);
  // This comes first: the pause, the trial and the mailbox of such a credential belong to another account.
  if (job !== null && crossesAccounts(job, credential)) return refused(job, ports);
  await inUse.session.fit(credential);
  const admission = await admitJob(job, credential, inUse.server, ports);
  if (admission.kind === 'waits') return admission.turn;
  const claimed = await claim(jobId, ports, job);
  switch (claimed.kind) {
    case 'drop':
      return notRun('dropped', null);
    case 'early':
      return notRun('early', claimed.dueAt - ports.now());
    case 'claimed':
      return {
        did: 'ran',
        outcome: await runClaimed(claimed, credential, inUse, admission.probe, ports),
        againIn: null,
      };
  }
}

async function refused(job: Job, ports: WorkerPorts): Promise<Turn> {
  const isRefused = await refuseJob(job, workerActor(ports.workerId), ports);
  return { ...notRun('dropped', null), outcome: isRefused ? 'credential_of_another_account' : null };
}

/** When the message of a job that was handed back is sent again, ms from now: about when a place may be free. */
const againAfter = ({ random }: WorkerPorts): number => waitForPlace(10, random(), HANDED_BACK_MS);

/** Why the job must not be run at all: there is no mailbox any more, or its change was meant for another one. */
function barred(job: Job, credential: Credential | null): AttemptOutcome | null {
  if (credential === null) return null;
  if (credential.deleted) return failed('credential_not_found', 'The credential is gone.');
  if (!isMutating(job.action) || credential.generation === job.generation) return null;
  const detail = `The credential is at generation ${credential.generation}, the job was made for ${job.generation}.`;
  return failed('credential_changed', detail);
}

const failed = (code: FailureCode, detail: string): AttemptOutcome => ({
  kind: 'failed',
  failure: failureOf(code, detail),
});

async function runClaimed(
  claimed: Extract<Claim, { kind: 'claimed' }>,
  credential: Credential | null,
  { state, session, server: known }: CredentialInUse,
  isProbe: boolean,
  ports: WorkerPorts,
): Promise<string> {
  const began = ports.now();
  const { job, leaseId, leaseStart } = claimed;
  const attempt = { jobId: job.id, version: job.version, leaseId, leaseStart };
  const heartbeat = startHeartbeat(attempt, ports);
  const cut = shareCut(ports.over);
  const run = (limit: AbortSignal): Promise<AttemptOutcome> => {
    const signal = AbortSignal.any([heartbeat.signal, limit, cut.signal]);
    const login = { generation: credential?.generation ?? job.generation, open: session.open };
    return runAction(job, attempt, { ...heartbeat, signal, unbroken: cut.unbroken }, login, ports);
  };
  try {
    const came = barred(job, credential) ?? (await withinTime(job, ports.untilCutMs(), run));
    const outcome = cut.signal.aborted ? handedBack(came, ports.now() + againAfter(ports)) : came;
    if (!heartbeat.alive()) return 'lost';
    const server = session.lastLogin().server ?? known;
    const event = await endAttempt(
      { ...job, version: attempt.version },
      leaseId,
      outcome,
      { limits: credential?.limits ?? 0, host: server === null ? null : serverName(server.host, server.port) },
      ports,
    );
    if (event === null) return 'lost';
    await noteHost(session.lastLogin().server, outcome, { began, probe: isProbe }, ports);
    const wasServed = outcome.kind === 'succeeded' || outcome.kind === 'yielded';
    if (wasServed && credential !== null) await noteSuccess(credential, state, ports);
    if (outcome.kind === 'succeeded' && job.action === 'imap_sync_messages') session.synced();
    if (outcome.kind === 'failed' && credential !== null) {
      const retryAt = event.type === 'AttemptFailed' ? event.data.retry_at : null;
      await noteFailure(session.lastLogin().seen ?? credential, job.id, outcome.failure, retryAt, ports);
    }
    return outcome.kind === 'failed' ? outcome.failure.code : outcome.kind;
  } finally {
    cut.release();
    await heartbeat.stop();
  }
}
