import { type Credential, type CredentialEvent, foldCredential } from '../../domain/credential/credential.ts';
import { authKindOf, maskUsername } from '../../domain/credential/secret.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendOwn, byKey } from '../command/append-own.ts';
import { rotateCredentialContract } from '../contracts/credentials.ts';
import { ownCredential } from '../own.ts';
import { toCredentialResource } from '../resources/credential.ts';
import type { CredentialPorts } from './ports.ts';
import { refuseTokenUrl } from './token-url.ts';

/**
 * Puts another secret in the place of the old one, which is gone then. Another user name is another mailbox: it starts
 * a new generation. What was parked stays parked until a test with the new secret succeeds.
 */
export const rotateCredential = (ports: CredentialPorts) =>
  endpoint(rotateCredentialContract, async (request) => {
    const { log, vault, tokens } = ports;
    const { accounts, params, body, now } = request;
    const { secret } = body;
    const { id, account_id: accountId, auth_kind: kind } = await ownCredential(log, params.credential_id, accounts);
    if (kind !== authKindOf(secret))
      throw new Problem('invalid_request', {
        errors: [{ pointer: '/secret', message: `must be a secret of the auth_kind ${kind}` }],
      });
    refuseTokenUrl(secret, tokens);
    const by = await byKey(request, accountId, ports);
    const [old, known] = await Promise.all([vault.secret(id), vault.connections([id])]);
    const before = known.get(id);
    if (before === undefined) throw new Problem('not_found');
    const renamed = old !== null && old.username !== secret.username;
    const { state, earlier } = await appendOwn<Credential, CredentialEvent>(
      log,
      id,
      by,
      foldCredential,
      ({ generation }) => ({
        type: 'CredentialRotated',
        data: { generation: renamed ? generation + 1 : generation },
      }),
    );
    // A replay finishes what a crash interrupted, but must not bring an old secret back over a newer one.
    const isLatest = earlier === null || !(await rotatedSince(log, id, earlier.version));
    const username_masked = maskUsername(secret.username);
    if (isLatest) await vault.rotate(id, secret, username_masked);
    // Gone when it was deleted right after the event.
    const connection = (await vault.connections([id])).get(id) ?? { ...before, username_masked };
    return { status: 200, data: toCredentialResource(state, connection, 0, now), etag: state.version };
  });

async function rotatedSince(log: EventLog, id: string, version: number): Promise<boolean> {
  return (await log.read(id, version)).some(({ type }) => type === 'CredentialRotated');
}
