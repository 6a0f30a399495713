/** Rows of the leases table with counts or notes: the result of each write, and its expiry. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoPermits } from '../../../functions/adapters/dynamodb/permits.ts';
import { dynamoQuotaCounts } from '../../../functions/adapters/dynamodb/quota-counts.ts';
import { dynamoReadScheduleRuns } from '../../../functions/adapters/dynamodb/read-schedule-runs.ts';
import { dynamoScanCycleStore } from '../../../functions/adapters/dynamodb/scan-cycles.ts';
import { RUNS_KEPT_MS } from '../../../functions/domain/schedule/run.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';

/** Not a whole second, to test rounding. */
const NOW = Date.parse('2026-11-01T00:00:00.001Z');
const NEXT_SECOND = Date.parse('2026-11-01T00:00:01.000Z') / 1000;
const DAY_SECONDS = 86_400;

let engine: Dynoxide;
let table: string;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());
beforeEach(async () => {
  table = (await engine.createTables()).LEASES_TABLE;
});
const row = async (id: string) =>
  (await engine.client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }))).Item;

describe('the scan cycles of the sweeper', () => {
  const cycles = () => dynamoScanCycleStore(engine.client, table);

  it('are empty at first, and later the ones that were stored last', async () => {
    expect(await cycles().read()).toEqual(new Map());
    const first = new Map([['open#0', { began: 5, before: 2, position: 'a#job_1' }]]);
    await cycles().keep(first, NOW);
    expect(await cycles().read()).toEqual(first);
    const second = new Map([
      ['open#0', { began: 9, before: 5, position: null }],
      ['open#1', { began: 1, before: 0, position: 'b' }],
    ]);
    await cycles().keep(second, NOW);
    expect(await cycles().read()).toEqual(second);
  });

  it('are kept for a day, in seconds', async () => {
    await cycles().keep(new Map(), NOW);
    expect(await row('sweep#laps')).toEqual({ id: 'sweep#laps', laps: {}, ttl: NEXT_SECOND + DAY_SECONDS });
  });
});

describe('the count of what an account has', () => {
  const counts = () => dynamoQuotaCounts(engine.client, table);

  it('does not exist until it was counted: nothing is added or subtracted before', async () => {
    expect(await counts().read('k')).toBeNull();
    expect(await counts().add('k', 10, NOW)).toBe(false);
    await counts().giveBack('k');
    expect(await row('usage#k')).toBeUndefined();
  });

  it('is kept for thirty days from the last count or addition, in seconds', async () => {
    expect(await counts().replace('k', { count: 3, at: NOW }, null)).toBe(true);
    const at = { n: 3, counted_at: NOW, ttl: NEXT_SECOND + 30 * DAY_SECONDS };
    expect(await row('usage#k')).toEqual({ id: 'usage#k', ...at });
    expect(await counts().add('k', 4, NOW + 5_000)).toBe(true);
    expect(await row('usage#k')).toEqual({ id: 'usage#k', n: 4, counted_at: NOW + 5_000, ttl: at.ttl + 5 });
    expect(await counts().read('k')).toEqual({ count: 4, at: NOW + 5_000 });
  });

  it('goes up to the limit and down to zero', async () => {
    await counts().replace('k', { count: 1, at: NOW }, null);
    expect([await counts().add('k', 2, NOW), await counts().add('k', 2, NOW)]).toEqual([true, false]);
    for (let n = 0; n < 3; n += 1) await counts().giveBack('k');
    expect(await counts().read('k')).toMatchObject({ count: 0 });
  });

  it.each([
    ['no count, when another writer has stored one', null],
    ['another number', { count: 2, at: NOW }],
    ['another time', { count: 3, at: NOW - 1 }],
  ])('is not replaced by a writer that read %s', async (_, replaces) => {
    await counts().replace('k', { count: 3, at: NOW }, null);
    expect(await counts().replace('k', { count: 9, at: NOW + 1 }, replaces)).toBe(false);
    expect(await counts().read('k')).toEqual({ count: 3, at: NOW });
    expect(await counts().replace('k', { count: 9, at: NOW + 1 }, { count: 3, at: NOW })).toBe(true);
    expect(await counts().read('k')).toEqual({ count: 9, at: NOW + 1 });
  });
});

it('a row of permits expires two minutes after the last one was taken, and gives exactly as many as there are', async () => {
  const permits = dynamoPermits(engine.client, table);
  expect([await permits.take('m', 6, 10, NOW), await permits.take('m', 5, 10, NOW)]).toEqual([true, false]);
  expect(await permits.take('m', 4, 10, NOW + 1_000)).toBe(true);
  expect(await row('usage#m')).toEqual({ id: 'usage#m', n: 10, ttl: NEXT_SECOND + 1 + 120 });
});

it('a trigger of a task is kept as long as its runs are', async () => {
  const at = new Date(NOW).toISOString();
  await dynamoReadScheduleRuns(engine.client, table).noteTrigger('tsk_1', { job_id: 'job_1', at });
  const ttl = NEXT_SECOND + RUNS_KEPT_MS / 1000;
  expect(await row('run#tsk_1')).toEqual({ id: 'run#tsk_1', trigger_job: 'job_1', trigger_at: at, ttl });
});
