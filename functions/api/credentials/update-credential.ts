import type { Connection } from '../../domain/credential/connection.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { updateCredentialContract } from '../contracts/credentials.ts';
import { ownCredential } from '../own.ts';
import { toCredentialResource } from '../resources/credential.ts';
import { appendCredentialEvent } from './append-credential-event.ts';
import type { CredentialPorts } from './ports.ts';

/**
 * Changes where and how a credential connects, or what it is called. Another host or port is another mailbox: it starts
 * a new generation, for which changes that were queued for the old one no longer run.
 */
export const updateCredential = ({ log, vault, refusal }: CredentialPorts) =>
  endpoint(updateCredentialContract, async ({ accounts, actor, params, body, headers, now, requestId }) => {
    const { id } = await ownCredential(log, params.credential_id, accounts);
    const old = (await vault.connections([id])).get(id);
    if (old === undefined) throw new Problem('not_found');
    const changed: Connection = { ...old, ...body };
    const refused = refusal(changed);
    if (refused !== null)
      throw new Problem('invalid_request', { errors: [{ pointer: `/${refused.field}`, message: refused.message }] });
    const elsewhere = changed.host !== old.host || changed.port !== old.port;
    const at = new Date(now).toISOString();
    const by = { uid: actor.uid, at, requestId, accounts, ifMatch: headers.ifMatch, key: null };
    // The event first: a change to another mailbox that no generation tells of would let old work run there.
    const { credential } = await appendCredentialEvent(log, id, by, ({ generation }) => ({
      type: 'CredentialUpdated',
      data: { generation: elsewhere ? generation + 1 : generation, fields: Object.keys(body).sort() },
    }));
    // Nothing to change any more: it was deleted right after the event.
    await vault.update(changed);
    return { status: 200, data: toCredentialResource(credential, changed, 0, now), etag: credential.version };
  });
