import { describe, expect, it } from 'vitest';
import { countBatch } from '../../functions/counters/count-batch.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { jobRow } from '../../functions/domain/views/job-view.ts';
import { tombstone } from '../../functions/domain/views/row.ts';
import type { Counters } from '../../functions/ports/counters.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from '../domain/job/job-stream.ts';
import { recordOf } from '../fixtures/counted-stream.ts';
import { memoryCounters } from '../fixtures/in-memory-counters.ts';

const SHARD = 'shardId-00000000000000000001-00000001';
const jobId = (n: number): string => `job_01jgx0000000000000000${String(n).padStart(5, '0')}`;
const LIVES: readonly JobEvent[][] = [
  [requested(), started(), succeeded],
  [requested(), started(), failedWith('auth_failed', null)],
  [requested(), started(), succeeded, { type: 'JobDeleted', data: { reason: null } }],
];

/** Each version of each job as a record, the jobs mixed. */
const RECORDS = [0, 1, 2, 3]
  .flatMap((version) =>
    LIVES.flatMap((life, n) => {
      if (version >= life.length) return [];
      const history = stream(life, jobId(n));
      const rowAt = (length: number) => {
        const job = foldJob(history.slice(0, length));
        return job === null ? null : jobRow(job);
      };
      const after = rowAt(version + 1);
      return after === null ? [] : [{ id: jobId(n), before: rowAt(version), after }];
    }),
  )
  .map((change, at) => recordOf(change, String(95 + at)));
const batchOf = (records: readonly { readonly record: unknown }[]) => ({
  shardId: SHARD,
  Records: records.map(({ record }) => record),
});

function counts({ rows }: ReturnType<typeof memoryCounters>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [row, names] of rows)
    for (const [name, count] of names)
      if (typeof count === 'number' && count !== 0) sums[`${kindOfRow(row)}${name}`] = count;
  return sums;
}
const kindOfRow = (row: string): string => (row.includes('#h#') ? 'hour ' : row.includes('fgr_') ? 'group ' : '');
const EXPECTED = {
  'v:': RECORDS.length,
  's:succeeded': 1,
  's:failed': 1,
  'a:imap_sync_messages': 2,
  'x:auth_failed': 1,
  'e:auth_failed': 1,
  'hour s:succeeded': 1,
  'hour s:failed': 1,
  'hour d:succeeded': 1,
  'hour d:failed': 1,
  'hour c:auth_failed': 1,
  'group f:imap_sync_messages': 1,
};

describe('the counter', () => {
  it('adds the differences between the rows before and after, deletions included', async () => {
    const counters = memoryCounters();
    const { response, records, errors } = await countBatch(batchOf(RECORDS), counters);
    expect({ response, records, errors }).toEqual({
      response: { state: {}, batchItemFailures: [] },
      records: RECORDS.length,
      errors: [],
    });
    expect(counts(counters)).toEqual(EXPECTED);
  });

  it('counts each change once, even if it is killed before or after any write', async () => {
    let kills = 0;
    for (let step = 0; step < 10; step += 1) {
      const sound = memoryCounters();
      let left = step;
      const mortal: Counters = {
        async add(...change) {
          left -= 1;
          if (left < 0) throw new Error('killed before');
          const added = await sound.add(...change);
          left -= 1;
          if (left < 0) throw new Error('killed after');
          return added;
        },
      };
      const half = Math.ceil(RECORDS.length / 2);
      const { errors } = await countBatch(batchOf(RECORDS.slice(0, half)), mortal);
      kills += errors.length;
      // The batch is cut again when it comes back.
      await countBatch(batchOf(RECORDS.slice(0, 2)), sound);
      await countBatch(batchOf(RECORDS.slice(1)), sound);
      expect(counts(sound)).toEqual(EXPECTED);
    }
    expect(kills).toBeGreaterThan(5);
  });

  it('requests the first record of a failed counter row again, and counts the other rows', async () => {
    const sound = memoryCounters();
    const hourless: Counters = {
      add: (row, ...rest) => (row.includes('#h#') ? Promise.reject(new Error('no')) : sound.add(row, ...rest)),
    };
    const { response, errors } = await countBatch(batchOf(RECORDS), hourless);
    expect(errors).toHaveLength(1);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: '95' }]);
    expect(counts(sound)).toMatchObject({ 's:succeeded': 1 });
    expect(counts(sound)).not.toHaveProperty(['hour s:succeeded']);
    const again = await countBatch(batchOf(RECORDS), sound);
    expect(again.repeated).toBeGreaterThan(0);
    expect(counts(sound)).toEqual(EXPECTED);
  });

  it('counts the records before a damaged row, and none after it until the row is given up', async () => {
    const counters = memoryCounters();
    const damaged = recordOf({ id: jobId(7), before: null, after: { id: jobId(7), v: 1, b: { a: 'nonsense' } } }, '97');
    const batch = [...RECORDS.slice(0, 2), damaged, ...RECORDS.slice(3)];
    const { response, errors } = await countBatch(batchOf(batch), counters);
    expect(errors).toHaveLength(1);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: '97' }]);
    expect(counts(counters)).toMatchObject({ 's:queued': 2 });
    await countBatch(batchOf(RECORDS.slice(2)), counters);
    expect(counts(counters)).toEqual(EXPECTED);
  });

  it('subtracts a row that was removed by hand, and ignores counters and tombstones', async () => {
    const counters = memoryCounters();
    const job = foldJob(stream([requested()], jobId(1)));
    if (job === null) throw new Error('no job');
    const [made] = [recordOf({ id: job.id, before: null, after: jobRow(job) }, '1')];
    const { record } = recordOf({ id: job.id, before: jobRow(job), after: tombstone(job.id, 2, iso(T0)) }, '2');
    const { dynamodb } = JSON.parse(JSON.stringify(record));
    const removed = { record: { eventName: 'REMOVE', dynamodb: { ...dynamodb, NewImage: undefined } } };
    const other = recordOf({ id: 'cnt#acc_one#0', before: null, after: { id: 'cnt#acc_one#0', v: 1 } }, '3');
    expect(await countBatch(batchOf([made, removed, other]), counters)).toMatchObject({ added: 4, errors: [] });
    expect(counts(counters)).toEqual({ 'v:': 2 });
  });

  it('returns a state at the end of a window, which has no records', async () => {
    const { response, oldestAt } = await countBatch(
      { shardId: SHARD, Records: [], state: {}, isFinalInvokeForWindow: true },
      memoryCounters(),
    );
    expect(response).toEqual({ state: {}, batchItemFailures: [] });
    expect(oldestAt).toBeNull();
  });

  it('refuses a batch that names no shard', async () => {
    await expect(countBatch({ Records: RECORDS.map(({ record }) => record) }, memoryCounters())).rejects.toThrow(
      /shardId/,
    );
  });
});
