import type { Connection } from '../../domain/credential/connection.ts';
import { type Credential, type CredentialEvent, foldCredential } from '../../domain/credential/credential.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendOwn, byCaller } from '../command/append-own.ts';
import { updateCredentialContract } from '../contracts/credentials.ts';
import { ownCredential } from '../own.ts';
import { toCredentialResource } from '../resources/credential.ts';
import type { CredentialPorts } from './ports.ts';

/**
 * Changes where and how a credential connects, or what it is called. Another host or port is another mailbox: it starts
 * a new generation, for which changes that were queued for the old one no longer run.
 */
export const updateCredential = ({ log, vault, refusal }: CredentialPorts) =>
  endpoint(updateCredentialContract, async (request) => {
    const { accounts, params, body, now } = request;
    const { id } = await ownCredential(log, params.credential_id, accounts);
    const old = (await vault.connections([id])).get(id);
    if (old === undefined) throw new Problem('not_found');
    const changed: Connection = { ...old, ...body };
    const refused = refusal(changed);
    if (refused !== null)
      throw new Problem('invalid_request', { errors: [{ pointer: `/${refused.field}`, message: refused.message }] });
    const elsewhere = changed.host !== old.host || changed.port !== old.port;
    const by = byCaller(request);
    // The event first: a change to another mailbox that no generation tells of would let old work run there.
    const { state } = await appendOwn<Credential, CredentialEvent>(log, id, by, foldCredential, ({ generation }) => ({
      type: 'CredentialUpdated',
      data: { generation: elsewhere ? generation + 1 : generation, fields: Object.keys(body).sort() },
    }));
    // Nothing to change any more: it was deleted right after the event.
    await vault.update(changed);
    return { status: 200, data: toCredentialResource(state, changed, 0, now), etag: state.version };
  });
