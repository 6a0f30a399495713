import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { dynamoCursorSeal } from '../../../functions/adapters/kms/cursor-seal.ts';
import { kmsVault } from '../../../functions/adapters/kms/vault.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import { maskUsername } from '../../../functions/domain/credential/secret.ts';
import { InvalidCursor } from '../../../functions/ports/cursor-seal.ts';
import { type Vault, VaultError } from '../../../functions/ports/vault.ts';
import { startKms } from '../../../local/engines/kms.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/test';
let folder: string;
let server: Listening;
let kms: KMSClient;
let vault: Vault;
let engine: Dynoxide;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kms-'));
  [server, engine] = await Promise.all([startKms(join(folder, 'key'), KEY), startDynoxide()]);
  kms = new KMSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  vault = kmsVault(kms, KEY);
});
afterAll(async () => {
  kms?.destroy();
  await Promise.all([server?.stop(), engine?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const context = { account: 'acc_one', credential: 'pc_one', purpose: 'credential' };
const plain = Buffer.from('a password that nobody must see');

describe('the vault', () => {
  it('opens what it sealed, under the same context in any order', async () => {
    const box = await vault.seal(plain, context);
    const { account, credential, purpose } = context;
    expect(Buffer.from(await vault.open(box, { purpose, credential, account }))).toEqual(plain);
    expect(JSON.stringify(box)).not.toContain(plain.toString('base64'));
  });

  it('seals the same twice differently', async () => {
    const [one, other] = await Promise.all([vault.seal(plain, context), vault.seal(plain, context)]);
    expect(one.ct).not.toBe(other.ct);
    expect(one.edk).not.toBe(other.edk);
  });

  it.each(['account', 'credential', 'purpose'])('does not open under another %s', async (field) => {
    const box = await vault.seal(plain, context);
    await expect(vault.open(box, { ...context, [field]: 'another' })).rejects.toThrow(VaultError);
  });

  it.each(['ct', 'iv', 'tag', 'edk'] as const)('does not open with one bit of its %s changed', async (field) => {
    const box = await vault.seal(plain, context);
    const bytes = Buffer.from(box[field], 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    const error = await vault
      .open({ ...box, [field]: bytes.toString('base64') }, context)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(VaultError);
    expect(String(error)).not.toContain('password');
  });
});

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
    last_used_at: null,
    last_synced_at: null,
  };
  const secret = { username: 'alice@example.com', password: 'first secret' };
  const fresh = async () => {
    const { SECRETS_TABLE } = await engine.createTables();
    return { table: SECRETS_TABLE, credentials: dynamoCredentialVault(engine.client, SECRETS_TABLE, vault) };
  };

  it('gives a secret back only as a secret, and stores no word of it', async () => {
    const { table, credentials } = await fresh();
    expect(await credentials.put(connection, secret, 'print')).toBe('stored');
    expect(await credentials.secret('pc_one')).toEqual(secret);
    expect((await credentials.connections(['pc_one', 'pc_none'])).get('pc_one')).toEqual(connection);
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }));
    expect(JSON.stringify(Item)).not.toMatch(/first secret|alice@/);
  });

  it('does not overwrite one that is there', async () => {
    const { credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    expect(await credentials.put(connection, { ...secret, password: 'other' }, 'another print')).toBe('other');
    expect(await credentials.secret('pc_one')).toEqual(secret);
  });

  it('takes what an earlier try of the same request left behind for its own', async () => {
    const { credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    expect(await credentials.put(connection, secret, 'print')).toBe('stored');
  });

  it('serves the rotated secret at once, whatever it has kept', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await credentials.secret('pc_one');
    const before = (await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }))).Item?.secret;
    expect(await credentials.rotate('pc_one', { ...secret, password: 'second' }, 'a…e@example.com')).toBe(true);
    expect((await credentials.secret('pc_one'))?.password).toBe('second');
    const after = (await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }))).Item;
    expect(JSON.stringify(after)).not.toContain(before.ct);
    expect(await credentials.rotate('pc_none', secret, 'x')).toBe(false);
  });

  it('does not open a row that was moved to another account', async () => {
    const { table, credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'pc_one' } }));
    const moved = dynamoCredentialVault(engine.client, table, vault);
    await moved.destroy('pc_one');
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
    await engine.client.send(new PutCommand({ TableName: table, Item: { ...Item, account_id: 'acc_two' } }));
    await expect(moved.secret('pc_one')).rejects.toThrow(VaultError);
  });

  it('knows nothing of a destroyed one', async () => {
    const { credentials } = await fresh();
    await credentials.put(connection, secret, 'print');
    await credentials.destroy('pc_one');
    expect(await credentials.secret('pc_one')).toBeNull();
    await credentials.touch('pc_one', { lastUsedAt: '2026-11-01T00:00:00.000Z' });
    expect((await credentials.connections(['pc_one'])).size).toBe(0);
  });

  it('masks a user name so that only its owner knows it', () => {
    expect(['alice@example.com', 'bob@x.org', 'jo', 'DOMAIN\\user'].map(maskUsername)).toEqual([
      'a…e@example.com',
      '…@x.org',
      '…',
      'D…r',
    ]);
  });
});

