import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import {
  decideExpiry,
  ERASE_AFTER_MS,
  eraseAfterMs,
  mayErase,
  type Retention,
  retentionClass,
} from '../../../functions/domain/job/retention.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0, yielded } from './job-stream.ts';

const HOUR = 3_600_000;
const RETENTION: Retention = { unchanged: 24 * HOUR, succeeded: 7 * 24 * HOUR, failed: 90 * 24 * HOUR };
const scheduled = requested({ source: { kind: 'schedule', id: 'tsk_01jgx000000000000000000001' } });
const ending = (result: unknown): JobEvent => ({ type: 'AttemptSucceeded', data: { result } });
const resolved: JobEvent = { type: 'JobResolved', data: { note: null } };
const retried: JobEvent = { type: 'JobRetryRequested', data: { reason: null } };
const triggered: JobEvent = { type: 'JobTriggered', data: { reason: null, force: false } };
const deleted: JobEvent = { type: 'JobDeleted', data: { reason: null } };
const unchanged = {
  folders: 12,
  unchanged: 12,
  added: 0,
  updated: 0,
  removed: 0,
  moved: 0,
  unreadable: 0,
  resets: 0,
  backfill_left: 0,
  complete: true,
  flags: 'exact',
};
const mailboxes = { mailboxes: 9, added: 0, missing: 0, removed: 0, renamed: 0, unselectable: 2 };

function jobAfter(...events: JobEvent[]) {
  const job = foldJob(stream(events));
  if (job === null) throw new Error('no job');
  return job;
}

describe('the retention class of an ended job', () => {
  it.each([
    ['a scheduled sync of messages that found nothing', [scheduled, started(), ending(unchanged)], 'unchanged'],
    ['a scheduled sync of mailboxes that found nothing', [scheduled, started(), ending(mailboxes)], 'unchanged'],
    ['the same sync asked for by a person', [requested(), started(), ending(unchanged)], 'succeeded'],
    ['a scheduled job whose result counts nothing', [scheduled, started(), ending({ note: 'done' })], 'succeeded'],
    ['a scheduled job without a result', [scheduled, started(), ending(null)], 'succeeded'],
    ['a job that failed', [requested(), started(), failedWith('auth_failed', null)], 'failed'],
    ['a scheduled job that failed', [scheduled, started(), failedWith('auth_failed', null)], 'failed'],
    ['a job that was resolved', [requested(), resolved], 'failed'],
    ['a failed job that was resolved', [requested(), started(), failedWith('auth_failed', null), resolved], 'failed'],
  ] as const)('%s', (_, events, kept) => {
    expect(retentionClass(jobAfter(...events))).toBe(kept);
  });

  it.each(['added', 'updated', 'removed', 'moved', 'unreadable', 'resets'])('a scheduled sync that %s one', (count) => {
    expect(retentionClass(jobAfter(scheduled, started(), ending({ ...unchanged, [count]: 1 })))).toBe('succeeded');
  });

  it.each(['added', 'missing', 'removed', 'renamed'])('a scheduled sync of mailboxes with one %s', (count) => {
    expect(retentionClass(jobAfter(scheduled, started(), ending({ ...mailboxes, [count]: 1 })))).toBe('succeeded');
  });

  it.each([
    ['waits', [requested()]],
    ['waits for its time', [requested({ run_at: iso(T0 + HOUR) })]],
    ['runs', [requested(), started()]],
    ['has a second continuation', [requested(), started(), yielded]],
    ['is to be retried', [requested(), started(), failedWith('connection_closed', iso(T0 + HOUR))]],
    ['failed and is retried by hand', [requested(), started(), failedWith('auth_failed', null), retried]],
    ['succeeded and is triggered again', [requested(), started(), succeeded, triggered]],
    ['was resolved and is triggered again', [requested(), resolved, triggered]],
    ['is deleted', [requested(), started(), succeeded, deleted]],
  ] as const)('is null while the job %s', (_, events) => {
    const job = jobAfter(...events);
    expect(retentionClass(job)).toBeNull();
    expect(decideExpiry(job, RETENTION, T0 + 1000 * 24 * HOUR)).toBeNull();
  });
});

describe("the end of a job's retention", () => {
  it.each([
    ['unchanged', [scheduled, started(), ending(unchanged)]],
    ['succeeded', [requested(), started(), succeeded]],
    ['failed', [requested(), started(), failedWith('auth_failed', null)]],
  ] as const)('is exact to the millisecond, counted from the end of the job (%s)', (kept, events) => {
    const job = jobAfter(...events);
    const over = T0 + 2000 + RETENTION[kept];
    expect(job.finished_at).toBe(iso(T0 + 2000));
    expect(decideExpiry(job, RETENTION, over - 1)).toBeNull();
    expect(decideExpiry(job, RETENTION, over)).toEqual({ type: 'JobDeleted', data: { reason: 'retention' } });
  });

  it('is counted again after a later success', () => {
    const job = jobAfter(requested(), started(), failedWith('auth_failed', null), retried, started(2), succeeded);
    expect(decideExpiry(job, RETENTION, T0 + 5000 + RETENTION.succeeded - 1)).toBeNull();
    expect(decideExpiry(job, RETENTION, T0 + 5000 + RETENTION.succeeded)).not.toBeNull();
  });

  it('is not deferred by a change that starts nothing', () => {
    const changed: JobEvent = { type: 'JobUpdated', data: { changes: { labels: ['seen'] } } };
    const job = jobAfter(requested(), started(), failedWith('auth_failed', null), changed);
    expect(decideExpiry(job, RETENTION, T0 + 2000 + RETENTION.failed)).not.toBeNull();
  });

  it('is null for a stream that does not exist', () => {
    expect(decideExpiry(null, RETENTION, T0)).toBeNull();
  });
});

describe("the erasure of a job's stream", () => {
  const by = (kind: string) => ({ at: iso(T0), actor: { kind } });

  it.each([
    ['system', ERASE_AFTER_MS],
    ['worker', ERASE_AFTER_MS],
    ['provider', ERASE_AFTER_MS],
    ['user', RETENTION.failed],
  ])('of a job that a %s deleted is due exactly to the millisecond', (kind, after) => {
    expect(mayErase(by(kind), RETENTION, T0 + after - 1)).toBe(false);
    expect(mayErase(by(kind), RETENTION, T0 + after)).toBe(true);
  });

  it('is never due while a late record may arrive, however short the retention of failed jobs', () => {
    const short = { ...RETENTION, failed: HOUR };
    expect(eraseAfterMs('user', short)).toBe(48 * HOUR);
    expect(mayErase(by('user'), short, T0 + 48 * HOUR - 1)).toBe(false);
  });
});
