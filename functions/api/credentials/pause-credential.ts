import type { Credential } from '../../domain/credential/credential.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { countWaitingNow } from '../../queries/count-waiting.ts';
import { pauseCredentialContract, resumeCredentialContract } from '../accounts/contracts.ts';
import { appendOwn, byKey } from '../append-own.ts';
import { ownCredential } from '../own.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { toCredentialResource } from './resource.ts';

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
  ports: CredentialPorts,
  request: Caller & { readonly body: unknown },
  credentialId: string,
  event: CredentialEvent,
) {
  const { log, vault } = ports;
  const { id, account_id: accountId } = await ownCredential(log, credentialId, request.accounts);
  // Asked before the event: who deletes the credential right after it does not make the pause refused.
  const connection = (await vault.connections([id])).get(id);
  if (connection === undefined) throw new Problem('not_found');
  const by = await byKey(request, accountId, ports);
  const { state } = await appendOwn<Credential, CredentialEvent>(log, id, by, foldCredential, () => event);
  const waiting = await countWaitingNow(state, ports, request.now);
  const data = toCredentialResource(state, connection, waiting, request.now);
  return { status: 200 as const, data, etag: state.version };
}
