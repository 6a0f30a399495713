import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../../functions/domain/job/job.ts';
import {
  freezeFilter,
  isEmptyFilter,
  type JobFilter,
  jobFilterSchema,
  matchesFilter,
  matchesJoined,
  needsJoin,
} from '../../../functions/domain/search/job-filter.ts';
import { absoluteTime } from '../../../functions/domain/search/values.ts';
import { jobOf, jobRow } from '../../../functions/domain/views/job-view.ts';
import { iso, T0 } from '../job/job-stream.ts';
import { jobOfSeed, randomFilter, randomJob, type Seed } from './random-jobs.ts';

const TASK = 'tsk_01jgx000000000000000000001';
const parsed = (given: unknown) => jobFilterSchema.safeParse(given);
const accepted = (given: unknown): JobFilter => jobFilterSchema.parse(given);
const refusedAt = (given: unknown): string[] =>
  parsed(given).error?.issues.map(({ path, code, ...issue }) =>
    code === 'unrecognized_keys' && 'keys' in issue ? [...path, ...issue.keys].join('/') : path.join('/'),
  ) ?? [];

describe('the schema of a filter', () => {
  it('takes one value or a list, and makes a list of it', () => {
    expect(accepted({ status: 'failed', label: 'vip' })).toEqual({ status: ['failed'], label: ['vip'] });
    expect(accepted({ status: ['failed', 'queued'] })).toEqual({ status: ['failed', 'queued'] });
    expect(accepted({ task_id: TASK, waiting_on: 'connection_slot', last_error_category: 'quota' })).toEqual({
      task_id: [TASK],
      waiting_on: ['connection_slot'],
      last_error_category: ['quota'],
    });
    expect(accepted({})).toEqual({});
  });

  it.each<[unknown, string]>([
    [{ status: 'done' }, 'status'],
    [{ status: [] }, 'status'],
    [{ status: Array.from({ length: 51 }, () => 'failed') }, 'status'],
    [{ status: null }, 'status'],
    [{ last_error_code: 'no_such_code' }, 'last_error_code'],
    [{ last_error_code: 'toString' }, 'last_error_code'],
    [{ last_error_category: 'auth_failed' }, 'last_error_category'],
    [{ waiting_on: 'godot' }, 'waiting_on'],
    [{ task_id: 'job_01jgx000000000000000000001' }, 'task_id'],
    [{ task_id: 'tsk_1' }, 'task_id'],
    [{ credential_id: TASK }, 'credential_id'],
    [{ bulk_id: '' }, 'bulk_id'],
    [{ label: '' }, 'label'],
    [{ label: 'x'.repeat(65) }, 'label'],
    [{ attempt_count: {} }, 'attempt_count'],
    [{ attempt_count: { gte: undefined } }, 'attempt_count'],
    [{ attempt_count: { gte: 1.5 } }, 'attempt_count/gte'],
    [{ attempt_count: 3 }, 'attempt_count'],
    [{ priority: { gt: 1 } }, 'priority/gt'],
    [{ priority: { gte: 1, lt: 3 } }, 'priority/lt'],
    [{ created_at: {} }, 'created_at'],
    [{ created_at: { lte: '-1h' } }, 'created_at/lte'],
    [{ created_at: '-24h' }, 'created_at'],
    [{ created_at: { gte: '24h' } }, 'created_at/gte'],
    [{ created_at: { gte: '-1y' } }, 'created_at/gte'],
    [{ created_at: { gte: '-1.5h' } }, 'created_at/gte'],
    [{ created_at: { gte: '- 1h' } }, 'created_at/gte'],
    [{ created_at: { gte: '-1h\n' } }, 'created_at/gte'],
    [{ created_at: { gte: '-1000000w' } }, 'created_at/gte'],
    [{ created_at: { gte: '2026-01-31' } }, 'created_at/gte'],
    [{ created_at: { gte: '2026-01-31T12:00:00' } }, 'created_at/gte'],
    [{ created_at: { gte: '2026-01-31T12:00Z' } }, 'created_at/gte'],
    [{ created_at: { gte: '2026-01-31T12:00:00+01:00' } }, 'created_at/gte'],
    [{ created_at: { gte: '2026-02-29T12:00:00Z' } }, 'created_at/gte'],
    [{ created_at: { gte: '2100-02-29T12:00:00Z' } }, 'created_at/gte'],
    [{ created_at: { gte: '2026-01-31T24:00:00Z' } }, 'created_at/gte'],
    [{ created_at: { gte: '2026-01-31T23:59:60Z' } }, 'created_at/gte'],
    [{ created_at: { gte: '+010000-01-01T00:00:00Z' } }, 'created_at/gte'],
    [{ created_at: { gte: 1_700_000_000 } }, 'created_at/gte'],
    [{ created_at: { gte: '-1h', lt: 'now' } }, 'created_at/lt'],
    [{ q: '' }, 'q'],
    [{ q: ' \t\n' }, 'q'],
    [{ q: 'x'.repeat(201) }, 'q'],
    [{ q: ['x'] }, 'q'],
    [{ stalled: 'true' }, 'stalled'],
    [{ outcome_unknown: null }, 'outcome_unknown'],
    [{ statuss: 'failed' }, 'statuss'],
    [{ id: 'job_01jgx000000000000000000001' }, 'id'],
  ])('refuses %j at %s', (given, path) => {
    expect(refusedAt(given)).toContain(path);
  });

  it.each([
    '-0s',
    '+999999w',
    '-999999w',
    '2024-02-29T23:59:59Z',
    '2000-02-29T00:00:00.000Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2026-01-31T12:00:00.123456Z',
  ])('takes the time %s', (at) => {
    expect(parsed({ updated_at: { gte: at, lt: at } }).success).toBe(true);
  });

  it('knows when it narrows nothing', () => {
    expect(isEmptyFilter({})).toBe(true);
    expect(isEmptyFilter({ status: undefined, q: undefined })).toBe(true);
    expect(isEmptyFilter({ stalled: false })).toBe(false);
    expect(isEmptyFilter({ created_at: { gte: iso(T0) } })).toBe(false);
  });

  it('asks for a join only where a job does not tell', () => {
    expect(needsJoin({ status: ['running'], failed_at: { gte: iso(T0) }, q: 'x' })).toBe(false);
    expect(needsJoin({ waiting_on: ['rate_limited'] })).toBe(true);
    expect(needsJoin({ stalled: false })).toBe(true);
  });
});

