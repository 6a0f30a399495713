import type { Connection } from '../../domain/credential/connection.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { exposingChanges, namedPlace, PLACE_FIELDS, type PlaceField, placeOf } from '../../domain/credential/place.ts';
import { maskUsername, type Secret } from '../../domain/credential/secret.ts';
import { isSameHost } from '../../domain/network/same-host.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import type { ConnectionChanges } from '../../ports/credential-vault.ts';
import { appendOwn, assertMatches, byCaller, openOwn } from '../append-own.ts';
import { updateCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { isBehind } from './is-behind.ts';
import { openedOrAltered, refuseSecret, storedOrAltered } from './new-secret.ts';
import { replyOf } from './reply.ts';
import { toCredentialResource } from './resource.ts';

/** The fields that identify the mail server. */
const WHERE = ['host', 'port'] as const;

/**
 * Changes how a credential connects, or its label. Another host, port or user name means another mailbox: it starts a
 * new generation, and changes that were queued for the old one no longer run. A change that could send the secret
 * elsewhere, or less safely, needs the secret in the same request.
 */
export const updateCredential = ({ log, views, vault, refusal, tokens, limits }: CredentialPorts) =>
  endpoint(updateCredentialContract, async (request) => {
    const { params, body, now } = request;
    const { secret, ...given } = body;
    // Read before the fields: a field that is named after this version may not be stored yet.
    const opened = await openOwn(log, params.credential_id, byCaller(request), foldCredential);
    const { id, version: seen, account_id: accountId, auth_kind: kind } = opened.state;
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
    assertMatches(opened.by, seen);
    if (secret !== undefined) await limits.secret(accountId, changed, secret.username, now);
    // The event first: after a change to another mailbox without a new generation, old jobs would run there.
    const decide = (credential: Credential): CredentialEvent => {
      // A field that another request has named, and that is not stored yet, may have any value.
      const unknown = namedPlace(changes).filter(
        (field) => (credential.named[field] ?? 0) > seen || isBehind(stored, credential, [field]),
      );
      if (secret === undefined) refuseExposing([...exposing, ...unknown]);
      const generation = credential.generation + (elsewhere || isBehind(stored, credential, compared) ? 1 : 0);
      return { type: 'CredentialUpdated', data: { generation, fields: Object.keys(body).sort() } };
    };
    const { state, prepared } = await appendOwn(log, opened, decide, (after) =>
      replyOf(after, old, { log, views, vault }, now),
    );
    await vault.update(id, state, changes, secret);
    const username = secret === undefined ? {} : { username_masked: maskUsername(secret.username) };
    const connection = { ...prepared.connection, ...changes, ...username };
    return { status: 200, data: toCredentialResource(state, connection, prepared.waiting, now), etag: state.version };

    /**
     * Whether the secret is another user's. Throws Problem credential_altered if the secret would go to an altered
     * host.
     */
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

/** A host that only differs in spelling keeps its old spelling, because the secret is sealed with it. */
function inOldSpelling(old: Connection, changes: ConnectionChanges): ConnectionChanges {
  const isSame = changes.host !== undefined && isSameHost(changes.host, old.host);
  return isSame ? { ...changes, host: old.host } : changes;
}

const isOther = (username: string | undefined, secret: Secret | undefined): boolean =>
  username !== undefined && secret !== undefined && username !== secret.username;

/** Throws Problem secret_required if there are such fields. */
function refuseExposing(fields: readonly PlaceField[]): void {
  if (fields.length === 0) return;
  const message = `must be given with a change of ${[...new Set(fields)].join(', ')}`;
  throw new Problem('secret_required', { errors: [{ pointer: '/secret', message }] });
}
