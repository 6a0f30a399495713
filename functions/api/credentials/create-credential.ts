import type * as z from 'zod';
import type { Connection } from '../../domain/credential/connection.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { maskUsername } from '../../domain/credential/secret.ts';
import { userActor } from '../../domain/event/actors.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendCounted, madeState } from '../append-counted.ts';
import { commandKey, createdId, createdStream, keyOf } from '../idempotency.ts';
import { createCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { refuseTarget, refuseTokenUrl } from './new-secret.ts';
import { toCredentialResource } from './resource.ts';

/**
 * Creates a credential. Its secret is sealed before its first event is appended. Neither event nor reply holds the
 * secret.
 */
export const createCredential = ({ log, vault, ids, fingerprint, refusal, tokens, limits, quotas }: CredentialPorts) =>
  endpoint(createCredentialContract, async ({ accountId, actor, body: given, headers, path, now, requestId }) => {
    refuseTarget(given, { refusal });
    refuseTokenUrl(given.secret, tokens);
    const key = await commandKey(
      { accountId, method: 'POST', path, key: headers.idempotencyKey, body: given },
      ids,
      fingerprint,
    );
    const id = await createdId('pc', key, { log, ids });
    const connection = connectionOf(given, id, accountId);
    const stream = createdStream<Credential>(log, id, foldCredential, key);
    const made = await appendCounted(log, quotas, { accountId, kind: 'credentials', now }, stream, async (admit) => {
      await admit();
      await limits.secret(accountId, given, given.secret.username, now);
      const stored = await vault.put(connection, given.secret, key?.fingerprint ?? id);
      if (stored === 'other') throw new Problem('idempotency_key_reused');
      const data = { provider_kind: given.provider_kind, auth_kind: given.auth_kind };
      const event = { type: 'CredentialAdded', data };
      const by = { accountId, actor: userActor(actor.uid), at: new Date(now).toISOString(), requestId, audited: true };
      return { events: [{ ...by, ...keyOf(key), streamId: id, version: 1, event }], result: null };
    });
    const added = madeState(made, key);
    const shown = made.kind === 'earlier' ? (await vault.connections([id])).get(id) : connection;
    if (shown === undefined) throw new Problem('not_found');
    return { status: 201, data: toCredentialResource(added, shown, 0, now), etag: added.version };
  });

function connectionOf(
  given: z.output<typeof createCredentialContract.body>,
  id: string,
  accountId: string,
): Connection {
  return {
    id,
    account_id: accountId,
    host: given.host,
    port: given.port,
    security_mode: given.security_mode,
    auth_kind: given.auth_kind,
    tls_ca_pem: given.tls_ca_pem ?? null,
    max_connections: given.max_connections,
    username_masked: maskUsername(given.secret.username),
    label: given.label ?? null,
    external_ref: given.external_ref ?? null,
    last_used_at: null,
    generation: 1,
    last_synced_at: null,
  };
}
