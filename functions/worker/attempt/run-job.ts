/** Handles one message about a job: runs the job, or queues the message for later. */

import { crossesAccounts } from '../../domain/account/tenancy.ts';
import { isMutating } from '../../domain/action/catalogue.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { workerActor } from '../../domain/event/actors.ts';
import type { FailureCode } from '../../domain/failure/catalogue.ts';
import { failureOf } from '../../domain/failure/failure.ts';
import type { Job } from '../../domain/job/job.ts';
import type { MailServer } from '../../domain/sharing/silent-hosts.ts';
import { waitForPlace } from '../../sharing/account-share.ts';
import { refuseJob } from '../../streams/refuse-job.ts';
import { blockedBy, resendIn } from '../credential/admission.ts';
import { noteFailure, noteSuccess, readCredential } from '../credential/credential-health.ts';
import type { CredentialSession } from '../credential/credential-session.ts';
import { handBack, hostFor, noteHost } from '../credential/parked-host.ts';
import { handedBack, shareCut } from '../share-cut.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { withinTime } from './attempt-deadline.ts';
import { type Claim, claim, readJob } from './claim.ts';
import { startHeartbeat } from './heartbeat.ts';
import { endAttempt, runAction } from './run-attempt.ts';
import type { Turn } from './turn.ts';

/** With less time left no further attempt is started, and the message is sent again. */
const MIN_ATTEMPT_MS = 5_000;
const HANDED_BACK_MS = 20_000;

const notRun = (did: Turn['did'], againIn: number | null): Turn => ({ did, outcome: null, againIn });

/** `at`: the server of the credential; null if unknown. */
export type Mailbox = { readonly session: CredentialSession; readonly at: MailServer | null };

export async function runJob(
  jobId: string,
  credentialId: string,
  { session, at }: Mailbox,
  ports: WorkerPorts,
): Promise<Turn> {
  if (ports.remainingMs() < MIN_ATTEMPT_MS) return notRun('sent_on', 0);
  const credential = await readCredential(credentialId, ports);
  const job = await readJob(jobId, ports);
  // This check comes first, because the credential with its pause, probe and mailbox belongs to another account.
  if (job !== null && crossesAccounts(job, credential)) return refused(job, ports);
  await session.fit(credential);
  const wait = credential === null ? null : await blockedBy(credential, jobId, ports);
  if (wait !== null) return notRun('waits', await resendIn(jobId, wait, ports));
  const host = await hostFor(job, at, ports);
  if (host.kind === 'parked' && job !== null) return handBack(job, credential, host, ports);
  const claimed = await claim(jobId, ports, job);
  switch (claimed.kind) {
    case 'drop':
      return notRun('dropped', null);
    case 'early':
      return notRun('early', claimed.dueAt - ports.now());
    case 'claimed':
      return {
        did: 'ran',
        outcome: await runClaimed(claimed, credential, session, host.kind === 'probe', ports),
        againIn: null,
      };
  }
}

async function refused(job: Job, ports: WorkerPorts): Promise<Turn> {
  const isRefused = await refuseJob(job, workerActor(ports.workerId), ports);
  return { ...notRun('dropped', null), outcome: isRefused ? 'credential_of_another_account' : null };
}

/** Time until a job that was handed back runs again, ms: about when a worker may be free. */
const againAfter = ({ random }: WorkerPorts): number => waitForPlace(10, random(), HANDED_BACK_MS);

/**
 * The outcome of a job that must not run: its credential is deleted, or it was made for another mailbox. Otherwise
 * null.
 */
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
  session: CredentialSession,
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
    const event = await endAttempt(
      { ...job, version: attempt.version },
      leaseId,
      outcome,
      credential?.limits ?? 0,
      ports,
    );
    if (event === null) return 'lost';
    await noteHost(session.server(), outcome, { began, probe: isProbe }, ports);
    const wasServed = outcome.kind === 'succeeded' || outcome.kind === 'yielded';
    if (wasServed && credential !== null) await noteSuccess(credential, ports);
    if (outcome.kind === 'succeeded' && job.action === 'imap_sync_messages') session.synced();
    if (outcome.kind === 'failed' && credential !== null) {
      const retryAt = event.type === 'AttemptFailed' ? event.data.retry_at : null;
      await noteFailure(session.met() ?? credential, job.id, outcome.failure, retryAt, ports);
    }
    return outcome.kind === 'failed' ? outcome.failure.code : outcome.kind;
  } finally {
    cut.release();
    await heartbeat.stop();
  }
}
