import { describe, expect, it } from 'vitest';
import { type Bulk, foldBulk } from '../../../functions/domain/bulk/bulk.ts';
import { BULK_ACTIONS, type BulkEvent, type BulkResult } from '../../../functions/domain/bulk/events.ts';
import { commandOf, estimatedEnd, nextStep } from '../../../functions/domain/bulk/step.ts';
import type { Envelope } from '../../../functions/domain/event/event.ts';
import { bulkRow, SILENT_MS } from '../../../functions/domain/views/bulk-view.ts';

const T0 = Date.parse('2026-11-01T00:00:00.000Z');
const DAY = 24 * 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const jobs = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `job_${from + at}`);

type Request = Extract<BulkEvent, { type: 'BulkRequested' }>['data'];
const requested = (more: Partial<Request> = {}): BulkEvent => ({
  type: 'BulkRequested',
  data: {
    action: 'retry',
    filter: { status: ['failed'] },
    job_ids: null,
    created_before: iso(T0),
    limit: null,
    reason: 'the outage is over',
    rate_per_second: 50,
    expected: 10,
    ...more,
  },
});
const selected = (ids: readonly string[], position: string | null = 'p', last = false): BulkEvent => ({
  type: 'BulkChunkSelected',
  data: { job_ids: [...ids], position, last },
});
const result = (id: string, outcome: BulkResult['outcome'] = 'done'): BulkResult => ({
  job_id: id,
  outcome,
  code: outcome === 'done' ? null : 'job_running',
});
const applied = (results: readonly BulkResult[]): BulkEvent => ({
  type: 'BulkChunkApplied',
  data: { results: [...results] },
});
const abort: BulkEvent = { type: 'BulkAbortRequested', data: { reason: 'the wrong filter' } };
const finished = (outcome: 'completed' | 'aborted' | 'failed'): BulkEvent => ({
  type: 'BulkFinished',
  data: { outcome },
});

/** One event a second. */
function stream(events: readonly { readonly type: string; readonly data: unknown }[]): Envelope[] {
  return events.map((event, at) => ({
    stream_id: 'blk_1',
    version: at + 1,
    schema: 1,
    account_id: 'acc_one',
    at: iso(T0 + at * 1000),
    actor: at === 0 ? { kind: 'user', id: 'ann' } : { kind: 'system', id: 'bulk' },
    append_id: `append-${at}`,
    ...event,
  }));
}

function bulk(...events: readonly BulkEvent[]): Bulk {
  const folded = foldBulk(stream(events));
  if (folded === null) throw new Error('nothing folded');
  return folded;
}

describe('an operation, folded', () => {
  it('begins with the request, its author and its time, and nothing done', () => {
    expect(bulk(requested())).toEqual({
      id: 'blk_1',
      account_id: 'acc_one',
      action: 'retry',
      filter: { status: ['failed'] },
      job_ids: null,
      created_before: iso(T0),
      limit: null,
      reason: 'the outage is over',
      rate_per_second: 50,
      expected: 10,
      by: 'ann',
      by_kind: 'user',
      by_role: 'owner',
      status: 'running',
      matched: 0,
      done: 0,
      skipped: 0,
      failed: 0,
      chunk: [],
      position: null,
      next_at: null,
      exhausted: false,
      awaiting: null,
      aborting: false,
      created_at: iso(T0),
      updated_at: iso(T0),
      finished_at: null,
      version: 1,
    });
  });

  it('counts selected jobs as matched at once, and results when they are recorded', () => {
    const pending = bulk(requested(), selected(jobs(3), 'here'));
    expect(pending).toMatchObject({ matched: 3, done: 0, chunk: jobs(3), position: 'here', exhausted: false });
    const results = [result('job_0'), result('job_1', 'skipped'), result('job_2', 'failed')];
    expect(bulk(requested(), selected(jobs(3), 'here'), applied(results))).toMatchObject({
      matched: 3,
      done: 1,
      skipped: 1,
      failed: 1,
      chunk: [],
      position: 'here',
      updated_at: iso(T0 + 2000),
      version: 3,
    });
  });

  it('adds up over chunks, remembers an abort, and ends with its outcome', () => {
    const ended = bulk(
      requested(),
      selected(jobs(2)),
      applied(jobs(2).map((id) => result(id))),
      selected(jobs(2, 2), null, true),
      abort,
      applied(jobs(2, 2).map((id) => result(id, 'skipped'))),
      finished('aborted'),
    );
    expect(ended).toMatchObject({
      status: 'aborted',
      aborting: true,
      exhausted: true,
      matched: 4,
      done: 2,
      skipped: 2,
      failed: 0,
      finished_at: iso(T0 + 6000),
      version: 7,
    });
  });

  it('is the same from a snapshot at any version', () => {
    const events = stream([
      requested(),
      selected(jobs(2)),
      applied(jobs(2).map((id) => result(id))),
      abort,
      finished('aborted'),
    ]);
    const whole = foldBulk(events);
    for (let at = 1; at < events.length; at += 1)
      expect(foldBulk(events.slice(at), foldBulk(events.slice(0, at)))).toEqual(whole);
  });

  it('ignores an event of a newer release, except for its version', () => {
    const later = foldBulk(stream([requested(), { type: 'BulkSlowedDown', data: { rate_per_second: 1 } }]));
    expect(later).toEqual({ ...bulk(requested()), version: 2 });
  });

  it('is requested only once', () => {
    expect(bulk(requested(), requested({ reason: 'again' }))).toEqual(bulk(requested()));
  });

  it('is null without its first event', () => {
    expect(foldBulk([])).toBeNull();
    expect(foldBulk(stream([selected(jobs(1))]))).toBeNull();
  });
});