describe('a filter is frozen', () => {
  it.each([
    ['-24h', '2026-10-31T00:00:00.000Z'],
    ['+90m', '2026-11-01T01:30:00.000Z'],
    ['-0d', '2026-11-01T00:00:00.000Z'],
    ['-1s', '2026-10-31T23:59:59.000Z'],
    ['+2w', '2026-11-15T00:00:00.000Z'],
    ['-246d', '2026-02-28T00:00:00.000Z'],
    ['-976d', '2024-02-29T00:00:00.000Z'],
    ['+999999w', '9999-12-31T23:59:59.999Z'],
    ['-999999w', '0000-01-01T00:00:00.000Z'],
    ['+999999s', '2026-11-12T13:46:39.000Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00.123Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(absoluteTime(text, T0)).toBe(expected);
    const period = { gte: text, lt: text };
    const frozen = { gte: expected, lt: expected };
    expect(
      freezeFilter(
        { created_at: period, updated_at: period, failed_at: period, next_attempt_at: period, q: '-1h' },
        T0,
      ),
    ).toEqual({ created_at: frozen, updated_at: frozen, failed_at: frozen, next_attempt_at: frozen, q: '-1h' });
  });

  it('keeps a bound that is not given away, and everything else as it is', () => {
    expect(freezeFilter({ created_at: { gte: '-1m' }, status: ['failed'], stalled: true }, T0)).toEqual({
      created_at: { gte: '2026-10-31T23:59:00.000Z' },
      status: ['failed'],
      stalled: true,
    });
    expect(freezeFilter({}, T0)).toEqual({});
  });

  it('once and for all: frozen again, later, it is the same; and a time of four-digit years sorts as text', () => {
    const moment = fc.oneof(
      fc
        .tuple(fc.constantFrom('+', '-'), fc.nat(999_999), fc.constantFrom('s', 'm', 'h', 'd', 'w'))
        .map((parts) => parts.join('')),
      fc
        .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString()),
    );
    fc.assert(
      fc.property(moment, moment, (gte, lt) => {
        expect(parsed({ created_at: { gte, lt } }).success).toBe(true);
        const frozen = freezeFilter({ created_at: { gte, lt } }, T0);
        expect(freezeFilter(frozen, T0 + 86_400_000)).toEqual(frozen);
        expect(parsed(frozen).success).toBe(true);
        const { gte: one = '', lt: other = '' } = frozen.created_at ?? {};
        expect(one).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(one < other).toBe(Date.parse(one) < Date.parse(other));
      }),
      { numRuns: 500, seed: 11 },
    );
  });
});

