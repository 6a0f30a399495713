import type { Connection } from '../../domain/credential/connection.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { exposingChanges, namedPlace, PLACE_FIELDS, type PlaceField, placeOf } from '../../domain/credential/place.ts';
import { maskUsername, type Secret } from '../../domain/credential/secret.ts';
import { isSameHost } from '../../domain/network/same-host.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import type { ConnectionChanges } from '../../ports/credential-vault.ts';
import { countWaitingNow } from '../../queries/count-waiting.ts';
import { appendOwn, byCaller } from '../append-own.ts';
import { ownCredential } from '../own.ts';
import { updateCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { foldNamed, isBehind, type Named } from './last-named.ts';
import { openedOrAltered, refuseSecret, storedOrAltered } from './new-secret.ts';
import { toCredentialResource } from './resource.ts';

/** Together they say which mail server it is. */
const WHERE = ['host', 'port'] as const;

/**
 * Changes where and how a credential connects, or what it is called. Another host, port or user name is another mailbox:
 * it starts a new generation, for which changes that were queued for the old one no longer run. What may send the secret
 * elsewhere or less safely takes the secret in the same request.
 */
export const updateCredential = ({ log, views, vault, refusal, tokens, limits }: CredentialPorts) =>
  endpoint(updateCredentialContract, async (request) => {
    const { accounts, params, body, now } = request;
    const { secret, ...given } = body;
    // Before the fields: what is named after this version may not be among them yet.
    const credential = await ownCredential(log, params.credential_id, accounts);
    const { id, version: seen, account_id: accountId, auth_kind: kind } = credential;
    if (secret !== undefined) refuseSecret(secret, kind, tokens);
    const stored = await storedOrAltered(vault, id);
    if (stored === null) throw new Problem('not_found');
    const old = stored.connection;
    const changes = inOldSpelling(old, given);
    const changed: Connection = { ...old, ...changes };
    const refused = refusal(changed);
    if (refused !== null)
      throw new Problem('invalid_request', { errors: [{ pointer: `/${refused.field}`, message: refused.message }] });
    const renamed = await isRenamed();
    const places = WHERE.filter((field) => changes[field] !== undefined);
    const elsewhere = renamed || places.some((field) => changes[field] !== old[field]);
    const exposing = exposingChanges(old, changes);
    const compared = [...places, ...(secret === undefined ? [] : ['secret'])];
    const by = byCaller(request);
    if (by.ifMatch !== null && by.ifMatch !== seen) throw new Problem('version_conflict');
    if (secret !== undefined) await limits.secret(accountId, changed, secret.username, now);
    // The event first: a change to another mailbox that no generation tells of would let old work run there.
    const { state } = await appendOwn<Named, CredentialEvent>(log, id, by, foldNamed, (credential) => {
      // What somebody else has named, and the fields do not show yet, may be anything.
      const unknown = namedPlace(changes).filter(
        (field) => (credential.lastNamed[field] ?? 0) > seen || isBehind(stored, credential, [field]),
      );
      if (secret === undefined) refuseExposing([...exposing, ...unknown]);
      const generation = credential.generation + (elsewhere || isBehind(stored, credential, compared) ? 1 : 0);
      return { type: 'CredentialUpdated', data: { generation, fields: Object.keys(body).sort() } };
    });
    await vault.update(id, state, changes, secret);
    // Gone when it was deleted right after the event.
    const masked = secret === undefined ? changed : { ...changed, username_masked: maskUsername(secret.username) };
    const connection = (await vault.connections([id])).get(id) ?? masked;
    const waiting = await countWaitingNow(state, { log, views }, now);
    return { status: 200, data: toCredentialResource(state, connection, waiting, now), etag: state.version };

    /** Whether the secret is another user's. Throws Problem credential_altered where it would go to an altered place. */
    async function isRenamed(): Promise<boolean> {
      const moves = JSON.stringify(placeOf(changed)) !== JSON.stringify(placeOf(old));
      if (secret === undefined && !moves) return false;
      const opened = await openedOrAltered(vault, id);
      if (opened !== 'altered') return isOther(opened?.secret.username, secret);
      const isWhole = secret !== undefined && PLACE_FIELDS.every((field) => changes[field] !== undefined);
      if (!isWhole) throw new Problem('credential_altered');
      return true;
    }
  });

/** A host that is the same in another spelling stays as it is spelled: the secret is sealed with it. */
function inOldSpelling(old: Connection, changes: ConnectionChanges): ConnectionChanges {
  const isSame = changes.host !== undefined && isSameHost(changes.host, old.host);
  return isSame ? { ...changes, host: old.host } : changes;
}

const isOther = (username: string | undefined, secret: Secret | undefined): boolean =>
  username !== undefined && secret !== undefined && username !== secret.username;

/** Throws Problem secret_required when there are such changes. */
function refuseExposing(fields: readonly PlaceField[]): void {
  if (fields.length === 0) return;
  const message = `must be given with a change of ${[...new Set(fields)].join(', ')}`;
  throw new Problem('secret_required', { errors: [{ pointer: '/secret', message }] });
}
