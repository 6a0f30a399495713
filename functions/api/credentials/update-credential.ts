import type { Connection } from '../../domain/credential/connection.ts';
import type { CredentialEvent } from '../../domain/credential/credential.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendOwn, byCaller } from '../command/append-own.ts';
import { updateCredentialContract } from '../contracts/credentials.ts';
import { ownCredential } from '../own.ts';
import { toCredentialResource } from '../resources/credential.ts';
import { foldNamed, isBehind, type Named } from './last-named.ts';
import type { CredentialPorts } from './ports.ts';

/** Together they say which mail server it is. */
const WHERE = ['host', 'port'] as const;

/**
 * Changes where and how a credential connects, or what it is called. Another host or port is another mailbox: it starts
 * a new generation, for which changes that were queued for the old one no longer run.
 */
export const updateCredential = ({ log, vault, refusal }: CredentialPorts) =>
  endpoint(updateCredentialContract, async (request) => {
    const { accounts, params, body, now } = request;
    const { id } = await ownCredential(log, params.credential_id, accounts);
    const stored = await vault.read(id);
    if (stored === null) throw new Problem('not_found');
    const old = stored.connection;
    const changed: Connection = { ...old, ...body };
    const refused = refusal(changed);
    if (refused !== null)
      throw new Problem('invalid_request', { errors: [{ pointer: `/${refused.field}`, message: refused.message }] });
    const places = WHERE.filter((field) => body[field] !== undefined);
    const elsewhere = places.some((field) => body[field] !== old[field]);
    const by = byCaller(request);
    // The event first: a change to another mailbox that no generation tells of would let old work run there.
    const { state } = await appendOwn<Named, CredentialEvent>(log, id, by, foldNamed, (credential) => {
      const generation = credential.generation + (elsewhere || isBehind(stored, credential, places) ? 1 : 0);
      return { type: 'CredentialUpdated', data: { generation, fields: Object.keys(body).sort() } };
    });
    await vault.update(id, state, body);
    // Gone when it was deleted right after the event.
    const connection = (await vault.connections([id])).get(id) ?? changed;
    return { status: 200, data: toCredentialResource(state, connection, 0, now), etag: state.version };
  });
