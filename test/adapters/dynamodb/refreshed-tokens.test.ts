import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { placeOf } from '../../../functions/domain/credential/place.ts';
import { type OAuthSecret, toStored } from '../../../functions/domain/credential/secret.ts';
import { type Vault, VaultError } from '../../../functions/ports/vault.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { type LocalVault, memoryRows, startVault } from '../../fixtures/kms.ts';
import { type TappedEngine, tapEngine } from '../../fixtures/tapped-engine.ts';

let local: LocalVault;
let engine: Dynoxide;
let tapped: TappedEngine;
beforeAll(async () => {
  [local, engine] = await Promise.all([startVault(), startDynoxide()]);
  tapped = await tapEngine(engine);
});
afterAll(async () => {
  await tapped?.stop();
  await Promise.all([local?.stop(), engine?.stop()]);
});

const connection: Connection = {
  id: 'pc_one',
  account_id: 'acc_one',
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'oauth2',
  tls_ca_pem: null,
  max_connections: 3,
  username_masked: 'a…e@example.com',
  label: null,
  external_ref: null,
  generation: 1,
  last_used_at: null,
  last_synced_at: null,
};
const consent = {
  username: 'alice@example.com',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token: 'first',
  token_url: 'https://login.example.com/token',
};
const by = { version: 2, generation: 2 };
const at = (secret: OAuthSecret, id = 'pc_one') => ({ connection: { ...connection, id }, secret });

/** A credential stored by its owner, and a worker that refreshes its tokens with only the right to decrypt. */
async function world(vaultOfWorker: Vault = local.decryptOnly) {
  const { SECRETS_TABLE: table } = await engine.createTables();
  const owner = dynamoCredentialVault(engine.client, table, local.vault);
  const worker = dynamoCredentialVault(tapped.client, table, vaultOfWorker);
  await owner.put(connection, consent, 'print');
  const before = toStored(consent);
  if ('password' in before) throw new Error('no OAuth secret');
  const next: OAuthSecret = { ...before, refresh_token: 'second', access_token: 'token', access_until: 1 };
  const row = async () => (await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }))).Item;
  return { table, owner, worker, before, next, row };
}

