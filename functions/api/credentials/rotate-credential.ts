import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { maskUsername } from '../../domain/credential/secret.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendOwn, assertMatches, byKey, openOwn } from '../append-own.ts';
import { rotateCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { isBehind } from './is-behind.ts';
import { openedOrAltered, refuseSecret, storedOrAltered } from './new-secret.ts';
import { replyOf } from './reply.ts';
import { toCredentialResource } from './resource.ts';

/**
 * Replaces the secret of a credential and destroys the old one. Another user name means another mailbox: it starts a
 * new generation. A parked credential stays parked until a test with the new secret succeeds. The stored connection
 * fields must be as this code wrote them: a host that was altered in the vault gets no secret.
 */
export const rotateCredential = (ports: CredentialPorts) =>
  endpoint(rotateCredentialContract, async (request) => {
    const { log, vault, tokens } = ports;
    const { params, body, now } = request;
    const { secret } = body;
    const opened = await openOwn(log, params.credential_id, byKey(request, ports), foldCredential);
    const { by, earlier } = opened;
    const { id, version, account_id: accountId, auth_kind: kind } = opened.state;
    refuseSecret(secret, kind, tokens);
    // Read before the secret: a newer secret than these fields show is treated as the secret of another user.
    const stored = await storedOrAltered(vault, id);
    const old = await openedOrAltered(vault, id);
    if (stored === null) throw new Problem('not_found');
    if (old === 'altered') throw new Problem('credential_altered');
    // A replay must not store a further secret.
    if (earlier === null) assertMatches(by, version);
    if (earlier === null) await ports.limits.secret(accountId, stored.connection, secret.username, now);
    const renamed = old !== null && old.secret.username !== secret.username;
    const done = await appendOwn(
      log,
      opened,
      (credential): CredentialEvent => ({
        type: 'CredentialRotated',
        data: { generation: credential.generation + (renamed || isBehind(stored, credential, ['secret']) ? 1 : 0) },
      }),
      (after) => replyOf(after, stored.connection, ports, now),
    );
    const { state, prepared } = done;
    // A replay finishes what a crash interrupted. It does not undo a later rotation.
    await vault.update(id, state, {}, secret);
    const written = { ...prepared.connection, username_masked: maskUsername(secret.username) };
    const connection = done.earlier === null ? written : ((await vault.connections([id])).get(id) ?? written);
    return { status: 200, data: toCredentialResource(state, connection, prepared.waiting, now), etag: state.version };
  });
