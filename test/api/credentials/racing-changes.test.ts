import { noQuotas } from '../../fixtures/no-quotas.ts';
/** People who change one credential at the same time: each change holds, and a generation stands for one mailbox. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { loginLimits } from '../../../functions/api/credentials/login-limits.ts';
import type { CredentialPorts } from '../../../functions/api/credentials/ports.ts';
import { rotateCredential } from '../../../functions/api/credentials/rotate-credential.ts';
import { updateCredential } from '../../../functions/api/credentials/update-credential.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { foldCredential } from '../../../functions/domain/credential/credential.ts';
import { userActor } from '../../../functions/domain/event/actors.ts';
import { limitsSchema } from '../../../functions/domain/limits/settings.ts';
import type { CredentialVault } from '../../../functions/ports/credential-vault.ts';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { serve } from '../../../functions/runtime/http/serve.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { gatewayEvent } from '../../fixtures/gateway-event.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { memoryUsage } from '../../fixtures/in-memory-usage.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';
import { noMail } from '../../fixtures/no-mail.ts';

const ID = 'pc_01jgx000000000000000000001';
const connection: Connection = {
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
const secret = { username: 'alice@example.com', password: 'first' };

let local: LocalVault;
let engine: Dynoxide;
beforeAll(async () => {
  [local, engine] = await Promise.all([startVault(), startDynoxide()]);
});
afterAll(() => Promise.all([local?.stop(), engine?.stop()]));

type Write = 'update' | 'rotate';

/** `hold`: the writes to the vault of that kind, each of which waits until it is let go. */
async function world(hold: Write | null = null) {
  const { SECRETS_TABLE } = await engine.createTables();
  const real = dynamoCredentialVault(engine.client, SECRETS_TABLE, local.vault);
  const held: (() => void)[] = [];
  const wait = (kind: Write): Promise<void> =>
    kind === hold ? new Promise((go) => held.push(() => go())) : Promise.resolve();
  const vault: CredentialVault = {
    ...real,
    update: (...given) => wait('update').then(() => real.update(...given)),
    rotate: (...given) => wait('rotate').then(() => real.rotate(...given)),
  };
  const log = memoryEventLog();
  const ports: CredentialPorts = {
    log,
    views: memoryViews(),
    vault,
    mail: noMail,
    ids,
    provider: {
      connect: () => {
        throw new MailboxFailure({ code: 'unknown', detail: '', retryAfterMs: null, outcomeUnknown: false });
      },
    },
    slots: memorySlots(),
    tokens: { isAllowed: () => true, refresh: () => Promise.reject(new Error('no refresh here')) },
    fingerprint: async (text) => text,
    quotas: noQuotas,
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
  const handler = serve([updateCredential(ports), rotateCredential(ports)]);
  const call = async (routeKey: string, body: unknown): Promise<number | undefined> => {
    const path = routeKey.split(' ')[1] ?? '';
    const parameters = { credential_id: ID };
    const headers = { 'content-type': 'application/json' };
    const event = gatewayEvent({ routeKey, path, parameters, headers, body: JSON.stringify(body) });
    return (await handler(event, lambdaContext)).statusCode;
  };
  return {
    patch: (body: Partial<Connection>) => call('PATCH /api/provider-credentials/{credential_id}', body),
    rotate: (body: typeof secret) => call('POST /api/provider-credentials/{credential_id}/rotate', { secret: body }),
    /** How many writes are waiting. */
    waiting: () => held.length,
    letGo: (at: number) => held[at]?.(),
    credential: async () => foldCredential(await log.read(ID)),
    connection: async () => (await real.read(ID))?.connection,
    secret: () => real.secret(ID),
  };
}

describe('changes of a credential that meet', () => {
  it('each keep their fields', async () => {
    const { patch, connection: stored } = await world();
    const changes = [{ host: 'new.example.com' }, { label: 'Sales' }, { max_connections: 7 }, { external_ref: 'ref' }];
    expect(await Promise.all(changes.map(patch))).toEqual([200, 200, 200, 200]);
    expect(await stored()).toEqual({ ...connection, ...Object.assign({}, ...changes), generation: 2 });
  });

  it('leave the host of the last generation, whichever is written last', async () => {
    const { patch, waiting, letGo, credential, connection: stored } = await world('update');
    const first = patch({ host: 'one.example.com' });
    await expect.poll(waiting).toBe(1);
    const second = patch({ host: 'two.example.com' });
    await expect.poll(waiting).toBe(2);
    letGo(1);
    expect(await second).toBe(200);
    letGo(0);
    expect(await first).toBe(200);
    expect(await credential()).toMatchObject({ generation: 3, status: 'unverified' });
    expect(await stored()).toMatchObject({ host: 'two.example.com' });
  });

  it('start another generation on the way back to the host that the vault still holds', async () => {
    const { patch, waiting, letGo, credential, connection: stored } = await world('update');
    const away = patch({ host: 'new.example.com' });
    await expect.poll(waiting).toBe(1);
    const back = patch({ host: 'old.example.com' });
    await expect.poll(waiting).toBe(2);
    for (const at of [0, 1]) letGo(at);
    expect(await Promise.all([away, back])).toEqual([200, 200]);
    expect(await credential()).toMatchObject({ generation: 3 });
    expect(await stored()).toMatchObject({ host: 'old.example.com' });
  });

  it('start another generation on the way back to the user whose secret the vault still holds', async () => {
    const { rotate, waiting, letGo, credential, secret: stored } = await world('rotate');
    const away = rotate({ username: 'bob@example.com', password: 'second' });
    await expect.poll(waiting).toBe(1);
    const back = rotate({ ...secret, password: 'third' });
    await expect.poll(waiting).toBe(2);
    letGo(1);
    expect(await back).toBe(200);
    letGo(0);
    expect(await away).toBe(200);
    expect(await credential()).toMatchObject({ generation: 3 });
    expect(await stored()).toEqual({ ...secret, password: 'third' });
  });

  it('start none where nothing leads elsewhere', async () => {
    const { patch, rotate, credential } = await world();
    await patch({ host: 'old.example.com', port: 993, label: 'Sales' });
    await patch({ host: 'old.example.com' });
    await rotate({ ...secret, password: 'second' });
    await rotate({ ...secret, password: 'third' });
    expect(await credential()).toMatchObject({ generation: 1 });
  });
});