describe('refreshed tokens', () => {
  it('are stored by a worker that may only decrypt, and everyone can read them', async () => {
    const { owner, worker, before, next, row } = await world();
    expect((await worker.opened('pc_one'))?.secret).toEqual(before);
    const old = (await row())?.secret;
    expect(await worker.replaceTokens(at(before), async () => next)).toEqual(next);
    expect((await worker.opened('pc_one'))?.secret).toEqual(next);
    expect((await owner.opened('pc_one'))?.secret).toEqual(next);
    const { secret } = (await row()) ?? {};
    expect([secret.edk, secret.iv === old.iv, secret.ct === old.ct]).toEqual([old.edk, false, false]);
    expect(JSON.stringify(await row())).not.toMatch(/hush|first|second|login.example/);
  });

  it('are stored although another process opens the secret during the refresh, and could seal it again', async () => {
    const { table, before, next, row } = await world();
    const { keyRows } = memoryRows();
    await local.process(keyRows).vault.seal(Buffer.from('x'), { purpose: 'credential' });
    const inTwoDays = () => Date.now() + 2 * 24 * 3_600_000;
    const another = () => dynamoCredentialVault(engine.client, table, local.process(keyRows, inTwoDays, true).vault);
    const context = { account: 'acc_one', credential: 'pc_one', purpose: 'credential' };
    for (const bound of [placeOf(connection), undefined]) {
      const secret = await local.sealedBefore(Buffer.from(JSON.stringify(before)), context, bound);
      await engine.client.send(new PutCommand({ TableName: table, Item: { ...(await row()), secret } }));
      const refresh = async () => {
        expect((await another().opened('pc_one'))?.secret).toEqual(before);
        return next;
      };
      expect(await another().replaceTokens(at(before), refresh)).toEqual(next);
      expect((await row())?.secret).toMatchObject({ v: 3 });
      expect((await another().opened('pc_one'))?.secret).toEqual(next);
    }
  });

  it('can be replaced repeatedly', async () => {
    const { worker, before } = await world();
    let old = before;
    for (let time = 1; time <= 5; time += 1) {
      const next = { ...old, refresh_token: `refresh-${time}`, access_token: `access-${time}` };
      expect(await worker.replaceTokens(at(old), async () => next)).toEqual(next);
      old = next;
    }
    expect((await worker.opened('pc_one'))?.secret).toEqual(old);
  });

  it('are not requested when another secret is stored, or none', async () => {
    const { owner, worker, before, next } = await world();
    const refresh = vi.fn(async () => next);
    expect(await worker.replaceTokens(at({ ...before, refresh_token: 'other' }), refresh)).toBeNull();
    expect(await worker.replaceTokens(at(before, 'pc_none'), refresh)).toBeNull();
    await owner.update('pc_one', by, {}, { ...consent, refresh_token: 'rotated' });
    expect(await worker.replaceTokens(at(before), refresh)).toBeNull();
    expect(refresh).not.toHaveBeenCalled();
  });

  it('are not requested when KMS does not open the row, because they could not be stored', async () => {
    const refused: Vault = { ...local.decryptOnly, reseal: () => Promise.reject(new Error('KMS is throttled')) };
    const { worker, before, next } = await world(refused);
    const refresh = vi.fn(async () => next);
    await expect(worker.replaceTokens(at(before), refresh)).rejects.toThrow('KMS is throttled');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('do not overwrite a secret that was rotated during the refresh, not even an equal one', async () => {
    const { owner, worker, before, next, row } = await world();
    const stored = worker.replaceTokens(at(before), async () => {
      await owner.update('pc_one', by, {}, consent);
      return next;
    });
    expect(await stored).toBeNull();
    expect((await owner.opened('pc_one'))?.secret).toEqual(before);
    expect((await row())?.generation).toBe(2);
  });

  it('do not restore a credential that was destroyed during the refresh', async () => {
    const { owner, worker, before, next, row } = await world();
    const stored = worker.replaceTokens(at(before), async () => {
      await owner.destroy('pc_one');
      return next;
    });
    expect(await stored).toBeNull();
    expect(await row()).toBeUndefined();
  });

  it('are not stored in a row that was moved to another account', async () => {
    const { table, worker, before, next, row } = await world();
    await engine.client.send(new PutCommand({ TableName: table, Item: { ...(await row()), account_id: 'acc_two' } }));
    const refresh = vi.fn(async () => next);
    await expect(worker.replaceTokens(at(before), refresh)).rejects.toThrow(VaultError);
    expect(refresh).not.toHaveBeenCalled();
  });

  it("are not requested when the credential's place has changed, even with the same secret", async () => {
    const { owner, worker, before, next } = await world();
    await owner.update('pc_one', by, { host: 'other.example.com' }, consent);
    const refresh = vi.fn(async () => next);
    expect(await worker.replaceTokens(at(before), refresh)).toBeNull();
    expect(refresh).not.toHaveBeenCalled();
  });

  it('stay bound to their place', async () => {
    const { table, worker, before, next, row } = await world();
    await worker.replaceTokens(at(before), async () => next);
    await engine.client.send(
      new PutCommand({ TableName: table, Item: { ...(await row()), host: 'evil.example.com' } }),
    );
    await expect(worker.opened('pc_one')).rejects.toThrow(VaultError);
  });

  it("fail with the provider's error, and the old ones stay", async () => {
    const { worker, before } = await world();
    const refused = worker.replaceTokens(at(before), () => Promise.reject(new Error('invalid_grant')));
    await expect(refused).rejects.toThrow('invalid_grant');
    expect((await worker.opened('pc_one'))?.secret).toEqual(before);
  });

  it('are reported as not stored when the write is refused', async () => {
    const { worker, before, next } = await world();
    tapped.refuse('UpdateItem', 'AccessDeniedException');
    await expect(worker.replaceTokens(at(before), async () => next)).rejects.toThrow('injected');
    expect((await worker.opened('pc_one'))?.secret).toEqual(before);
  });

  it('are stored in spite of a throttle and a conflicting transaction', async () => {
    const { worker, before, next } = await world();
    tapped.refuse('UpdateItem', 'ProvisionedThroughputExceededException');
    tapped.refuse('UpdateItem', 'TransactionConflictException');
    expect(await worker.replaceTokens(at(before), async () => next)).toEqual(next);
    expect((await worker.opened('pc_one'))?.secret).toEqual(next);
  });

  it('count as stored when the first answer was lost and the retry finds them already stored', async () => {
    const { worker, before, next } = await world();
    tapped.loseAnswer('UpdateItem');
    const refresh = vi.fn(async () => next);
    expect(await worker.replaceTokens(at(before), refresh)).toEqual(next);
    expect((await worker.opened('pc_one'))?.secret).toEqual(next);
    expect(refresh).toHaveBeenCalledOnce();
  });
});