describe('sealed cursors', () => {
  const binding = { account: 'acc_one', operation: 'listJobs', filter: { status: ['failed'], q: undefined } };
  const position = { id: 'job_1', ga: 'job#acc_one', s: '2026' };
  const seal = async () => dynamoCursorSeal(engine.client, (await engine.createTables()).VIEWS_TABLE, vault);

  it('open where they were made, after a restart and on another instance too', async () => {
    const { VIEWS_TABLE } = await engine.createTables();
    const instances = Array.from({ length: 4 }, () => dynamoCursorSeal(engine.client, VIEWS_TABLE, vault));
    const cursors = await Promise.all(instances.map((instance) => instance.seal(position, binding)));
    for (const instance of instances)
      for (const cursor of cursors) expect(await instance.open(cursor, binding)).toEqual(position);
    const prints = await Promise.all(instances.map((instance) => instance.fingerprint('{}')));
    expect(new Set(prints).size).toBe(1);
  });

  it.each([
    ['account', { ...binding, account: 'acc_two' }],
    ['operation', { ...binding, operation: 'listTasks' }],
    ['filter', { ...binding, filter: { status: ['queued'] } }],
  ])('are refused with another %s', async (_, other) => {
    const cursors = await seal();
    await expect(cursors.open(await cursors.seal(position, binding), other)).rejects.toThrow(InvalidCursor);
  });

  it('do not care about the order of a filter’s fields', async () => {
    const cursors = await seal();
    const cursor = await cursors.seal(position, { ...binding, filter: { a: 1, b: [1, 2] } });
    expect(await cursors.open(cursor, { ...binding, filter: { b: [1, 2], a: 1 } })).toEqual(position);
  });

  it('are refused with any byte changed, cut or added', async () => {
    const cursors = await seal();
    const cursor = await cursors.seal(position, binding);
    await fc.assert(
      fc.asyncProperty(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCxyz019-_'), async (at, letter) => {
        const forged = cursor.slice(0, at) + letter + cursor.slice(at + 1);
        if (forged !== cursor) await expect(cursors.open(forged, binding)).rejects.toThrow(InvalidCursor);
      }),
    );
    for (const forged of ['', 'x', cursor.slice(0, -1), `${cursor}A`, `${cursor}=`])
      await expect(cursors.open(forged, binding)).rejects.toThrow(InvalidCursor);
  });

  it('say nothing about the position', async () => {
    const cursors = await seal();
    expect(Buffer.from(await cursors.seal(position, binding), 'base64url').toString('latin1')).not.toContain('acc_one');
  });
});