const seed: Seed = {
  accountId: 'acc_one',
  taskId: TASK,
  credentialId: 'pc_01jgx000000000000000000001',
  createdAt: T0,
  action: 'imap_sync_messages',
  labels: ['VIP', 'Night Shift'],
  priority: -3,
  life: { runAt: null, events: [] },
};
const failed: Job = {
  ...jobOfSeed(seed, 1, [
    { type: 'AttemptStarted', data: { attempt: 2, part: 1, lease_id: 'l' } },
    {
      type: 'AttemptFailed',
      data: {
        code: 'mailbox_not_found',
        category: 'not_found',
        detail: 'NO [NONEXISTENT] Unknown Mailbox: İzmir',
        retry_at: null,
        outcome_unknown: true,
      },
    },
  ]),
  bulk_id: 'blk_01jgx000000000000000000001',
};
const queued = jobOfSeed({ ...seed, taskId: null, labels: [] }, 2);

describe('a job matches a filter', () => {
  it('that asks for nothing', () => {
    expect(matchesFilter(failed, {})).toBe(true);
    expect(matchesFilter(queued, { status: undefined, created_at: undefined })).toBe(true);
  });

  it.each<[JobFilter, JobFilter]>([
    [{ status: ['failed', 'queued'] }, { status: ['queued'] }],
    [{ action: ['x', 'imap_sync_messages'] }, { action: ['imap_sync'] }],
    [{ task_id: [TASK] }, { task_id: ['tsk_01jgx000000000000000000002'] }],
    [{ credential_id: ['pc_01jgx000000000000000000001'] }, { credential_id: ['pc_01jgx000000000000000000002'] }],
    [{ last_error_code: ['auth_failed', 'mailbox_not_found'] }, { last_error_code: ['auth_failed'] }],
    [{ last_error_category: ['not_found'] }, { last_error_category: ['authentication', 'transient'] }],
    [{ label: ['nobody', 'VIP'] }, { label: ['vip'] }],
    [{ label: ['Night Shift'] }, { label: ['Night'] }],
    [{ bulk_id: ['blk_01jgx000000000000000000001'] }, { bulk_id: ['blk_01jgx000000000000000000002'] }],
    [{ attempt_count: { gte: 2 } }, { attempt_count: { gte: 3 } }],
    [{ attempt_count: { lte: 2 } }, { attempt_count: { lte: 1 } }],
    [{ attempt_count: { gte: 2, lte: 2 } }, { attempt_count: { gte: 3, lte: 1 } }],
    [{ priority: { gte: -3 } }, { priority: { gte: -2 } }],
    [{ priority: { lte: -3 } }, { priority: { lte: -4 } }],
    [{ priority: { lte: 0 } }, { priority: { gte: 0 } }],
    [{ created_at: { gte: iso(T0) } }, { created_at: { gte: iso(T0 + 1) } }],
    [{ created_at: { lt: iso(T0 + 1) } }, { created_at: { lt: iso(T0) } }],
    [{ created_at: { gte: iso(T0), lt: iso(T0 + 1) } }, { created_at: { gte: iso(T0), lt: iso(T0) } }],
    [{ updated_at: { gte: iso(T0 + 1000) } }, { updated_at: { gte: iso(T0 + 1001) } }],
    [{ updated_at: { lt: iso(T0 + 1001) } }, { updated_at: { lt: iso(T0 + 1000) } }],
    [{ failed_at: { gte: iso(T0 + 1000) } }, { failed_at: { gte: iso(T0 + 1001) } }],
    [{ failed_at: { lt: iso(T0 + 1001) } }, { failed_at: { lt: iso(T0 + 1000) } }],
    [{ outcome_unknown: true }, { outcome_unknown: false }],
    [{ q: 'mailbox' }, { q: 'mailboxx' }],
    [
      { status: ['failed'], priority: { lte: 0 } },
      { status: ['failed'], priority: { gte: 0 } },
    ],
  ])('%j, and not %j', (matching, other) => {
    expect(matchesFilter(failed, matching)).toBe(true);
    expect(matchesFilter(failed, other)).toBe(false);
  });

  it('only with a value where the filter asks for one', () => {
    for (const filter of [
      { task_id: [TASK] },
      { last_error_code: ['auth_failed'] },
      { last_error_category: ['transient'] },
      { label: ['VIP'] },
      { bulk_id: ['blk_01jgx000000000000000000001'] },
      { failed_at: { lt: '9999-12-31T23:59:59.999Z' } },
      { outcome_unknown: true },
    ] satisfies JobFilter[])
      expect(matchesFilter(queued, filter), JSON.stringify(filter)).toBe(false);
    expect(matchesFilter(failed, { next_attempt_at: { gte: '0000-01-01T00:00:00.000Z' } })).toBe(false);
    expect(matchesFilter(queued, { next_attempt_at: { gte: iso(T0), lt: iso(T0 + 1) } })).toBe(true);
  });

  it('whatever precision its own times were given in', () => {
    const at = Date.parse('2030-01-01T00:00:00.000Z');
    for (const runAt of ['2030-01-01T00:00:00Z', '2030-01-01T00:00:00.0Z', '2030-01-01T00:00:00.000000Z']) {
      const job = jobOfSeed({ ...seed, life: { runAt, events: [] } }, 3);
      expect(job.next_attempt_at).toBe(runAt);
      for (const [filter, expected] of [
        [{ next_attempt_at: { gte: iso(at) } }, true],
        [{ next_attempt_at: { gte: iso(at + 1) } }, false],
        [{ next_attempt_at: { lt: iso(at + 1) } }, true],
        [{ next_attempt_at: { lt: iso(at) } }, false],
      ] as const)
        expect(matchesFilter(job, filter), `${runAt} ${JSON.stringify(filter)}`).toBe(expected);
    }
  });

  it('as folded from its log just as it is read back from its view', () => {
    fc.assert(
      fc.property(randomJob, randomFilter, (job, filter) => {
        const seen = jobOf(jobRow(job));
        expect(seen !== null && matchesFilter(seen, filter)).toBe(matchesFilter(job, filter));
      }),
      { numRuns: 500, seed: 12 },
    );
  });

  it.each<[string, boolean]>([
    [failed.id, true],
    [failed.id.slice(10).toUpperCase(), true],
    ['IMAP_sync', true],
    [TASK, true],
    ['mailbox_not_found', true],
    ['[nonexistent] unknown', true],
    ['unknown   MAILBOX:', true],
    ['  vip\tnight\nshift ', true],
    ['shift night mailbox vip', true],
    ['ip ight', true],
    ['vip nobody', false],
    ['nobody', false],
    [queued.id, false],
    ['pc_01jgx', false],
    ['failed', false],
    ['vipnight', false],
    ['imap_sync_messagestsk', false],
    ['%', false],
    ['.*', false],
    ['not_found', true],
    ['null', false],
  ])('by the words %j: %s', (q, expected) => {
    expect(matchesFilter(failed, { q })).toBe(expected);
  });

  it('by what only a join tells', () => {
    const waiting = { waitingOn: 'rate_limited', stalled: false };
    const stalled = { waitingOn: null, stalled: true };
    expect(matchesJoined(waiting, { waiting_on: ['connection_slot', 'rate_limited'] })).toBe(true);
    expect(matchesJoined(waiting, { waiting_on: ['connection_slot'] })).toBe(false);
    expect(matchesJoined(stalled, { waiting_on: ['rate_limited'] })).toBe(false);
    expect(matchesJoined(stalled, { stalled: true })).toBe(true);
    expect(matchesJoined(waiting, { stalled: true })).toBe(false);
    expect(matchesJoined(stalled, { stalled: false })).toBe(false);
    expect(matchesJoined(waiting, { stalled: false })).toBe(true);
    expect(matchesJoined(waiting, { waiting_on: ['rate_limited'], stalled: true })).toBe(false);
    expect(matchesJoined(stalled, {})).toBe(true);
  });
});
