import * as z from 'zod';
import { maskUsername, secretSchema } from '../../domain/credential/secret.ts';
import { endpoint, noQuery } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { ownCredential } from '../own.ts';
import { credentialParams } from '../parameters.ts';
import { toCredentialResource } from '../resources/credential.ts';
import { appendCredentialEvent } from './append-credential-event.ts';
import type { CredentialPorts } from './ports.ts';

const body = z.strictObject({ secret: secretSchema });

/**
 * Puts another secret in the place of the old one, which is gone then. Another user name is another mailbox: it starts
 * a new generation. What was parked stays parked until a test with the new secret succeeds.
 */
export const rotateCredential = ({ log, vault }: CredentialPorts) =>
  endpoint({
    operation: 'rotateCredential',
    params: credentialParams,
    query: noQuery,
    body,
    async handle({ accounts, actor, params, body: { secret }, headers, now }) {
      const { id } = await ownCredential(log, params.credential_id, accounts);
      const old = await vault.secret(id);
      const by = { uid: actor.uid, at: new Date(now).toISOString(), accounts, ifMatch: headers.ifMatch };
      const renamed = old !== null && old.username !== secret.username;
      const credential = await appendCredentialEvent(log, id, by, ({ generation }) => ({
        type: 'CredentialRotated',
        data: { generation: renamed ? generation + 1 : generation },
      }));
      const stored = await vault.rotate(id, secret, maskUsername(secret.username));
      const connection = (await vault.connections([id])).get(id);
      if (!stored || connection === undefined) throw new Problem('not_found');
      return { status: 200, data: toCredentialResource(credential, connection, 0), etag: credential.version };
    },
  });
