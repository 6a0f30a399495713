/** A credential behind the API's own handlers, with its row in the real engine. Its changes can be made to wait. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { createMailboxProvider } from '../../../functions/adapters/imap/connect.ts';
import type { CredentialPorts } from '../../../functions/api/credentials/credential-ports.ts';
import { loginLimits } from '../../../functions/api/credentials/login-limits.ts';
import { rotateCredential } from '../../../functions/api/credentials/rotate-credential.ts';
import { testCredential } from '../../../functions/api/credentials/test-credential.ts';
import { updateCredential } from '../../../functions/api/credentials/update-credential.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { foldCredential } from '../../../functions/domain/credential/history.ts';
import { userActor } from '../../../functions/domain/event/actors.ts';
import { limitsSchema } from '../../../functions/domain/limits/settings.ts';
import { serve } from '../../../functions/http/serve.ts';
import type { CredentialVault } from '../../../functions/ports/credential-vault.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { gatewayEvent } from '../../fixtures/gateway-event.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { memoryUsage } from '../../fixtures/in-memory-usage.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';

const ID = 'pc_01jgx000000000000000000001';
export const connection: Connection = {
  id: ID,
  account_id: 'acc_one',
  host: 'old.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'password',
  tls_ca_pem: null,
  max_connections: 3,
  username_masked: 'a…e@example.com',
  label: null,
  external_ref: null,
  generation: 1,
  last_used_at: null,
  last_synced_at: null,
};
export const secret = { username: 'alice@example.com', password: 'first' };
let local: LocalVault;
let engine: Dynoxide;
beforeAll(async () => {
  [local, engine] = await Promise.all([startVault(), startDynoxide()]);
});
afterAll(() => Promise.all([local?.stop(), engine?.stop()]));

type Write = 'fields' | 'secret';

/** `hold`: writes of that kind to the vault wait until they are released. */
export async function world(hold: Write | null = null) {
  const { SECRETS_TABLE } = await engine.createTables();
  const real = dynamoCredentialVault(engine.client, SECRETS_TABLE, local.vault);
  const held: (() => void)[] = [];
  const wait = (kind: Write): Promise<void> =>
    kind === hold ? new Promise((go) => held.push(() => go())) : Promise.resolve();
  const vault: CredentialVault = {
    ...real,
    update: (...given) => wait(given[3] === undefined ? 'fields' : 'secret').then(() => real.update(...given)),
  };
  const log = memoryEventLog();
  const ports: CredentialPorts = {
    log,
    views: memoryViews(),
    vault,
    mail: noMail,
    ids,
    provider: createMailboxProvider({ ports: 'any', loopback: 'allow', plaintext: 'allow' }),
    slots: memorySlots(),
    tokens: { isAllowed: () => true, refresh: () => Promise.reject(new Error('no refresh here')) },
    fingerprint: async (text) => text,
    quotas: noQuotas,
    accountWaits: 10,
    limits: loginLimits(memoryUsage(), ids, limitsSchema.parse({})),
    refusal: () => null,
  };
  await real.put(connection, secret, 'print');
  const origin = { streamId: ID, accountId: 'acc_one', actor: userActor('ann'), at: '2026-11-01T00:00:00.000Z' };
  await log.append([
    {
      ...origin,
      version: 1,
      event: { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
    },
  ]);
  await log.append([{ ...origin, version: 2, event: { type: 'CredentialVerified', data: { by: 'test' } } }]);
  const handler = serve([updateCredential(ports), rotateCredential(ports), testCredential(ports)]);
  const row = async () =>
    (await engine.client.send(new GetCommand({ TableName: SECRETS_TABLE, Key: { id: ID } }))).Item ?? {};
  const answered = async (routeKey: string, body: unknown) => {
    const path = routeKey.split(' ')[1] ?? '';
    const parameters = { credential_id: ID };
    const headers = { 'content-type': 'application/json' };
    const event = gatewayEvent({ routeKey, path, parameters, headers, body: JSON.stringify(body) });
    const reply = await handler(event, lambdaContext);
    return { status: reply.statusCode, body: JSON.parse(reply.body) };
  };
  const call = async (routeKey: string, body: unknown) => (await answered(routeKey, body)).status;
  return {
    patch: (body: Partial<Connection> & { readonly secret?: typeof secret }) =>
      call('PATCH /api/provider-credentials/{credential_id}', body),
    answer: (body: unknown) => answered('PATCH /api/provider-credentials/{credential_id}', body),
    /** Logs in with the stored secret. */
    test: () => answered('POST /api/provider-credentials/{credential_id}/test', {}),
    rotate: (body: typeof secret) => call('POST /api/provider-credentials/{credential_id}/rotate', { secret: body }),
    /** The number of waiting writes. */
    waiting: () => held.length,
    letGo: (at: number) => held[at]?.(),
    credential: async () => foldCredential(await log.read(ID)),
    connection: async () => (await real.read(ID))?.connection,
    opened: () => real.opened(ID),
    row,
    alter: async (fields: Record<string, unknown>) => {
      await engine.client.send(new PutCommand({ TableName: SECRETS_TABLE, Item: { ...(await row()), ...fields } }));
    },
    secret: async () => (await real.opened(ID))?.secret,
  };
}
