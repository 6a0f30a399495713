import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoWebhookVault } from '../../../functions/adapters/dynamodb/webhook-vault.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';

const DAY = 24 * 3_600_000;
const T0 = Date.parse('2026-11-24T10:00:00Z');
const FIELDS = { id: 'whk_1', account_id: 'acc_1', label: 'first', settings: { colour: 'blue' } };

let local: LocalVault;
let engine: Dynoxide;
beforeAll(async () => {
  [local, engine] = await Promise.all([startVault(), startDynoxide()]);
});
afterAll(() => Promise.all([local?.stop(), engine?.stop()]));

/** Two processes on one table, by one clock. */
async function fresh() {
  const { SECRETS_TABLE: table } = await engine.createTables();
  const clock = { now: T0 };
  const process = () => dynamoWebhookVault(engine.client, table, local.vault, () => clock.now);
  const webhooks = process();
  await webhooks.put(FIELDS, 'secret-1', 'print');
  const secrets = async (id = 'whk_1') => (await webhooks.open(id))?.secrets ?? null;
  return { table, clock, webhooks, other: process(), secrets };
}

describe('the secret of an endpoint', () => {
  it('is valid, sealed, with a former one valid exactly until its time', async () => {
    const { table, clock, webhooks, secrets } = await fresh();
    expect(await secrets()).toEqual(['secret-1']);
    expect(await webhooks.rotate('whk_1', 'secret-2', T0 + DAY, 2)).toBe('rotated');
    clock.now = T0 + DAY - 1;
    expect(await secrets()).toEqual(['secret-2', 'secret-1']);
    clock.now = T0 + DAY;
    expect(await secrets()).toEqual(['secret-2']);
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'whk_1' } }));
    expect(JSON.stringify(Item)).not.toMatch(/secret-\d/);
  });

  it('that was replaced twice stays valid until its own time, and no row keeps expired secrets', async () => {
    const { table, clock, webhooks, secrets } = await fresh();
    await webhooks.rotate('whk_1', 'secret-2', T0 + DAY, 2);
    clock.now = T0 + DAY / 2;
    await webhooks.rotate('whk_1', 'secret-3', clock.now + DAY, 3);
    expect(await secrets()).toEqual(['secret-3', 'secret-2', 'secret-1']);
    clock.now = T0 + DAY;
    expect(await secrets()).toEqual(['secret-3', 'secret-2']);
    clock.now = T0 + 2 * DAY;
    await webhooks.rotate('whk_1', 'secret-4', clock.now + DAY, 4);
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'whk_1' } }));
    expect(Item?.formers).toHaveLength(1);
  });

  it('after simultaneous rotations is that of the last one, and each issued secret is valid', async () => {
    const { webhooks, other, secrets } = await fresh();
    expect(await other.rotate('whk_1', 'secret-3', T0 + DAY, 3)).toBe('rotated');
    expect(await webhooks.rotate('whk_1', 'secret-2', T0 + DAY, 2)).toBe('rotated');
    expect(await secrets()).toEqual(['secret-3', 'secret-2', 'secret-1']);
    const rest = [4, 5, 6].map((n) => (n % 2 ? other : webhooks).rotate('whk_1', `secret-${n}`, T0 + DAY, n));
    expect(await Promise.all(rest)).toEqual(['rotated', 'rotated', 'rotated']);
    expect((await secrets())?.slice(0, 3)).toEqual(['secret-6', 'secret-5', 'secret-4']);
  });

  it('that is stored late is sorted among the former ones: the latest is tried first', async () => {
    const { webhooks, secrets } = await fresh();
    for (const n of [3, 5, 2]) expect(await webhooks.rotate('whk_1', `secret-${n}`, T0 + DAY, n)).toBe('rotated');
    expect(await secrets()).toEqual(['secret-5', 'secret-3', 'secret-2', 'secret-1']);
  });

  it('whose time has ended is removed by a rotation', async () => {
    const { table, clock, webhooks } = await fresh();
    await webhooks.rotate('whk_1', 'secret-2', T0 + DAY, 2);
    clock.now = T0 + DAY;
    await webhooks.rotate('whk_1', 'secret-3', clock.now + DAY, 3);
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'whk_1' } }));
    expect(Item?.formers).toMatchObject([{ rotation: 2 }]);
  });

  it('is rotated once per rotation, whichever rotation came after it', async () => {
    const { webhooks, secrets } = await fresh();
    await webhooks.rotate('whk_1', 'secret-2', T0 + DAY, 2);
    expect(await webhooks.rotate('whk_1', 'again', T0 + DAY, 2)).toBe('earlier');
    await webhooks.rotate('whk_1', 'secret-3', T0 + DAY, 3);
    expect(await webhooks.rotate('whk_1', 'again', T0 + DAY, 2)).toBe('earlier');
    expect(await secrets()).toEqual(['secret-3', 'secret-2', 'secret-1']);
  });

  it('is kept after a few rotations in a day; after many, only the latest are', async () => {
    const { webhooks, secrets } = await fresh();
    for (let n = 2; n <= 12; n += 1) await webhooks.rotate('whk_1', `secret-${n}`, T0 + DAY, n);
    expect(await secrets()).toEqual([12, 11, 10, 9, 8, 7].map((n) => `secret-${n}`));
  });

  it('is removed with the endpoint, and nothing restores it', async () => {
    const { webhooks, secrets } = await fresh();
    await webhooks.destroy('whk_1');
    await webhooks.destroy('whk_1');
    expect(await secrets()).toBeNull();
    expect(await webhooks.rotate('whk_1', 'secret-2', T0 + DAY, 2)).toBe('gone');
    expect(await webhooks.update('whk_1', { label: 'x' })).toBeNull();
    expect(await secrets()).toBeNull();
  });
});

describe('an endpoint', () => {
  it('that is stored again by the same request stays the same; by another request it is refused', async () => {
    const { webhooks, secrets } = await fresh();
    expect(await webhooks.put(FIELDS, 'secret-9', 'print')).toBe('earlier');
    expect(await webhooks.put(FIELDS, 'secret-9', 'other print')).toBe('other');
    expect(await secrets()).toEqual(['secret-1']);
  });

  it('may have no secret, and then none can be rotated', async () => {
    const { webhooks, secrets } = await fresh();
    const bare = { ...FIELDS, id: 'whk_2' };
    expect(await webhooks.put(bare, null, 'print')).toBe('stored');
    expect(await webhooks.put(bare, null, 'print')).toBe('earlier');
    expect(await webhooks.rotate('whk_2', 'secret-2', T0 + DAY, 2)).toBe('gone');
    expect(await secrets('whk_2')).toEqual([]);
  });
});

describe('label and settings', () => {
  it('are changed independently, so that two simultaneous changes are both stored', async () => {
    const { webhooks, other } = await fresh();
    await Promise.all([
      webhooks.update('whk_1', { label: 'second' }),
      other.update('whk_1', { settings: { colour: 'red' } }),
    ]);
    const both = { ...FIELDS, label: 'second', settings: { colour: 'red' } };
    expect((await webhooks.fields(['whk_1'])).get('whk_1')).toEqual(both);
    expect(await webhooks.update('whk_1', {})).toEqual(both);
    expect(await webhooks.update('whk_1', { label: null })).toEqual({ ...both, label: null });
  });

  it('are changed together by one request', async () => {
    const { webhooks } = await fresh();
    const changes = { label: 'second', settings: { colour: 'red' } };
    expect(await webhooks.update('whk_1', changes)).toEqual({ ...FIELDS, ...changes });
  });
});
