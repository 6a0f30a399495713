import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoScheduleRuns } from '../../functions/adapters/dynamodb/schedule-runs.ts';
import { LEASES } from '../../functions/adapters/dynamodb/tables.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { Trigger } from '../../functions/domain/schedule/run.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import type { ScheduleRuns } from '../../functions/ports/schedule-runs.ts';
import type { Views } from '../../functions/ports/views.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryRuns } from '../fixtures/in-memory-runs.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const EXACT = { consistent: true };
const UNTIL = Date.parse('2027-01-01T00:00:00Z');
const entry = (taskId: string, due: string, replaces: string | null, trigger: Trigger | null = null) => {
  const run = { due, job_id: null, fired_at: null, skipped: 1, failures: 0, since: 's' };
  return { taskId, run, replaces, trigger, until: UNTIL };
};

async function onDynamo() {
  const tables = await engine.createTables();
  const { LEASES_TABLE: leases, EVENTS_TABLE: events } = tables;
  const log = dynamoEventLog(engine.client, events, ids);
  return { log, leases, runs: dynamoScheduleRuns(engine.client, { leases, events }, ids) };
}
async function inMemory() {
  const log = memoryEventLog();
  return { log, runs: memoryRuns(log) };
}
type Made = { readonly log: EventLog; readonly runs: ScheduleRuns };

describe.each([
  ['in memory', inMemory],
  ['on DynamoDB', onDynamo],
] satisfies [string, () => Promise<Made>][])('schedule runs %s', (_, make) => {
  it('are read by task, and those that never ran are missing', async () => {
    const { runs } = await make();
    const first = entry('tsk_1', '1', null);
    expect(await runs.record(first)).toBe(true);
    expect(await runs.read(['tsk_1', 'tsk_2'], EXACT)).toEqual(new Map([['tsk_1', { run: first.run, trigger: null }]]));
    expect(await runs.read([], EXACT)).toEqual(new Map());
  });

  it('are replaced by exactly one of many writers that saw the same run', async () => {
    const { runs } = await make();
    const first = await Promise.all(['1', '2', '3'].map((due) => runs.record(entry('tsk_1', due, null))));
    expect(first.filter((won) => won)).toHaveLength(1);
    const due = (await runs.read(['tsk_1'], EXACT)).get('tsk_1')?.run?.due ?? '';
    const next = await Promise.all(['4', '5'].map((later) => runs.record(entry('tsk_1', later, due))));
    expect(next.filter((won) => won)).toHaveLength(1);
  });

  it('keep the last trigger, which many may record at once, beside the run', async () => {
    const { runs } = await make();
    const at = (n: number): Trigger => ({ job_id: `job_${n}`, at: `2026-11-01T00:00:00.${100 + n}Z` });
    await Promise.all(Array.from({ length: 30 }, (_, n) => runs.noteTrigger('tsk_1', at(n))));
    expect((await runs.read(['tsk_1'], EXACT)).get('tsk_1')).toEqual({ run: null, trigger: at(29) });
    expect(await runs.record(entry('tsk_1', '1', null)), 'a run that saw no trigger').toBe(false);
    expect(await runs.record(entry('tsk_1', '1', null, at(28))), 'nor one that saw another').toBe(false);
    const first = entry('tsk_1', '1', null, at(29));
    expect(await runs.record(first)).toBe(true);
    expect((await runs.read(['tsk_1'], EXACT)).get('tsk_1')).toEqual({ run: first.run, trigger: at(29) });
    await runs.noteTrigger('tsk_1', at(30));
    expect(await runs.record(entry('tsk_1', '2', '1', at(29)))).toBe(false);
    expect(await runs.record(entry('tsk_1', '2', '1', at(30)))).toBe(true);
  });

  it('are stored with their job if task and run are unchanged, otherwise neither is stored', async () => {
    const { runs, log } = await make();
    const origin = { accountId: 'acc_1', actor: { kind: 'system', id: 't' }, at: '2026-11-01T00:00:00.000Z' } as const;
    const event = (streamId: string, version: number) => ({
      ...origin,
      streamId,
      version,
      event: { type: 'X', data: {} },
    });
    await log.append([event('tsk_1', 1)]);
    const fire = async (due: string, replaces: string | null, taskVersion: number, job = `job_${due}`) => {
      const fired = await runs.fire({ ...entry('tsk_1', due, replaces), taskVersion, job: event(job, 1) });
      const stored = (await runs.read(['tsk_1'], EXACT)).get('tsk_1')?.run?.due === due;
      const made = (await log.read(`job_${due}`)).length === 1;
      expect([stored, made]).toEqual([fired, fired]);
      return fired;
    };
    expect(await fire('1', null, 1)).toBe(true);
    expect(await fire('2', null, 1)).toBe(false);
    expect(await fire('2', '0', 1)).toBe(false);
    expect(await fire('2', '1', 1, 'job_1')).toBe(false);
    await log.append([event('tsk_1', 2)]);
    expect(await fire('2', '1', 1)).toBe(false);
    expect(await fire('2', '1', 2)).toBe(true);
    const racing = await Promise.all(['3', '4', '5'].map((due) => fireOnly(due)));
    expect(racing.filter((won) => won)).toHaveLength(1);

    function fireOnly(due: string) {
      return runs.fire({ ...entry('tsk_1', due, '2'), taskVersion: 2, job: event(`job_${due}`, 1) });
    }
  });
});

it('a row of runs on DynamoDB expires after its time', async () => {
  const { runs, leases } = await onDynamo();
  await runs.record(entry('tsk_1', '1', null));
  const { Item } = await engine.client.send(new GetCommand({ TableName: leases, Key: { id: 'run#tsk_1' } }));
  expect(Item?.[LEASES.ttl]).toBe(UNTIL / 1000);
});

describe.each([
  ['in memory', async () => memoryViews()],
  ['on DynamoDB', async () => dynamoViews(engine.client, (await engine.createTables()).VIEWS_TABLE)],
] satisfies [string, () => Promise<Views>][])('a row’s place in the open index %s', (_, make) => {
  it('is moved only at exactly its version, and never created', async () => {
    const views = await make();
    const write = (id: string, more: object) => views.write({ row: { id, v: 1, ...more }, replaces: null });
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
    expect((await views.get(['tsk_2'], { consistent: true })).get('tsk_2')).not.toHaveProperty('od');
    await views.reschedule('tsk_1', 1, 'b#tsk_1');
    expect(await entries()).toEqual([{ id: 'tsk_1', sort: 'b#tsk_1' }]);
    expect((await views.get(['tsk_3'], { consistent: true })).size).toBe(0);
  });
});
