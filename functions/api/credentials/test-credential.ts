import { connectionSettings } from '../../adapters/imap/connection-settings.ts';
import { testConnection } from '../../adapters/imap/test-connection.ts';
import { FAILURES } from '../../domain/failure/catalogue.ts';
import { endpoint, noBody, noQuery } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { ownCredential } from '../own.ts';
import { credentialParams } from '../parameters.ts';
import { appendCredentialEvent } from './append-credential-event.ts';
import type { CredentialPorts } from './ports.ts';

/** Below the 29 s of the function; the API promises an answer within 20 s. */
const DEADLINE_MS = 18_000;

/** Logs in and looks around. A good test makes the credential valid; a bad one says why and punishes nobody. */
export const testCredential = ({ log, vault, provider }: CredentialPorts) =>
  endpoint({
    operation: 'testCredential',
    params: credentialParams,
    query: noQuery,
    body: noBody,
    async handle({ accounts, actor, params, headers }) {
      const { id } = await ownCredential(log, params.credential_id, accounts);
      const connection = (await vault.connections([id])).get(id);
      const secret = await vault.secret(id);
      if (connection === undefined || secret === null) throw new Problem('not_found');
      const result = await testConnection(
        provider,
        connectionSettings(connection, secret),
        AbortSignal.timeout(DEADLINE_MS),
      );
      const by = { uid: actor.uid, at: new Date().toISOString(), accounts, ifMatch: headers.ifMatch };
      if (result.ok) {
        await appendCredentialEvent(log, id, by, () => ({ type: 'CredentialVerified', data: { by: 'test' } }));
        return { status: 200, data: result };
      }
      const { code, detail } = result.failure;
      const { category } = FAILURES[code];
      await appendCredentialEvent(log, id, by, () => ({
        type: 'CredentialTestFailed',
        data: { code, category, detail },
      }));
      return { status: 200, data: { ok: false, code, category, detail } };
    },
  });
