import type * as z from 'zod';
import type { Connection } from '../../domain/credential/connection.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { maskUsername } from '../../domain/credential/secret.ts';
import { userActor } from '../../domain/event/actors.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendCounted } from '../append-counted.ts';
import { commandKey, createdId, earlierResult } from '../idempotency.ts';
import { createCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { refuseTarget, refuseTokenUrl } from './new-secret.ts';
import { toCredentialResource } from './resource.ts';

/** Adds a mailbox. Its secret is sealed before the event says that it is there; neither event nor reply holds it. */
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
    const at = new Date(now).toISOString();
    const credential = await appendCounted(log, quotas, { accountId, kind: 'credentials', now }, async (admit) => {
      const history = await log.read(id);
      const made = foldCredential(history.slice(0, 1));
      if (earlierResult(history, key) !== null && made !== null) return { events: null, result: made };
      await admit();
      await limits.secret(accountId, given, given.secret.username, now);
      const print = key?.fingerprint ?? id;
      const stored = await vault.put(connectionOf(given, id, accountId), given.secret, print);
      if (stored === 'other') throw new Problem('idempotency_key_reused');
      const event = {
        type: 'CredentialAdded',
        data: { provider_kind: given.provider_kind, auth_kind: given.auth_kind },
      } as const;
      const origin = { streamId: id, version: 1, accountId, actor: userActor(actor.uid), at, requestId, audited: true };
      const remembered = key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint };
      return { events: [{ ...origin, ...remembered, event }], result: null };
    });
    const added = credential ?? foldCredential(await log.read(id));
    const connection = (await vault.connections([id])).get(id);
    if (added === null || connection === undefined) throw new Problem('not_found');
    return { status: 201, data: toCredentialResource(added, connection, 0, now), etag: added.version };
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
