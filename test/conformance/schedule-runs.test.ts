import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoScheduleRuns } from '../../functions/adapters/dynamodb/schedule-runs.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import type { ScheduleRuns } from '../../functions/ports/schedule-runs.ts';
import type { Views } from '../../functions/ports/views.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryViews } from '../fixtures/in-memory.ts';
import { memoryRuns } from '../fixtures/in-memory-runs.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const run = (due: string) => ({ due, job_id: null, fired_at: null, skipped: 1, failures: 0, since: 's' });

describe.each([
  ['in memory', async () => memoryRuns()],
  ['on DynamoDB', async () => dynamoScheduleRuns(engine.client, (await engine.createTables()).LEASES_TABLE)],
] satisfies [string, () => Promise<ScheduleRuns>][])('schedule runs %s', (_, make) => {
  it('are read by task, and those that never ran are missing', async () => {
    const runs = await make();
    expect(await runs.record('tsk_1', run('1'), null)).toBe(true);
    expect(await runs.read(['tsk_1', 'tsk_2'])).toEqual(new Map([['tsk_1', run('1')]]));
    expect(await runs.read([])).toEqual(new Map());
  });

  it('are replaced by exactly one of many who saw the same', async () => {
    const runs = await make();
    const first = await Promise.all(['1', '2', '3'].map((due) => runs.record('tsk_1', run(due), null)));
    expect(first.filter((won) => won)).toHaveLength(1);
    const { due = '' } = (await runs.read(['tsk_1'])).get('tsk_1') ?? {};
    const next = await Promise.all(['4', '5'].map((later) => runs.record('tsk_1', run(later), due)));
    expect(next.filter((won) => won)).toHaveLength(1);
  });
});

describe.each([
  ['in memory', async () => memoryViews()],
  ['on DynamoDB', async () => dynamoViews(engine.client, (await engine.createTables()).VIEWS_TABLE)],
] satisfies [string, () => Promise<Views>][])('a row’s place in the open index %s', (_, make) => {
  it('is moved at exactly its version, and never made', async () => {
    const views = await make();
    const write = (id: string, more: object) =>
      views.write([{ row: { id, v: 1, ...more }, replaces: null }], new Map());
    await write('tsk_1', { go: 'g', od: 'a#tsk_1' });
    await write('tsk_2', {});
    const entries = async () => {
      const range = { newestFirst: false, limit: 10, above: null, below: null };
      return (await views.page({ index: 'open', key: 'g', ...range })).entries;
    };
    for (const [id, version] of [
      ['tsk_1', 2],
      ['tsk_2', 1],
      ['tsk_3', 1],
    ] as const)
      await views.reschedule(id, version, `b#${id}`);
    expect(await entries()).toEqual([{ id: 'tsk_1', sort: 'a#tsk_1' }]);
    await views.reschedule('tsk_1', 1, 'b#tsk_1');
    expect(await entries()).toEqual([{ id: 'tsk_1', sort: 'b#tsk_1' }]);
    expect((await views.get(['tsk_3'], { consistent: true })).size).toBe(0);
  });
});
