import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { countWaitingNow } from '../../queries/count-waiting.ts';
import { pauseCredentialContract, resumeCredentialContract } from '../accounts/contracts.ts';
import { appendOwn, byKey, openOwn } from '../append-own.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { toCredentialResource } from './resource.ts';

/** Blocks the jobs of the credential, whatever its health. Running attempts continue. */
export const pauseCredential = (ports: CredentialPorts) =>
  endpoint(pauseCredentialContract, (request) => {
    const { reason, until } = request.body;
    const paused = { reason: reason ?? null, until: until === undefined ? null : new Date(until).toISOString() };
    return apply(ports, request, request.params.credential_id, { type: 'CredentialPaused', data: paused });
  });

/** Ends a pause, and nothing else: a credential that the server refuses stays blocked. */
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
  const opened = await openOwn(log, credentialId, byKey(request, ports), foldCredential);
  // Read before the event: if the credential is deleted right after it, the reply to the pause does not fail.
  const connection = (await vault.connections([credentialId])).get(credentialId);
  if (connection === undefined) throw new Problem('not_found');
  const { state, prepared } = await appendOwn(
    log,
    opened,
    () => event,
    (after) => countWaitingNow(after, ports, request.now),
  );
  const data = toCredentialResource(state, connection, prepared, request.now);
  return { status: 200 as const, data, etag: state.version };
}
