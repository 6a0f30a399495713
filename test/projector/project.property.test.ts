import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { counterDelta } from '../../functions/domain/views/counters.ts';
import { jobOf, jobRow } from '../../functions/domain/views/job-view.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import {
  failedWith,
  iso,
  recorded,
  requested,
  started,
  stream,
  succeeded,
  T0,
  yielded,
} from '../domain/job/job-stream.ts';
import { memoryViews } from '../fixtures/in-memory.ts';

const LATER = iso(T0 + 3_600_000);
const LIVES: JobEvent[][] = [
  [requested(), started(), succeeded],
  [requested(), started(), yielded, started(1, 2), succeeded],
  [requested(), started(), failedWith('connection_closed', LATER), started(2), failedWith('auth_failed', null)],
  [
    requested(),
    started(),
    failedWith('auth_failed', null),
    { type: 'JobRetryRequested', data: { reason: null } },
    started(2),
    succeeded,
  ],
  [requested({ run_at: LATER }), { type: 'JobReleased', data: {} }, started(), failedWith('rate_limited', LATER)],
  [requested(), started(), failedWith('auth_failed', null), { type: 'JobDeleted', data: { reason: 'test' } }],
  [requested(), { type: 'JobResolved', data: { note: 'by hand' } }],
];
const TASK = {
  task_type: 'imap_sync_messages',
  target_credential_id: 'pc_01jgx000000000000000000001',
  payload: {},
  priority: 0,
  labels: [],
  schedule: null,
};
const jobId = (n: number): string => `job_01jgx0000000000000000${String(n).padStart(5, '0')}`;

/** Full streams as the log has them; projecting starts when everything has been appended. */
const streams = fc
  .array(fc.constantFrom(...LIVES), { minLength: 1, maxLength: 8 })
  .map((lives) => lives.map((life, n) => stream(life, jobId(n))));

function logOf(histories: readonly Envelope[][]): EventLog {
  const byId = new Map(histories.map((history) => [history[0]?.stream_id ?? '', history]));
  return {
    read: async (streamId, after = 0) => (byId.get(streamId) ?? []).filter((event) => event.version > after),
    current: async (streamId) => byId.get(streamId) ?? [],
    append: async () => ({ kind: 'conflict', streamId: '' }),
  };
}

/** Records in any order, some two or three times, cut into batches of any size. */
const delivery = (histories: readonly Envelope[][]) => {
  const records = histories.flat();
  return fc
    .tuple(
      fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length }),
      fc.array(fc.constantFrom(...records), { maxLength: records.length }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
    )
    .map(([once, again, sizes, disturbances]) => {
      const all = [...once, ...again];
      const batches: Envelope[][] = [];
      for (let at = 0, n = 0; at < all.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        batches.push(all.slice(at, at + size));
        at += size;
      }
      return { batches, disturbances };
    });
};

describe('the projector', () => {
  it('gives the same view and exact counters for every order, duplication, batching and conflict', async () => {
    await fc.assert(
      fc.asyncProperty(
        streams.chain((histories) => fc.tuple(fc.constant(histories), delivery(histories))),
        async ([histories, { batches, disturbances }]) => {
          const pending = [...disturbances];
          const views = memoryViews(() => pending.shift() ?? false);
          for (const batch of batches) {
            const result = await projectOnce(batch, { log: logOf(histories), views, pause: async () => {} });
            expect(result.failed).toEqual([]);
          }
          const jobs = histories.map((history) => foldJob(history));
          for (const job of jobs) expect(job && views.rows.get(job.id)).toEqual(job && jobRow(job));
          const expected = counterDelta(
            jobs.map((after) => ({ before: null, after })),
            0,
          );
          expect(nonZero(views.counts)).toEqual(nonZero(expected));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps a deleted job out of every index but the one of retention when a late record arrives', async () => {
    const history = stream([
      requested(),
      started(),
      failedWith('auth_failed', null),
      { type: 'JobDeleted', data: { reason: null } },
    ]);
    const views = memoryViews();
    const ports = { log: logOf([history]), views, pause: async () => {} };
    await projectOnce(history, ports);
    await projectOnce(history.slice(0, 2), ports);
    const [row] = [...views.rows.values()];
    const tombstone = {
      id: history[0]?.stream_id,
      v: 4,
      go: expect.stringMatching(/^deleted#/),
      od: expect.any(String),
    };
    expect(row).toEqual(tombstone);
    expect(nonZero(views.counts)).toEqual([]);
  });

  it('restores from its row exactly the folded job', () => {
    for (const life of LIVES) {
      const job = foldJob(stream(life));
      if (job !== null && !job.deleted) expect(jobOf(jobRow(job))).toEqual(job);
    }
  });

  it('reports the stream that cannot be written and projects the others', async () => {
    const good = stream([requested()], jobId(1));
    const bad = stream([requested()], jobId(2)).map((event) => ({ ...event, data: { nonsense: true } }));
    const views = memoryViews();
    const result = await projectOnce([...good, ...bad], {
      log: logOf([good, bad]),
      views,
      pause: async () => {},
    });
    expect(result.failed.map(({ streamId }) => streamId)).toEqual([jobId(2)]);
    expect(views.rows.has(jobId(1))).toBe(true);
  });

  it('writes each row once and alone, whether or not it changes a count', async () => {
    const moved = stream([requested(), started()], jobId(1));
    const same = stream(
      [requested(), { type: 'JobPostponed', data: { until: LATER, because: 'rate_limited' } }],
      jobId(2),
    );
    const task = { ...recorded(requested(), 1, T0, 'tsk_1'), type: 'TaskCreated', data: TASK };
    const views = memoryViews();
    const write = vi.spyOn(views, 'write');
    const all = [moved, same, [task]];
    expect(await projectOnce(all.flat(), { log: logOf(all), views, pause: async () => {} })).toMatchObject({
      written: 3,
      dropped: 0,
    });
    expect(write.mock.calls.map(([{ row }]) => row.id)).toEqual([jobId(1), jobId(2), 'tsk_1']);
  });

  it('keeps the row of a plain job within one write unit', () => {
    const job = foldJob(
      stream([
        requested({ task_id: 'tsk_01jgx000000000000000000001' }),
        started(),
        failedWith('connection_closed', LATER),
      ]),
    );
    if (job === null) throw new Error('no job');
    expect(Buffer.byteLength(JSON.stringify(jobRow(job)))).toBeLessThan(1024);
  });
});

function nonZero(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): [string, number][] {
  return [...counts]
    .flatMap(([row, names]) => [...names].map(([name, count]): [string, number] => [`${row} ${name}`, count]))
    .filter(([, count]) => count !== 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
