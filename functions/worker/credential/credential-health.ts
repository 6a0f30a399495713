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

/** Reads the current state of a credential; null if there is none. */
export async function readCredential(credentialId: string, { log }: WorkerPorts): Promise<Credential | null> {
  return foldCredential(await log.current(credentialId));
}

/** Appends to the credential's stream at the version of the decision. Returns false when another event was faster. */
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

/** After these events the refusal of an earlier login is out of date. */
const NEWS = new Set(['CredentialRefused', 'CredentialVerified', 'CredentialRotated', 'CredentialUpdated']);

/**
 * Records a failure that concerns the whole credential. `seen`: the credential when the login began. Several
 * simultaneous failed logins count as one strike. The refusal of a password that was replaced, or accepted, since then
 * is ignored.
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
    const isOld = event.type === 'CredentialRefused' && since.some(({ type }) => NEWS.has(type));
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
 * Records a successful login. It makes an unverified, suspect or parked credential valid; for a valid one nothing is
 * written. It is ignored if the credential is deleted or has another generation. Returns the current credential.
 */
export async function noteLogin(
  credentialId: string,
  generation: number | null,
  by: 'login' | 'probe',
  ports: WorkerPorts,
): Promise<Credential | null> {
  const stream = streamOf<Credential>(ports.log, credentialId, foldCredential, atMost(ROUNDS));
  const noted = await decideAndAppend<Credential, null>(ports.log, stream, (fresh) => {
    const isNews = fresh !== null && !fresh.deleted && fresh.generation === generation && fresh.status !== 'valid';
    if (!isNews) return { events: null, result: null };
    return { events: [healthEvent(fresh, { type: 'CredentialVerified', data: { by } }, ports)], result: null };
  });
  return noted.kind === 'conflict' ? readCredential(credentialId, ports) : noted.state;
}

/**
 * Records that rate limits are over, because a job has succeeded or yielded: the next limit begins with a short wait
 * again. A job that was already running at the last limit proves nothing.
 */
export async function noteSuccess(seen: Credential, ports: WorkerPorts): Promise<void> {
  if (seen.limits === 0) return;
  const fresh = await readCredential(seen.id, ports);
  if (fresh === null || fresh.deleted || fresh.status !== 'valid' || fresh.limits !== seen.limits) return;
  await recordHealth(fresh, { type: 'CredentialVerified', data: { by: 'login' } }, ports);
}
