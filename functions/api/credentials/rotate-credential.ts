import type { CredentialEvent } from '../../domain/credential/events.ts';
import { maskUsername } from '../../domain/credential/secret.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { countWaitingNow } from '../../queries/count-waiting.ts';
import { appendOwn, byKey } from '../append-own.ts';
import { earlierResult } from '../idempotency.ts';
import { ownCredential } from '../own.ts';
import { rotateCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { foldNamed, isBehind, type Named } from './last-named.ts';
import { openedOrAltered, refuseSecret, storedOrAltered } from './new-secret.ts';
import { toCredentialResource } from './resource.ts';

/**
 * Puts another secret in the place of the old one, which is gone then. Another user name is another mailbox: it starts
 * a new generation. What was parked stays parked until a test with the new secret succeeds. Where the credential leads
 * has to be as this code wrote it: a place that was altered gets no secret.
 */
export const rotateCredential = (ports: CredentialPorts) =>
  endpoint(rotateCredentialContract, async (request) => {
    const { log, vault, tokens } = ports;
    const { accounts, params, body, now } = request;
    const { secret } = body;
    const {
      id,
      version,
      account_id: accountId,
      auth_kind: kind,
    } = await ownCredential(log, params.credential_id, accounts);
    refuseSecret(secret, kind, tokens);
    const by = await byKey(request, accountId, ports);
    // Before the secret: one that is newer than this says is taken for another user's.
    const stored = await storedOrAltered(vault, id);
    const old = await openedOrAltered(vault, id);
    if (stored === null) throw new Problem('not_found');
    if (old === 'altered') throw new Problem('credential_altered');
    // A replay brings no further secret.
    const isReplay = by.key !== null && earlierResult(await log.read(id), by.key) !== null;
    if (!isReplay && by.ifMatch !== null && by.ifMatch !== version) throw new Problem('version_conflict');
    if (!isReplay) await ports.limits.secret(accountId, stored.connection, secret.username, now);
    const renamed = old !== null && old.secret.username !== secret.username;
    const { state } = await appendOwn<Named, CredentialEvent>(log, id, by, foldNamed, (credential) => ({
      type: 'CredentialRotated',
      data: { generation: credential.generation + (renamed || isBehind(stored, credential, ['secret']) ? 1 : 0) },
    }));
    // A replay finishes what a crash interrupted; over a later rotation it brings nothing back.
    await vault.update(id, state, {}, secret);
    // Gone when it was deleted right after the event.
    const masked = { ...stored.connection, username_masked: maskUsername(secret.username) };
    const connection = (await vault.connections([id])).get(id) ?? masked;
    const waiting = await countWaitingNow(state, ports, now);
    return { status: 200, data: toCredentialResource(state, connection, waiting, now), etag: state.version };
  });
