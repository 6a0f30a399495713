import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoKeyRows } from '../../../functions/adapters/dynamodb/key-rows.ts';
import { secretIds } from '../../../functions/adapters/dynamodb/secret-scan.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';
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

const key = (edk: string) => ({ month: '2026-11', kid: 'k', edk, madeAt: 5 });
const context = { account: 'acc_one', credential: 'pc_one', purpose: 'credential' };
const plain = Buffer.from('hush');

async function world() {
  const { SECRETS_TABLE: table } = await engine.createTables();
  const row = async () =>
    (await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'key#credential' } }))).Item;
  const put = (Item: object) => engine.client.send(new PutCommand({ TableName: table, Item: { ...Item } }));
  return { table, rows: dynamoKeyRows(tapped.client, table), row, put };
}

describe('the row of a shared key', () => {
  it('is stored once: the second first key is refused, and the stored key can be read', async () => {
    const { rows, row } = await world();
    expect(await rows.read('credential')).toEqual({ key: null, edk: undefined });
    expect(await rows.replace('credential', key('one'), undefined)).toBe(true);
    expect(await rows.replace('credential', key('two'), undefined)).toBe(false);
    expect(await rows.read('credential')).toEqual({ key: key('one'), edk: 'one' });
    expect(await row()).toEqual({ id: 'key#credential', month: '2026-11', kid: 'k', edk: 'one', made_at: 5 });
  });

  it('is replaced only by a process that has seen its key', async () => {
    const { rows } = await world();
    await rows.replace('credential', key('one'), undefined);
    expect(await rows.replace('credential', key('three'), 'two')).toBe(false);
    expect(await rows.replace('credential', key('two'), 'one')).toBe(true);
    expect((await rows.read('credential')).key).toEqual(key('two'));
    expect(await rows.read('webhook')).toEqual({ key: null, edk: undefined });
  });

  it.each([
    ['without its key', { id: 'key#credential', month: '2026-11' }],
    ['with a key that is not a text', { id: 'key#credential', edk: { odd: true } }],
    ['without its month', { id: 'key#credential', kid: 'k', edk: 'one', made_at: 5 }],
  ])('%s counts as none, and can be replaced', async (_, damaged) => {
    const { rows, put } = await world();
    await put(damaged);
    const { key: found, edk } = await rows.read('credential');
    expect(found).toBeNull();
    expect(await rows.replace('credential', key('two'), edk)).toBe(true);
    expect((await rows.read('credential')).key).toEqual(key('two'));
  });

  it('counts as stored when the first answer was lost and the retry finds the row already stored', async () => {
    const { rows } = await world();
    tapped.loseAnswer('PutItem');
    expect(await rows.replace('credential', key('one'), undefined)).toBe(true);
    expect((await rows.read('credential')).key).toEqual(key('one'));
  });

  it('belongs to no account, so that erasing an account leaves it', async () => {
    const { table, rows } = await world();
    await rows.replace('credential', key('one'), undefined);
    await engine.client.send(new PutCommand({ TableName: table, Item: { id: 'pc_one', account_id: 'acc_one' } }));
    const found: string[] = [];
    for await (const id of secretIds(engine.client, table, 'acc_one')) found.push(id);
    expect(found).toEqual(['pc_one']);
  });
});

describe('processes that seal', () => {
  it('at the same moment use the key of the one whose row was stored first', async () => {
    const { rows, row } = await world();
    const processes = Array.from({ length: 4 }, () => local.process(rows));
    const boxes = await Promise.all(processes.map(({ vault }) => vault.seal(plain, context)));
    expect(new Set(boxes.map(({ edk }) => edk))).toEqual(new Set([(await row())?.edk]));
    const reader = local.process(rows);
    for (const box of boxes) expect(plain.equals(await reader.vault.open(box, context))).toBe(true);
    expect(reader.asked).toEqual(['Decrypt']);
  });

  it('use the key of another process that stored one between the read and the write', async () => {
    const { rows } = await world();
    const other = local.process(rows);
    const seen: string[] = [];
    tapped.meanwhile('PutItemCommand', async () => seen.push((await other.vault.seal(plain, context)).edk));
    const { edk } = await local.process(rows).vault.seal(plain, context);
    expect(seen).toEqual([edk]);
  });

  it('lose nothing when the row is deleted', async () => {
    const { table, rows } = await world();
    const box = await local.process(rows).vault.seal(plain, context);
    await engine.client.send(new DeleteCommand({ TableName: table, Key: { id: 'key#credential' } }));
    const { vault } = local.process(rows);
    expect(plain.equals(await vault.open(box, context))).toBe(true);
    expect((await vault.seal(plain, context)).edk).not.toBe(box.edk);
  });
});