describe('the next step of a bulk operation', () => {
  it.each([
    [1, 5],
    [3, 15],
    [19, 95],
    [20, 100],
    [50, 100],
    [500, 100],
  ])('at %i a second a chunk of jobs to start is at most five seconds of work and 100 jobs: %i', (rate, most) => {
    for (const action of ['retry', 'trigger'] as const)
      expect(nextStep(bulk(requested({ action, rate_per_second: rate })), T0)).toMatchObject({ kind: 'select', most });
    for (const action of ['resolve', 'delete'] as const)
      expect(nextStep(bulk(requested({ action, rate_per_second: rate })), T0)).toMatchObject({
        kind: 'select',
        most: Math.min(100, rate),
      });
  });

  it('uses a smaller last chunk for a limit, and completes when the limit is reached', () => {
    const limited = requested({ limit: 7, rate_per_second: 1 });
    expect(nextStep(bulk(limited), T0)).toMatchObject({ kind: 'select', most: 5 });
    const first = [limited, selected(jobs(5)), applied(jobs(5).map((id) => result(id, 'skipped')))];
    expect(nextStep(bulk(...first), T0)).toMatchObject({ kind: 'select', most: 2 });
    const second = [...first, selected(jobs(2, 5)), applied(jobs(2, 5).map((id) => result(id)))];
    expect(nextStep(bulk(...second), T0)).toEqual({ kind: 'finish', outcome: 'completed' });
  });

  it('applies the selected chunk, selects again after an empty page, and finishes when nothing is left', () => {
    expect(nextStep(bulk(requested(), selected(jobs(3), null, true)), T0)).toEqual({
      kind: 'apply',
      jobIds: jobs(3),
      touch: true,
    });
    expect(nextStep(bulk(requested(), selected([], 'further')), T0)).toMatchObject({ kind: 'select' });
    expect(nextStep(bulk(requested(), selected([], null, true)), T0)).toEqual({
      kind: 'finish',
      outcome: 'completed',
    });
    const all = [requested(), selected(jobs(1), null, true), applied([result('job_0')])];
    expect(nextStep(bulk(...all), T0)).toEqual({ kind: 'finish', outcome: 'completed' });
  });

  it('begins no chunk after an abort, and completes a begun chunk without changing further jobs', () => {
    expect(nextStep(bulk(requested(), abort), T0)).toEqual({ kind: 'finish', outcome: 'aborted' });
    expect(nextStep(bulk(requested(), selected(jobs(2)), abort), T0)).toEqual({
      kind: 'apply',
      jobIds: jobs(2),
      touch: false,
    });
    const told = [requested(), selected(jobs(2)), abort, applied(jobs(2).map((id) => result(id)))];
    expect(nextStep(bulk(...told), T0)).toEqual({ kind: 'finish', outcome: 'aborted' });
  });

  it.each(['completed', 'aborted', 'failed'] as const)(
    'is none once the operation is %s, however much time passes',
    (outcome) => {
      expect(nextStep(bulk(requested(), selected(jobs(1)), finished(outcome)), T0 + 9 * DAY)).toEqual({ kind: 'rest' });
    },
  );

  it('fails after a day without progress, counted from the last event and not from the first', () => {
    const young = bulk(requested());
    expect(nextStep(young, T0 + DAY)).toMatchObject({ kind: 'select' });
    expect(nextStep(young, T0 + DAY + 1)).toEqual({ kind: 'finish', outcome: 'failed' });
    const later = bulk(requested(), selected([], 'further'));
    expect(nextStep(later, T0 + DAY + 1000)).toMatchObject({ kind: 'select' });
    expect(nextStep(later, T0 + DAY + 1001)).toEqual({ kind: 'finish', outcome: 'failed' });
  });
});

