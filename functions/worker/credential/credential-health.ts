import type { Credential } from '../../domain/credential/credential.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { workerActor } from '../../domain/event/actors.ts';
import { condemnsCredential, FAILURES } from '../../domain/failure/catalogue.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import type { NewEvent } from '../../ports/event-log.ts';
import { appendOnce } from '../../streams/append-once.ts';
import { decideAndAppend } from '../../streams/decide-and-append.ts';
import { atMost } from '../../streams/retries.ts';
import { streamOf } from '../../streams/stream-of.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import type { CredentialState } from './credential-state.ts';

/** Appends to the credential's stream at the version it was decided on; false when another event came first. */
export async function recordHealth(
  credential: Credential,
  event: CredentialEvent,
  ports: WorkerPorts,
): Promise<boolean> {
  return appendOnce(ports.log, [healthEvent(credential, event, ports)]);
}

const healthEvent = (credential: Credential, event: CredentialEvent, ports: WorkerPorts): NewEvent => ({
  streamId: credential.id,
  version: credential.version + 1,
  accountId: credential.account_id,
  actor: workerActor(ports.workerId),
  at: new Date(ports.now()).toISOString(),
  event,
  audited: true,
});

const ROUNDS = 3;

/** After these events a refusal of a login that began before them is out of date. */
const OUTDATE_REFUSALS = new Set(['CredentialRefused', 'CredentialVerified', 'CredentialRotated', 'CredentialUpdated']);

/**
 * Records a failure that concerns the whole credential. `seen`: the credential when the login began. Logins that failed
 * at the same time count as one refusal. A refusal of a password that has since been replaced, or has since worked,
 * does not count.
 */
export async function noteFailure(
  seen: Credential,
  jobId: string | null,
  failure: Failure,
  retryAt: string | null,
  ports: WorkerPorts,
): Promise<void> {
  const { category } = FAILURES[failure.code];
  const event = eventOf();
  if (event === null) return;
  const stream = {
    ...streamOf<Credential>(ports.log, seen.id, foldCredential, atMost(ROUNDS)),
    read: async () => ({ events: await ports.log.read(seen.id, seen.version), onto: seen }),
  };
  await decideAndAppend<Credential, null>(ports.log, stream, (fresh, since) => {
    const isOld = event.type === 'CredentialRefused' && since.some(({ type }) => OUTDATE_REFUSALS.has(type));
    if (fresh === null || fresh.deleted || isOld) return { events: null, result: null };
    return { events: [healthEvent(fresh, event, ports)], result: null };
  });

  function eventOf(): CredentialEvent | null {
    const { code, detail } = failure;
    if (condemnsCredential(failure.code))
      return { type: 'CredentialRefused', data: { code, category, detail, job_id: jobId } };
    if (category !== 'rate_limit' || retryAt === null) return null;
    return { type: 'CredentialRateLimited', data: { until: retryAt, code } };
  }
}

/**
 * Records a good login: it makes an unverified, suspect or parked credential valid. Nothing is recorded when the
 * credential is valid already, is deleted by now, or is no longer of the generation it was `admitted` with. Returns the
 * credential after that.
 */
export async function noteLogin(
  credential: CredentialState,
  admitted: Credential | null,
  by: 'login' | 'probe',
  ports: WorkerPorts,
): Promise<Credential | null> {
  const stream = {
    ...streamOf<Credential>(ports.log, credential.id, foldCredential, atMost(ROUNDS)),
    read: async () => ({ events: [], onto: await credential.read() }),
  };
  const noted = await decideAndAppend<Credential, null>(ports.log, stream, (fresh) => {
    const isSame = fresh !== null && !fresh.deleted && fresh.generation === admitted?.generation;
    if (!isSame || fresh.status === 'valid') return { events: null, result: null };
    return { events: [healthEvent(fresh, { type: 'CredentialVerified', data: { by } }, ports)], result: null };
  });
  return noted.kind === 'conflict' ? credential.read() : noted.state;
}

/**
 * Records that the rate limits of the credential are over, after a job that succeeded or yielded: the next limit begins
 * with a short wait again. A job that ran while another worker met a limit proves nothing. `seen`: the credential that
 * the job was admitted by.
 */
export async function noteSuccess(seen: Credential, credential: CredentialState, ports: WorkerPorts): Promise<void> {
  if (seen.limits === 0) return;
  const fresh = await credential.read();
  if (fresh === null || fresh.deleted || fresh.status !== 'valid' || fresh.limits !== seen.limits) return;
  await recordHealth(fresh, { type: 'CredentialVerified', data: { by: 'login' } }, ports);
}
