import { isDeepStrictEqual } from 'node:util';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../../../functions/adapters/dynamodb/tables.ts';
import { dynamoCursorSeal } from '../../../functions/adapters/kms/cursor-seal.ts';
import { type CursorBinding, InvalidCursor } from '../../../functions/ports/cursor-seal.ts';
import { type Vault, type VaultContext, VaultError } from '../../../functions/ports/vault.ts';
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

describe('sealed cursors', () => {
  const binding = { account: 'acc_one', operation: 'listJobs', filter: { status: ['failed'], q: undefined } };
  const position = { id: 'job_1', ga: 'job#acc_one', s: '2026' };
  const seal = async () => dynamoCursorSeal(engine.client, (await engine.createTables()).VIEWS_TABLE, vault);

  it('open where they were made, after a restart and on another instance', async () => {
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

  it('open under their own binding and no other, for any binding', async () => {
    const cursors = await seal();
    const bindings: fc.Arbitrary<CursorBinding> = fc.record({
      account: fc.string({ maxLength: 8 }),
      operation: fc.string({ maxLength: 8 }),
      filter: fc.jsonValue({ maxDepth: 2 }),
    });
    const asJson = (binding: CursorBinding): unknown => JSON.parse(JSON.stringify(binding));
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), bindings, bindings, async (at, mine, other) => {
        const cursor = await cursors.seal(at, mine);
        expect(await cursors.open(cursor, mine)).toEqual(JSON.parse(JSON.stringify(at)));
        if (isDeepStrictEqual(asJson(mine), asJson(other))) return;
        await expect(cursors.open(cursor, other)).rejects.toThrow(InvalidCursor);
      }),
    );
  });

  it('distinguish a filter object from a list of its fields', async () => {
    const cursors = await seal();
    const cursor = await cursors.seal(position, { ...binding, filter: { a: 1 } });
    await expect(cursors.open(cursor, { ...binding, filter: [['a', 1]] })).rejects.toThrow(InvalidCursor);
  });

  it('belong to one deployment: another key does not open them', async () => {
    const one = await seal();
    const other = await seal();
    await expect(other.open(await one.seal(position, binding), binding)).rejects.toThrow(InvalidCursor);
    expect(await other.fingerprint('{}')).not.toBe(await one.fingerprint('{}'));
  });

  it('are refused when they are random', async () => {
    const cursors = await seal();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), async (text) => {
        await expect(cursors.open(text, binding)).rejects.toThrow(InvalidCursor);
      }),
    );
  });

  it('call KMS once per start, and again after a failure', async () => {
    const { VIEWS_TABLE } = await engine.createTables();
    await dynamoCursorSeal(engine.client, VIEWS_TABLE, vault).fingerprint('');
    let opened = 0;
    const counting: Vault = {
      ...vault,
      open(box, context) {
        opened += 1;
        return opened === 1 ? Promise.reject(new Error('throttled')) : vault.open(box, context);
      },
    };
    const cursors = dynamoCursorSeal(engine.client, VIEWS_TABLE, counting);
    await expect(cursors.seal(position, binding)).rejects.toThrow('throttled');
    await Promise.all([cursors.seal(position, binding), cursors.seal(position, binding), cursors.fingerprint('a')]);
    expect(opened).toBe(2);
  });

  it('use a key that is only stored wrapped', async () => {
    const { VIEWS_TABLE } = await engine.createTables();
    await dynamoCursorSeal(engine.client, VIEWS_TABLE, vault).seal(position, binding);
    const Key = { [VIEWS.partitionKey]: VIEWS.cursorKey };
    const { Item } = await engine.client.send(new GetCommand({ TableName: VIEWS_TABLE, Key }));
    expect(Object.keys(Item ?? {}).sort()).toEqual(['box', VIEWS.partitionKey]);
    const others: readonly VaultContext[] = [
      { purpose: 'credential' },
      { purpose: '' },
      { purpose: 'cursor', account: 'acc_one' },
    ];
    for (const other of others) await expect(vault.open(Item?.box, other)).rejects.toThrow(VaultError);
    expect(await vault.open(Item?.box, { purpose: 'cursor' })).toHaveLength(32);
  });

  it("ignore the order of a filter's fields", async () => {
    const cursors = await seal();
    const cursor = await cursors.seal(position, { ...binding, filter: { a: 1, b: [1, 2] } });
    expect(await cursors.open(cursor, { ...binding, filter: { b: [1, 2], a: 1 } })).toEqual(position);
  });

  it('are refused with any byte changed, removed or added', async () => {
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

  it('reveal nothing about the position', async () => {
    const cursors = await seal();
    expect(Buffer.from(await cursors.seal(position, binding), 'base64url').toString('latin1')).not.toContain('acc_one');
  });

  it('and fingerprints equal those of an earlier release under the same key, which is wiped after use', async () => {
    const { VIEWS_TABLE } = await engine.createTables();
    const secret = new Uint8Array(32).fill(7);
    const cursors = dynamoCursorSeal(engine.client, VIEWS_TABLE, { ...vault, open: async () => secret });
    expect(await cursors.fingerprint('{"reason":"why"}')).toBe('q8HCPXKKwLmMzhPuIAhl5UU7xL8vo0-exlbMEScDoRM');
    const filter = { status: ['failed'], action: ['x'] };
    const cursor = 'BxvgVR0wfxTXBy-CUE6VTbffcIcMsg7Imy-AtMRrKn9NeRe4qO9QdPeN';
    expect(await cursors.open(cursor, { ...binding, filter })).toEqual({ id: 'job_1' });
    expect(secret).toEqual(new Uint8Array(32));
  });
});
