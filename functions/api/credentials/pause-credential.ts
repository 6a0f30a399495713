import type { CredentialEvent } from '../../domain/credential/credential.ts';
import { type Caller, endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { commandKey } from '../command/idempotency.ts';
import { pauseCredentialContract, resumeCredentialContract } from '../contracts/pauses.ts';
import { ownCredential } from '../own.ts';
import { toCredentialResource } from '../resources/credential.ts';
import { appendCredentialEvent } from './append-credential-event.ts';
import type { CredentialPorts } from './ports.ts';

/** Holds its jobs back, whatever its health; those that run go on. */
export const pauseCredential = (ports: CredentialPorts) =>
  endpoint(pauseCredentialContract, (request) => {
    const { reason, until } = request.body;
    const paused = { reason: reason ?? null, until: until === undefined ? null : new Date(until).toISOString() };
    return apply(ports, request, request.params.credential_id, { type: 'CredentialPaused', data: paused });
  });

/** Undoes a pause, and that alone: a credential that is refused stays held. */
export const resumeCredential = (ports: CredentialPorts) =>
  endpoint(resumeCredentialContract, (request) => {
    const data = { reason: request.body.reason ?? null };
    return apply(ports, request, request.params.credential_id, { type: 'CredentialResumed', data });
  });

async function apply(
  { log, vault, ids, fingerprint }: CredentialPorts,
  { accounts, actor, headers, path, now, requestId, body }: Caller & { readonly body: unknown },
  credentialId: string,
  event: CredentialEvent,
) {
  const { id, account_id: accountId } = await ownCredential(log, credentialId, accounts);
  // Asked before the event: who deletes the credential right after it does not make the pause refused.
  const connection = (await vault.connections([id])).get(id);
  if (connection === undefined) throw new Problem('not_found');
  const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const by = { uid: actor.uid, at: new Date(now).toISOString(), requestId, accounts, ifMatch: headers.ifMatch, key };
  const { credential } = await appendCredentialEvent(log, id, by, () => event);
  return { status: 200 as const, data: toCredentialResource(credential, connection, 0, now), etag: credential.version };
}
