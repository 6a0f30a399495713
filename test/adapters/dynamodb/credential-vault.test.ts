import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCredentialFinder } from '../../../functions/adapters/dynamodb/credential-matches.ts';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { dynamoKeyRows } from '../../../functions/adapters/dynamodb/key-rows.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { placeOf } from '../../../functions/domain/credential/place.ts';
import { type Vault, VaultError } from '../../../functions/ports/vault.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';

let local: LocalVault;
let vault: Vault;
let engine: Dynoxide;
beforeAll(async () => {
  [local, engine] = await Promise.all([startVault(), startDynoxide()]);
  vault = local.vault;
});
afterAll(() => Promise.all([local?.stop(), engine?.stop()]));

const by = (version: number, generation = 1) => ({ version, generation });

describe('the credential vault', () => {
  const connection: Connection = {
    id: 'pc_one',
    account_id: 'acc_one',
    host: 'imap.example.com',
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
  const secret = { username: 'alice@example.com', password: 'first secret' };
  const fresh = async () => {
    const { SECRETS_TABLE } = await engine.createTables();
    return { table: SECRETS_TABLE, credentials: dynamoCredentialVault(engine.client, SECRETS_TABLE, vault) };
  };

  it('returns the secret only when it is opened, and stores no part of it in plain text', async () => {
    const { table, credentials } = await fresh();
    expect(await credentials.put(connection, secret, 'print')).toBe('stored');
    expect((await credentials.opened('pc_one'))?.secret).toEqual(secret);
    expect((await credentials.connections(['pc_one', 'pc_none'])).get('pc_one')).toEqual(connection);
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }));
    expect(JSON.stringify(Item)).not.toMatch(/first secret|alice@/);
  });

  it('does not overwrite an existing credential', async () => {
    const { credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    expect(await credentials.put(connection, { ...secret, password: 'other' }, 'another print')).toBe('other');
    expect((await credentials.opened('pc_one'))?.secret).toEqual(secret);
  });

  it('accepts a row that an earlier try of the same request stored', async () => {
    const { credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    expect(await credentials.put(connection, secret, 'print')).toBe('stored');
  });

  it('returns the rotated secret at once, in spite of its cache', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await credentials.opened('pc_one');
    const before = (await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }))).Item?.secret;
    expect(await credentials.update('pc_one', by(2), {}, { ...secret, password: 'second' })).toBe(true);
    expect((await credentials.opened('pc_one'))?.secret).toEqual({ ...secret, password: 'second' });
    const after = (await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }))).Item;
    expect(JSON.stringify(after)).not.toContain(before.ct);
    expect(await credentials.update('pc_none', by(2), {}, secret)).toBe(false);
  });

  it('does not open a row that was moved to another account', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }));
    const moved = dynamoCredentialVault(engine.client, table, vault);
    await moved.destroy('pc_one');
    await engine.client.send(new PutCommand({ TableName: table, Item: { ...Item, account_id: 'acc_two' } }));
    await expect(moved.opened('pc_one')).rejects.toThrow(VaultError);
  });

  it('returns nothing for a destroyed credential', async () => {
    const { credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await credentials.destroy('pc_one');
    expect(await credentials.opened('pc_one')).toBeNull();
    expect((await credentials.connections(['pc_one'])).size).toBe(0);
  });

  it('caches an opened secret for five minutes and no longer', async () => {
    const { SECRETS_TABLE } = await engine.createTables();
    let opened = 0;
    const counting: Vault = {
      ...vault,
      openAndRenew(...given) {
        opened += 1;
        return vault.openAndRenew(...given);
      },
    };
    let now = 0;
    const credentials = dynamoCredentialVault(engine.client, SECRETS_TABLE, counting, () => now);
    await credentials.put(connection, secret, 'print');
    await credentials.opened('pc_one');
    now = 299_999;
    expect((await credentials.opened('pc_one'))?.secret).toEqual(secret);
    expect(opened).toBe(1);
    now = 300_000;
    expect((await credentials.opened('pc_one'))?.secret).toEqual(secret);
    expect(opened).toBe(2);
  });

  it('does not open a row moved to another account, even if the secret is cached', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await credentials.opened('pc_one');
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }));
    await engine.client.send(new PutCommand({ TableName: table, Item: { ...Item, account_id: 'acc_two' } }));
    await expect(credentials.opened('pc_one')).rejects.toThrow(VaultError);
    await engine.client.send(new PutCommand({ TableName: table, Item: { ...Item, id: 'pc_two' } }));
    await expect(credentials.opened('pc_two')).rejects.toThrow(VaultError);
  });

  it('returns to each of many credentials its own secret', async () => {
    const { credentials } = await fresh();
    const ids = Array.from({ length: 250 }, (_, at) => `pc_${at}`);
    await Promise.all(ids.map((id) => credentials.put({ ...connection, id }, { ...secret, password: id }, id)));
    for (const pass of ['first', 'kept'])
      for (const id of ids) expect((await credentials.opened(id))?.secret, pass).toEqual({ ...secret, password: id });
    expect((await credentials.connections([...ids, ...ids])).size).toBe(250);
  });

  const rowIn = async (table: string) =>
    (await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }))).Item ?? {};
  const rewrite = async (table: string, fields: Record<string, unknown>) =>
    engine.client.send(new PutCommand({ TableName: table, Item: { ...(await rowIn(table)), ...fields } }));
  /** As releases sealed it before the place was bound. */
  const sealedBefore = (of: object = secret) =>
    local.sealedBefore(Buffer.from(JSON.stringify(of)), {
      ...{ account: 'acc_one', credential: 'pc_one', purpose: 'credential' },
    });

  it.each([
    ['host', 'evil.example.com'],
    ['host', 'IMAP.example.com'],
    ['port', 143],
    ['security_mode', 'none'],
    ['tls_ca_pem', '-----BEGIN CERTIFICATE-----'],
    ['username_masked', 'e…l@example.com'],
    ['port', 'no number'],
    ['secret', 'no box'],
  ])('does not open a row whose %s was rewritten to %s, even if the secret is cached', async (field, value) => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await credentials.opened('pc_one');
    await rewrite(table, { [field]: value });
    await expect(credentials.opened('pc_one')).rejects.toThrow(VaultError);
  });

  it('stores no new secret in a row whose place was rewritten, unless the change contains the whole place', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await rewrite(table, { security_mode: 'none' });
    const second = { ...secret, password: 'second' };
    await expect(credentials.update('pc_one', by(2), {}, second)).rejects.toThrow(VaultError);
    const part = { host: 'imap.example.com', port: 993 };
    await expect(credentials.update('pc_one', by(3), part, second)).rejects.toThrow(VaultError);
    await expect(credentials.update('pc_one', by(4), { security_mode: 'ssl_tls' })).rejects.toThrow(VaultError);
    expect(await credentials.update('pc_one', by(5), { label: 'Sales' })).toBe(true);
    const whole = { ...part, security_mode: 'ssl_tls', tls_ca_pem: null } as const;
    expect(await credentials.update('pc_one', by(6), whole, second)).toBe(true);
    expect((await credentials.opened('pc_one'))?.secret).toEqual(second);
  });

  it('seals the same secret again for the new place when a change moves it', async () => {
    const { credentials } = await fresh();
    await credentials.put({ ...connection, security_mode: 'none' }, secret, 'print');
    await credentials.update('pc_one', by(2), { security_mode: 'ssl_tls' });
    expect(await credentials.opened('pc_one')).toMatchObject({ connection: { security_mode: 'ssl_tls' }, secret });
  });

  it('opens a box of an earlier release, and then seals it with its place', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    const old = await sealedBefore();
    await rewrite(table, { secret: old });
    const worker = dynamoCredentialVault(engine.client, table, local.decryptOnly);
    expect(await worker.opened('pc_one')).toEqual({ connection, secret });
    const { secret: box } = await rowIn(table);
    expect(box).toMatchObject({ v: 2, edk: old.edk });
    expect((await credentials.opened('pc_one'))?.secret).toEqual(secret);
    await rewrite(table, { host: 'evil.example.com' });
    await expect(worker.opened('pc_one')).rejects.toThrow(VaultError);
    await rewrite(table, { secret: { ...box, v: 1 } });
    await expect(worker.opened('pc_one')).rejects.toThrow(VaultError);
  });

  it.each([1, 2])('seals a box of version %i under the shared key when that is a day old', async (version) => {
    const { table, credentials } = await fresh();
    const rows = dynamoKeyRows(engine.client, table);
    await dynamoCredentialVault(engine.client, table, local.process(rows).vault).put(connection, secret, 'print');
    const context = { account: 'acc_one', credential: 'pc_one', purpose: 'credential' };
    const bound = version === 1 ? undefined : placeOf(connection);
    const old = await local.sealedBefore(Buffer.from(JSON.stringify(secret)), context, bound);
    await rewrite(table, { secret: old });
    const inTwoDays = () => Date.now() + 2 * 24 * 3_600_000;
    const worker = dynamoCredentialVault(engine.client, table, local.process(rows, inTwoDays, true).vault);
    expect((await worker.opened('pc_one'))?.secret).toEqual(secret);
    const { secret: box } = await rowIn(table);
    expect(box).toMatchObject({ v: 3, edk: (await rows.read('credential')).edk });
    expect((await credentials.opened('pc_one'))?.secret).toEqual(secret);
    await rewrite(table, { host: 'evil.example.com' });
    await expect(worker.opened('pc_one')).rejects.toThrow(VaultError);
  });

  it('does not seal again a credential that was destroyed while it was opened', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await rewrite(table, { secret: await sealedBefore() });
    const slow: Vault = {
      ...vault,
      async openAndRenew(...given) {
        const opened = await vault.openAndRenew(...given);
        await credentials.destroy('pc_one');
        return opened;
      },
    };
    expect((await dynamoCredentialVault(engine.client, table, slow).opened('pc_one'))?.secret).toEqual(secret);
    expect(await rowIn(table)).toEqual({});
  });

  it('does not replace a newer secret by a re-sealed one of an earlier release', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await rewrite(table, { secret: await sealedBefore() });
    const second = { ...secret, password: 'second' };
    const slow: Vault = {
      ...vault,
      async openAndRenew(...given) {
        const sealed = await vault.openAndRenew(...given);
        await credentials.update('pc_one', by(2), { host: 'new.example.com' }, second);
        return sealed;
      },
    };
    const opened = await dynamoCredentialVault(engine.client, table, slow).opened('pc_one');
    expect(opened).toEqual({ connection, secret });
    expect(await credentials.opened('pc_one')).toMatchObject({
      connection: { host: 'new.example.com' },
      secret: second,
    });
  });

  it('ends with one secret that opens, in whatever order changes of place and secret arrive', async () => {
    const third = { ...secret, password: 'third' };
    const changes = [
      () => [{ host: 'two.example.com' }, { ...secret, password: 'second' }] as const,
      () => [{}, third] as const,
      () => [{ security_mode: 'ssl_tls' }, undefined] as const,
      () => [{ label: 'Sales' }, undefined] as const,
    ];
    for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 1, 3, 0], 'at once'] as const) {
      const { credentials } = await fresh();
      await credentials.put({ ...connection, security_mode: 'starttls' }, secret, 'print');
      const write = (at: number) => {
        const [fields, given] = changes[at]?.() ?? [{}, undefined];
        return credentials.update('pc_one', by(at + 2), fields, given);
      };
      if (order === 'at once') await Promise.all(changes.map((_, at) => write(at)));
      else for (const at of order) await write(at);
      expect(await credentials.opened('pc_one'), String(order)).toMatchObject({
        connection: { host: 'two.example.com', security_mode: 'ssl_tls', label: 'Sales' },
        secret: third,
      });
    }
  });

  it('changes only the named fields', async () => {
    const { credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    expect(await credentials.update('pc_one', by(2, 2), { host: 'other.example.com' })).toBe(true);
    expect(await credentials.update('pc_one', by(3), { label: 'Sales', max_connections: 5 })).toBe(true);
    const changed = { ...connection, host: 'other.example.com', label: 'Sales', max_connections: 5 };
    expect(await credentials.read('pc_one')).toMatchObject({
      connection: changed,
      written: { host: 2, label: 3, max_connections: 3 },
    });
    expect(await credentials.update('pc_none', by(2), { label: 'x' })).toBe(false);
    expect(await credentials.read('pc_none')).toBeNull();
  });

  it('ends with the result of the events in order, in whatever order their changes arrive', async () => {
    const changes = [
      { host: 'two.example.com', label: 'two' },
      { host: 'three.example.com', port: 1993 },
      { label: null, external_ref: 'ref' },
    ];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of [...orders, 'at once']) {
      const { credentials } = await fresh();
      await credentials.put(connection, secret, 'print');
      const write = (at: number) => credentials.update('pc_one', by(at + 2), changes[at] ?? {});
      if (typeof order === 'string') await Promise.all(changes.map((_, at) => write(at)));
      else for (const at of order) await write(at);
      expect((await credentials.read('pc_one'))?.connection, String(order)).toEqual({
        ...connection,
        host: 'three.example.com',
        port: 1993,
        label: null,
        external_ref: 'ref',
      });
    }
  });

  it('keeps the secret of the later rotation, and its user name', async () => {
    const { table, credentials } = await fresh();
    const finder = dynamoCredentialFinder(engine.client, table);
    await credentials.put(connection, secret, 'print');
    await credentials.update('pc_one', by(3), {}, { username: 'carol@example.com', password: 'third' });
    expect(await credentials.update('pc_one', by(2), {}, { username: 'bob@example.com', password: 'second' })).toBe(
      true,
    );
    expect((await credentials.opened('pc_one'))?.secret).toEqual({ username: 'carol@example.com', password: 'third' });
    expect((await credentials.read('pc_one'))?.connection.username_masked).toBe('c…l@example.com');
    const found = (name: string) => finder.find('acc_one', 'username', name);
    expect(await Promise.all(['alice', 'bob', 'carol'].map((name) => found(`${name}@example.com`)))).toEqual([
      [],
      [],
      ['pc_one'],
    ]);
  });

  it('is not found any more by a reference that was removed', async () => {
    const { table, credentials } = await fresh();
    const finder = dynamoCredentialFinder(engine.client, table);
    await credentials.put({ ...connection, external_ref: 'first' }, secret, 'print');
    await credentials.update('pc_one', by(2), { external_ref: 'second' });
    expect(await finder.find('acc_one', 'external_ref', 'first')).toEqual([]);
    expect(await finder.find('acc_one', 'external_ref', 'second')).toEqual(['pc_one']);
    await credentials.update('pc_one', by(3), { external_ref: null });
    expect(await finder.find('acc_one', 'external_ref', 'second')).toEqual([]);
    await credentials.destroy('pc_one');
    expect(await finder.find('acc_one', 'username', secret.username)).toEqual([]);
  });
});
