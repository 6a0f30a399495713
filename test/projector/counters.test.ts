import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { pauseWithJitter } from '../../functions/adapters/dynamodb/pause.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { hoursBetween, toStats } from '../../functions/domain/views/stats.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { recount } from '../../functions/upkeep/recount.ts';
import { ACCOUNT, failedWith, iso, requested, started, stream, succeeded, T0 } from '../domain/job/job-stream.ts';
import { countViews, skewCount } from '../fixtures/count-views.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const LATER = iso(T0 + 3_600_000);
const LIVES: JobEvent[][] = [
  [requested(), started(), succeeded],
  [requested(), started(), failedWith('auth_failed', null)],
  [requested(), started(), failedWith('connection_closed', LATER)],
  [requested(), started(), succeeded, { type: 'JobDeleted', data: { reason: null } }],
  [requested({ run_at: LATER })],
];

describe('the counters on the real engine', () => {
  it('equal a recount after projectors worked in parallel on duplicated and shuffled records', async () => {
    const tables = await engine.createTables();
    const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
    const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
    const records: Envelope[] = [];
    for (let n = 0; n < 60; n += 1) {
      const id = ids.next('job');
      for (const event of stream(LIVES[n % LIVES.length] ?? [], id)) {
        await log.append([
          { streamId: id, version: event.version, accountId: ACCOUNT, actor: event.actor, at: event.at, event },
        ]);
        records.push(event, event);
      }
    }
    const shuffled = fc
      .sample(fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length }), {
        numRuns: 1,
        seed: 7,
      })
      .flat();
    const batches = Array.from({ length: 24 }, (_, at) => shuffled.filter((__, index) => index % 24 === at));
    await Promise.all(
      [0, 1, 2, 3].map(async (shard) => {
        for (const batch of batches.filter((_, at) => at % 4 === shard)) {
          const { failed } = await projectOnce(batch, { log, views, pause: pauseWithJitter });
          expect(failed).toEqual([]);
        }
      }),
    );
    await countViews(engine, tables.VIEWS_TABLE);
    expect(await recount(views, ACCOUNT)).toEqual(new Map());
    const stored = await views.counters(
      [0, 1, 2, 3].map((shard) => `cnt#${ACCOUNT}#${shard}`),
      { consistent: true },
    );
    expect(toStats(stored.values())).toEqual({
      total: 48,
      by_status: { scheduled: 12, queued: 0, running: 0, retrying: 12, succeeded: 12, failed: 12, resolved: 0 },
      by_action: { imap_sync_messages: 48 },
      by_error_code: { auth_failed: 12, connection_closed: 12 },
    });
  });

  it('are found by a recount when they are wrong', async () => {
    const { VIEWS_TABLE: table } = await engine.createTables();
    const views = dynamoViews(engine.client, table);
    await skewCount(engine, table, `cnt#${ACCOUNT}#2`, 's:failed', 1);
    expect(await recount(views, ACCOUNT)).toEqual(new Map([['s:failed', { counted: 0, stored: 1 }]]));
  });
});

describe('a series', () => {
  it('has every hour once, the first and the last included', () => {
    expect(hoursBetween(Date.parse('2026-11-23T10:59:59.999Z'), Date.parse('2026-11-23T12:00:00.000Z'))).toEqual([
      '2026-11-23T10:00:00.000Z',
      '2026-11-23T11:00:00.000Z',
      '2026-11-23T12:00:00.000Z',
    ]);
    expect(hoursBetween(10, 0)).toHaveLength(1);
    expect(hoursBetween(7_200_000, 0)).toEqual([]);
  });
});
