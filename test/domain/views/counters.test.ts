import { describe, expect, it } from 'vitest';
import { groupIdOf } from '../../../functions/domain/failure-group/group-id.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import {
  accountCounterRow,
  accountCounterRows,
  counterDelta,
  countsOf,
  hourCounterRow,
} from '../../../functions/domain/views/counters.ts';
import { hoursBetween, toSearchCounts, toStats } from '../../../functions/domain/views/stats.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from '../job/job-stream.ts';

const job = (...events: JobEvent[]): Job => {
  const folded = foldJob(stream(events));
  if (folded === null) throw new Error('no job');
  return folded;
};
const queued = job(requested());
const retrying = job(requested(), started(), failedWith('connection_closed', iso(T0 + 60_000)));
const mended = job(requested(), started(), failedWith('connection_closed', iso(T0)), started(2), succeeded);
const names = (of: Job | null) => countsOf(of, 2).map(({ row, name }) => `${row} ${name}`);
const HOUR = 'cnt#acc_one#h#2026-11-01T00';
const GROUP = `cnt#${groupIdOf({ account_id: 'acc_one', code: 'connection_closed', host: null })}`;

describe('the counts of a job', () => {
  it('are its status and its action in a shard of its account, and its status in the hour of its creation', () => {
    expect(names(queued)).toEqual(['cnt#acc_one#2 s:queued', 'cnt#acc_one#2 a:imap_sync_messages', `${HOUR} s:queued`]);
  });

  it('include its last error: as a present one while it is failed or retrying', () => {
    const error = ['cnt#acc_one#2 x:connection_closed', 'cnt#acc_one#2 e:connection_closed'];
    expect(names(retrying)).toEqual(expect.arrayContaining(error));
    expect(names({ ...retrying, status: 'failed' })).toEqual(expect.arrayContaining(error));
    expect(names(mended)).toContain(error[0]);
    expect(names(mended)).not.toContain(error[1]);
  });

  it('include how it ended, in the hour of its end, and its error if it failed', () => {
    const ended = { finished_at: '2026-11-02T07:59:59.999Z' };
    const last = 'cnt#acc_one#h#2026-11-02T07';
    expect(names({ ...mended, ...ended }).filter((name) => name.startsWith(last))).toEqual([`${last} d:succeeded`]);
    expect(names({ ...retrying, ...ended, status: 'failed' }).filter((name) => name.startsWith(last))).toEqual([
      `${last} d:failed`,
      `${last} c:connection_closed`,
    ]);
    expect(names(retrying).filter((name) => / [dc]:/.test(name))).toEqual([]);
  });

  it('include its action in its failure group, only while it is failed or retrying', () => {
    const host = 'imap.example.com:993';
    const ofHost = `cnt#${groupIdOf({ account_id: 'acc_one', code: 'connection_closed', host })}`;
    const failing = { ...retrying, last_error_host: host };
    expect(names(failing)).toContain(`${ofHost} r:imap_sync_messages`);
    expect(names({ ...failing, status: 'failed' })).toContain(`${ofHost} f:imap_sync_messages`);
    expect(names({ ...failing, status: 'running' }).filter((name) => name.includes('fgr_'))).toEqual([]);
    expect(names({ ...mended, last_error_host: host }).filter((name) => name.includes('fgr_'))).toEqual([]);
  });

  it('are empty when it is deleted or does not exist', () => {
    expect(names(null)).toEqual([]);
    expect(names({ ...queued, deleted: true })).toEqual([]);
  });

  it('are in four shards and in one row per hour', () => {
    expect(accountCounterRows('acc_one')).toEqual([0, 1, 2, 3].map((shard) => accountCounterRow('acc_one', shard)));
    expect(hourCounterRow('acc_one', iso(T0))).toBe(HOUR);
  });
});

describe('the difference that changes make to the counters', () => {
  const delta = (...changes: { before: Job | null; after: Job | null }[]) =>
    [...counterDelta(changes, 0)].flatMap(([row, counts]) => [...counts].map(([name, sum]) => [row, name, sum]));

  it('subtracts the old counts of a job and adds its new ones', () => {
    expect(delta({ before: queued, after: retrying })).toEqual([
      ['cnt#acc_one#0', 's:queued', -1],
      ['cnt#acc_one#0', 's:retrying', 1],
      ['cnt#acc_one#0', 'x:connection_closed', 1],
      ['cnt#acc_one#0', 'e:connection_closed', 1],
      [HOUR, 's:queued', -1],
      [HOUR, 's:retrying', 1],
      [GROUP, 'r:imap_sync_messages', 1],
    ]);
  });

  it('is added up over all jobs, without zeros', () => {
    const other = { ...queued, id: 'job_other' };
    expect(delta({ before: null, after: queued }, { before: null, after: other })).toContainEqual([
      HOUR,
      's:queued',
      2,
    ]);
    expect(delta({ before: queued, after: retrying }, { before: retrying, after: queued })).toEqual([]);
    expect(counterDelta([{ before: queued, after: { ...queued, version: 9 } }], 0).size).toBe(0);
  });
});

describe('the statistics of an account', () => {
  const rows = [
    new Map([
      ['s:failed', 2],
      ['s:queued', 1],
      ['a:imap_sync_messages', 3],
      ['a:imap_set_flags', 1],
      ['e:auth_failed', 2],
      ['x:auth_failed', 5],
      ['s:unheard_of', 7],
    ]),
    new Map([
      ['s:failed', 1],
      ['a:imap_sync_messages', 1],
      ['a:imap_set_flags', -1],
      ['e:auth_failed', 1],
      ['x:auth_failed', 1],
      ['x:quota_exceeded', 0],
    ]),
  ];
  const statuses = { scheduled: 0, queued: 1, running: 0, retrying: 0, succeeded: 0, failed: 3, resolved: 0 };

  it('add up its shards, name every status, and omit other zeros', () => {
    expect(toStats(rows)).toEqual({
      total: 4,
      by_status: statuses,
      by_action: { imap_sync_messages: 4 },
      by_error_code: { auth_failed: 3 },
    });
    expect(toStats([]).by_status).toEqual({ ...statuses, queued: 0, failed: 0 });
  });

  it('return to a search the number of jobs by status, action and last error', () => {
    const counts = toSearchCounts(rows);
    expect(counts.total).toBe(4);
    expect([counts.byStatus('failed'), counts.byStatus('running')]).toEqual([3, 0]);
    expect([counts.byAction('imap_sync_messages'), counts.byAction('imap_set_flags')]).toEqual([4, 0]);
    expect([counts.byLastError('auth_failed'), counts.byLastError('tls_error')]).toEqual([6, 0]);
    expect(counts.facets).toEqual({
      status: { failed: 3, queued: 1, unheard_of: 7 },
      action: { imap_sync_messages: 4 },
      last_error_code: { auth_failed: 6 },
    });
  });

  it('by the hour include the hours of the first and the last moment', () => {
    const from = Date.parse('2026-11-01T00:59:59.999Z');
    const hour = 3_600_000;
    expect(hoursBetween(from, from)).toEqual(['2026-11-01T00:00:00.000Z']);
    expect(hoursBetween(from, from + hour)).toEqual(['2026-11-01T00:00:00.000Z', '2026-11-01T01:00:00.000Z']);
    expect(hoursBetween(from, from - hour)).toEqual([]);
    expect(hoursBetween(from, from - 5 * hour)).toEqual([]);
  });
});
