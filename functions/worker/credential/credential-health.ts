import type { Credential } from '../../domain/credential/credential.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { workerActor } from '../../domain/event/actors.ts';
import { condemnsCredential, FAILURES } from '../../domain/failure/catalogue.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import type { WorkerPorts } from '../worker-ports.ts';

export async function readCredential(credentialId: string, { log }: WorkerPorts): Promise<Credential | null> {
  return foldCredential(await log.current(credentialId));
}

/** Appends to the credential's stream at the version it was decided on; false when something came between. */
export async function recordHealth(
  credential: Credential,
  event: CredentialEvent,
  ports: WorkerPorts,
): Promise<boolean> {
  const appended = await ports.log.append([
    {
      streamId: credential.id,
      version: credential.version + 1,
      accountId: credential.account_id,
      actor: workerActor(ports.workerId),
      at: new Date(ports.now()).toISOString(),
      event,
      audited: true,
    },
  ]);
  return appended.kind === 'appended';
}

const TRIES = 3;

/** After these a refusal of a login that had begun before is old news. */
const NEWS = new Set(['CredentialRefused', 'CredentialVerified', 'CredentialRotated', 'CredentialUpdated']);

/**
 * Notes a failure that concerns the whole credential, which was `seen` when its login began. Workers whose logins
 * failed side by side are one strike, not several; and a refusal of a password that was replaced, or found good, since
 * is none.
 */
export async function noteFailure(
  seen: Credential,
  jobId: string | null,
  failure: Failure,
  retryAt: string | null,
  ports: WorkerPorts,
): Promise<void> {
  const { category } = FAILURES[failure.code];
  const event = healthEvent();
  if (event === null) return;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const since = await ports.log.read(seen.id, seen.version);
    const fresh = foldCredential(since, seen);
    if (fresh === null || fresh.deleted) return;
    const isOld = since.some(({ type }) => NEWS.has(type));
    if (event.type === 'CredentialRefused' && isOld) return;
    if (await recordHealth(fresh, event, ports)) return;
  }

  function healthEvent(): CredentialEvent | null {
    const { code, detail } = failure;
    if (condemnsCredential(failure.code))
      return { type: 'CredentialRefused', data: { code, category, detail, job_id: jobId } };
    if (category !== 'rate_limit' || retryAt === null) return null;
    return { type: 'CredentialRateLimited', data: { until: retryAt, code } };
  }
}

/**
 * The first good login makes an unverified, suspect or parked credential valid; one of a valid credential is no news.
 * Nor is one of a credential that is deleted by now or of another generation. Returns the credential as it is then.
 */
export async function noteLogin(
  credentialId: string,
  generation: number | null,
  by: 'login' | 'probe',
  ports: WorkerPorts,
): Promise<Credential | null> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const fresh = await readCredential(credentialId, ports);
    const isNews = fresh !== null && !fresh.deleted && fresh.generation === generation && fresh.status !== 'valid';
    if (!isNews) return fresh;
    if (await recordHealth(fresh, { type: 'CredentialVerified', data: { by } }, ports)) break;
  }
  return readCredential(credentialId, ports);
}

/**
 * A job that succeeded, or came to the end of its part, shows that the rate limits are over: the next limit begins with a
 * short wait again. A job that was under way when another worker met the last limit shows nothing.
 */
export async function noteSuccess(seen: Credential, ports: WorkerPorts): Promise<void> {
  if (seen.limits === 0) return;
  const fresh = await readCredential(seen.id, ports);
  if (fresh === null || fresh.deleted || fresh.status !== 'valid' || fresh.limits !== seen.limits) return;
  await recordHealth(fresh, { type: 'CredentialVerified', data: { by: 'login' } }, ports);
}
