import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import type { ViewRow } from '../../functions/domain/views/row.ts';
import type { Views } from '../../functions/ports/views.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryViews } from '../fixtures/in-memory.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const row = (n: number, more: Partial<ViewRow> = {}): ViewRow => ({
  id: `job_${n}`,
  v: 1,
  b: { n },
  ga: 'job#acc_one',
  s: `2026-11-01T00:00:0${n}.000Z#job_${n}`,
  ...more,
});

const implementations: [string, () => Promise<Views>][] = [
  ['the model in memory', async () => memoryViews()],
  ['DynamoDB', async () => dynamoViews(engine.client, (await engine.createTables()).VIEWS_TABLE)],
];

it('a row that changes no counter is written without a transaction on DynamoDB, which would cost twice', async () => {
  const views = dynamoViews(engine.client, (await engine.createTables()).VIEWS_TABLE);
  const send = vi.spyOn(engine.client, 'send');
  expect(await views.write({ row: row(1), replaces: null })).toBe('written');
  expect(await views.write({ row: row(1, { v: 2 }), replaces: null })).toBe('conflict');
  expect(await views.write({ row: row(1, { v: 2 }), replaces: 1 })).toBe('written');
  expect(send.mock.calls.map(([command]) => command.constructor.name)).toEqual(Array(3).fill('PutCommand'));
  send.mockRestore();
});

describe.each(implementations)('views: %s', (_, make) => {
  it('write a row only in place of the version it was computed from', async () => {
    const views = await make();
    expect(await views.write({ row: row(1), replaces: null })).toBe('written');
    expect(await views.write({ row: row(1), replaces: null })).toBe('conflict');
    expect(await views.write({ row: row(1, { v: 3 }), replaces: 2 })).toBe('conflict');
    expect(await views.write({ row: row(1, { v: 2 }), replaces: 1 })).toBe('written');
    expect((await views.get(['job_1', 'job_9'], { consistent: true })).get('job_1')?.v).toBe(2);
  });

  it('replace a row by one of the same version only if the named fold made the stored row', async () => {
    const views = await make();
    await views.write({ row: row(1), replaces: null });
    await views.write({ row: row(2, { f: 2 }), replaces: null });
    const refolded = (n: number, replacesFold: number) =>
      views.write({ row: row(n, { f: 3 }), replaces: 1, replacesFold });
    expect(await refolded(1, 2)).toBe('conflict');
    expect(await refolded(2, 1)).toBe('conflict');
    expect(await refolded(1, 1)).toBe('written');
    expect(await refolded(2, 2)).toBe('written');
    expect(await refolded(2, 2)).toBe('conflict');
  });

  it('page through an index in both directions without repeating or skipping', async () => {
    const views = await make();
    for (let n = 0; n < 9; n += 1) await views.write({ row: row(n), replaces: null });
    await views.write({ row: row(9, { ga: 'job#acc_two' }), replaces: null });
    for (const newestFirst of [true, false]) {
      const seen: string[] = [];
      const bounds: { above: string | null; below: string | null } = { above: null, below: null };
      for (let more = true; more; ) {
        const page = await views.page({ index: 'account', key: 'job#acc_one', newestFirst, limit: 4, ...bounds });
        seen.push(...page.entries.map(({ id }) => id));
        bounds[newestFirst ? 'below' : 'above'] = page.entries.at(-1)?.sort ?? null;
        more = page.more;
      }
      const ascending = Array.from({ length: 9 }, (_, n) => `job_${n}`);
      expect(seen).toEqual(newestFirst ? ascending.toReversed() : ascending);
    }
  });

  it.each([
    [null, null, [0, 1, 2, 3, 4]],
    ['2026-11-01T00:00:01.000Z#job_1', null, [2, 3, 4]],
    [null, '2026-11-01T00:00:01.000Z#job_1', [0]],
    ['2026-11-01T00:00:01.000Z#job_1', '2026-11-01T00:00:04.000Z#job_4', [2, 3]],
    ['2026-11-01T00:00:01.000Z', '2026-11-01T00:00:03.000Z', [1, 2]],
    ['2026-11-01T00:00:01.000Z#job_1', '2026-11-01T00:00:02.000Z#job_2', []],
    ['2026-11-01T00:00:03.000Z', '2026-11-01T00:00:01.000Z', []],
    ['2026-11-01T00:00:03.000Z', '2026-11-01T00:00:03.000Z', []],
  ] as const)('return the entries above %s and below %s, without the bounds', async (above, below, expected) => {
    const views = await make();
    for (let n = 0; n < 5; n += 1) await views.write({ row: row(n), replaces: null });
    for (const newestFirst of [false, true]) {
      const query = { index: 'account', key: 'job#acc_one', limit: 10, above, below } as const;
      const { entries } = await views.page({ ...query, newestFirst });
      const ids = expected.map((n) => `job_${n}`);
      expect(entries.map(({ id }) => id)).toEqual(newestFirst ? ids.toReversed() : ids);
    }
  });

  it('show due rows in the open index, and none that left it', async () => {
    const views = await make();
    await views.write({ row: row(1, { go: 'open#0', od: '2026-11-01T00:00:00.000Z#job_1' }), replaces: null });
    await views.write({ row: row(2, { go: 'open#0', od: '2026-11-02T00:00:00.000Z#job_2' }), replaces: null });
    const due = async (below: string) =>
      (
        await views.page({ index: 'open', key: 'open#0', newestFirst: false, limit: 10, above: null, below })
      ).entries.map(({ id }) => id);
    expect(await due('2026-11-01T12:00:00.000Z')).toEqual(['job_1']);
    await views.write({ row: row(1, { v: 2 }), replaces: 1 });
    expect(await due('2026-11-03T00:00:00.000Z')).toEqual(['job_2']);
  });
});