describe('the command of each job', () => {
  it.each(BULK_ACTIONS)('%s carries the reason and never forces', (action) => {
    const command = commandOf({ action, reason: 'why' });
    expect(command.name).toBe(action);
    expect(JSON.stringify(command)).toContain('"why"');
    expect(command).not.toMatchObject({ force: true });
  });

  it('works without a reason', () => {
    expect(commandOf({ action: 'resolve', reason: null })).toEqual({ name: 'resolve', note: null });
  });
});

describe('the estimated end of a bulk operation', () => {
  const rate = { rate_per_second: 4, expected: 10 };

  it('is now plus the time for the remaining jobs at its pace', () => {
    expect(estimatedEnd(bulk(requested(rate)), T0)).toBe(T0 + 2500);
    const some = [requested(rate), selected(jobs(6)), applied(jobs(6).map((id) => result(id, 'skipped')))];
    expect(estimatedEnd(bulk(...some), T0 + 9000)).toBe(T0 + 10_000);
  });

  it('does not count jobs that were done, skipped or failed', () => {
    const results = [result('job_0'), result('job_1'), result('job_2', 'skipped'), result('job_3', 'failed')];
    expect(estimatedEnd(bulk(requested(rate), selected(jobs(4)), applied(results)), T0)).toBe(T0 + 1500);
  });

  it('is unknown while the number of jobs is unknown, and known once nothing is left to select', () => {
    const uncounted = { ...rate, expected: null };
    expect(estimatedEnd(bulk(requested(uncounted)), T0)).toBeNull();
    expect(estimatedEnd(bulk(requested(uncounted), selected(jobs(8))), T0)).toBeNull();
    expect(estimatedEnd(bulk(requested(uncounted), selected(jobs(8), null, true)), T0)).toBe(T0 + 2000);
  });

  it('uses the number of jobs found if it is larger than expected, or if nothing is left', () => {
    expect(estimatedEnd(bulk(requested(rate), selected(jobs(20))), T0)).toBe(T0 + 5000);
    expect(estimatedEnd(bulk(requested(rate), selected(jobs(2), null, true)), T0)).toBe(T0 + 500);
  });

  it('is soon after an abort, and null after the end', () => {
    expect(estimatedEnd(bulk(requested(rate), abort), T0)).toBe(T0);
    expect(estimatedEnd(bulk(requested(rate), selected(jobs(1)), abort), T0)).toBe(T0 + 250);
    expect(estimatedEnd(bulk(requested(rate), finished('completed')), T0)).toBeNull();
  });
});

describe('its view row', () => {
  it('is due for the sweeper after a silence, and not any more once the operation has ended', () => {
    expect(bulkRow(bulk(requested(), selected(jobs(1))))).toMatchObject({
      go: 'bulk',
      od: `${iso(T0 + 1000 + SILENT_MS)}#blk_1`,
      ga: 'blk#acc_one',
    });
    const ended = bulkRow(bulk(requested(), finished('completed')));
    expect(ended).not.toHaveProperty('go');
    expect(ended).not.toHaveProperty('od');
  });
});
