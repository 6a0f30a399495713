/** The stored form of rows: rows of earlier releases can only be read if no name here changes. */
import { describe, expect, it } from 'vitest';
import { bulkSchema } from '../../../functions/domain/bulk/bulk.ts';
import { type Job, jobSchema, PLAN_IN_LOG } from '../../../functions/domain/job/job.ts';
import { BULK_PROJECTION, bulkRow } from '../../../functions/domain/views/bulk-view.ts';
import { accountRow } from '../../../functions/domain/views/entity-views.ts';
import { jobOf, jobRow } from '../../../functions/domain/views/job-view.ts';
import * as keys from '../../../functions/domain/views/keys.ts';
import { isMark, MARK_EVENT, markRow, markStream } from '../../../functions/domain/views/mark.ts';
import { stateOf } from '../../../functions/domain/views/projections.ts';
import { bodyCodec, TOMBSTONE_SECONDS, tombstone, viewRowSchema } from '../../../functions/domain/views/row.ts';
import { iso, JOB, requested, stream, T0 } from '../job/job-stream.ts';

const at = (seconds: number): string => iso(T0 + seconds * 1000);

/** A job with something in every field. */
const FULL: Job = jobSchema.parse({
  ...{ id: JOB, account_id: 'acc_one', task_id: 'tsk_1', credential_id: 'pc_1', generation: 2 },
  ...{ action: 'imap_sync_messages', payload: { folder: 'A' }, status: 'failed', deleted: false, deleted_by: 'user' },
  ...{ priority: 1, labels: ['x'], attempt_count: 3, part: 4, attempts_used: 5, max_attempts: 6, forced: true },
  ...{ abandoned: 7, run_at: at(1), next_attempt_at: at(2), created_at: at(3), updated_at: at(4), started_at: at(5) },
  ...{ attempt_started_at: at(6), lease_id: 'lease', finished_at: at(7), failed_at: at(8), resolved_at: at(9) },
  ...{ last_error_code: 'auth_failed', last_error_category: 'authentication', last_error_detail: 'no' },
  ...{ last_error_at: at(10), outcome_unknown: true, postponed: { because: 'rate_limited', until: at(11) } },
  ...{
    checkpoint: { c: 1 },
    plan: null,
    result: { r: 1 },
    resolution: { kind: 'cancelled', note: 'n', by: 'u' },
    source: { kind: 'task', id: 'tsk_1' },
  },
  ...{ bulk_id: 'blk_1', changes: 8, version: 12 },
});
const ms = (seconds: number): number => T0 + seconds * 1000;

describe('the row of a job', () => {
  it('has its fields under these short names, and times as numbers', () => {
    expect(jobRow(FULL).b).toEqual({
      ...{ i: JOB, a: 'acc_one', t: 'tsk_1', c: 'pc_1', g: 2, n: 'imap_sync_messages', p: { folder: 'A' } },
      ...{ s: 'failed', x: false, db: 'user', pr: 1, l: ['x'], ac: 3, pt: 4, au: 5, ma: 6, fo: true, ab: 7 },
      ...{ ra: ms(1), na: ms(2), ca: ms(3), ua: ms(4), sa: ms(5), as: ms(6), li: 'lease', fa: ms(7), xa: ms(8) },
      ...{ rs: ms(9), ec: 'auth_failed', eg: 'authentication', ed: 'no', ea: ms(10), ou: true },
      ...{ po: { because: 'rate_limited', until: at(11) }, cp: { c: 1 }, r: { r: 1 } },
      rn: { kind: 'cancelled', note: 'n', by: 'u' },
      ...{ so: { kind: 'task', id: 'tsk_1' }, bi: 'blk_1', cg: 8, v: 12 },
    });
    expect(jobRow({ ...FULL, plan: { large: true } }).b).toMatchObject({ pl: 'in_log' });
  });

  it('returns the job, but of a plan only whether there is one', () => {
    expect(jobOf(jobRow(FULL))).toEqual(FULL);
    expect(jobOf(jobRow({ ...FULL, plan: { large: true } }))).toEqual({ ...FULL, plan: PLAN_IN_LOG });
    expect(jobOf({ id: JOB, v: 1 })).toBeNull();
  });

  it('written before `cancel` existed belongs to a resolved job', () => {
    const row = jobRow(FULL);
    expect(jobOf({ ...row, b: { ...row.b, rn: { note: 'n', by: 'u' } } })).toEqual({
      ...FULL,
      resolution: { kind: 'resolved', note: 'n', by: 'u' },
    });
  });

  it('is kept from the end of the job, not from its last change', () => {
    expect(jobRow(FULL).od).toBe(`${at(7)}#${JOB}`);
    expect(jobRow({ ...FULL, finished_at: null }).od).toBe(`${at(4)}#${JOB}`);
  });
});

describe('the body of a row', () => {
  it('omits nulls, and keeps a time that is not a text unchanged', () => {
    const { encode, decode } = bodyCodec(
      jobSchema.pick({ id: true, run_at: true }),
      { id: 'i', run_at: 'ra' },
      new Set(['run_at'] as const),
    );
    expect(encode({ id: 'x', run_at: null })).toEqual({ i: 'x' });
    expect(encode({ id: at(1), run_at: at(1) })).toEqual({ i: at(1), ra: ms(1) });
    expect(decode({ i: 'x' })).toEqual({ id: 'x', run_at: null });
    expect(decode({ i: 'x', ra: ms(1) })).toEqual({ id: 'x', run_at: at(1) });
    expect(decode({ i: 'x', ra: at(1) })).toEqual({ id: 'x', run_at: at(1) });
  });

  it('of a tombstone is empty, and it expires seven days after the deletion', () => {
    expect(TOMBSTONE_SECONDS).toBe(604_800);
    expect(tombstone('x', 3, at(1))).toEqual({ id: 'x', v: 3, ttl: ms(1) / 1000 + 604_800 });
    const row = { id: 'x', v: 1, ga: 'a', od: 'o', ttl: 5, b: {} };
    expect(viewRowSchema.parse(row)).toEqual(row);
    expect(viewRowSchema.safeParse({ id: 'x' }).success).toBe(false);
  });
});

describe('the row of a bulk operation', () => {
  const bulk = bulkSchema.parse({
    ...{ id: 'blk_1', account_id: 'acc_one', action: 'retry', created_before: at(0), rate_per_second: 5, by: 'u' },
    ...{ status: 'running', matched: 0, done: 0, skipped: 0, failed: 0, chunk: [], exhausted: false, aborting: false },
    ...{ created_at: at(0), updated_at: at(1), version: 2 },
  });

  it('is checked when its runner has been silent for 30 seconds while it runs, and returns it', () => {
    const row = bulkRow(bulk);
    expect(row).toMatchObject({
      id: 'blk_1',
      v: 2,
      ga: 'blk#acc_one',
      s: `${at(0)}#blk_1`,
      go: 'bulk',
      od: `${at(31)}#blk_1`,
    });
    expect(Object.values(row.b ?? {})).not.toContain(null);
    expect(BULK_PROJECTION.fromRow(row)).toEqual(bulk);
    expect(BULK_PROJECTION.fromRow({ id: 'blk_1', v: 1 })).toBeNull();
    expect(bulkRow({ ...bulk, status: 'completed' })).not.toHaveProperty('go');
  });

  it('is checked later while it waits for the views', () => {
    const awaiting = { marks: [], since: at(1), until: at(60) };
    expect(bulkRow({ ...bulk, awaiting }).od).toBe(`${at(90)}#blk_1`);
  });

  it("restores its stream's state, as that of an account does; other streams have no such rows", () => {
    expect(stateOf('blk_1', bulkRow(bulk))).toEqual(bulk);
    const paused = { reason: 'r', until: null };
    const account = { id: 'acc_one', paused, available_since: at(0), updated_at: at(1), version: 3 };
    expect(stateOf('acc_one', accountRow(account))).toEqual(account);
    expect(stateOf(markStream('x'), { id: markStream('x'), v: 1 })).toBeNull();
  });
});

it('the row of a mark is found by the time it was written', () => {
  const [event] = stream([requested()], markStream('token'));
  if (event === undefined) throw new Error('no event');
  expect(MARK_EVENT).toBe('ViewsMarked');
  expect(markRow(event)).toEqual({ id: 'mark#token', v: 1, go: 'mark', od: `${iso(T0)}#mark#token` });
  expect([isMark(markStream('x')), isMark('job_1'), isMark('xmark#')]).toEqual([true, false, false]);
});

describe('the shards of an index', () => {
  it.each([
    ['open#', keys.openJobs, keys.OPEN_JOB_KEYS],
    ['schedule#', keys.scheduledTasks, keys.SCHEDULED_TASK_KEYS],
    ['delivery#pending#', keys.pendingDeliveries, keys.PENDING_DELIVERY_KEYS],
    ['delivery#ended#', keys.endedDeliveries, keys.ENDED_DELIVERY_KEYS],
    ['ended#failed#', (id: string) => keys.endedJobs('failed', id), keys.endedJobKeys('failed')],
    ['deleted#user#', (id: string) => keys.deletedJobs('user', id), keys.deletedJobKeys('user')],
  ] as const)('%s are four, and every id is in one of them', (prefix, keyOf, all) => {
    expect(all).toEqual([0, 1, 2, 3].map((shard) => `${prefix}${shard}`));
    const found = new Set(Array.from('0123456789abcdefghjkmnpqrstvwxyz', (last) => keyOf(`job_${last}`)));
    expect([...found].toSorted()).toEqual(all);
  });

  it('of an account contain the account', () => {
    const { jobsOf, tasksOf, credentialsOf, webhookEndpointsOf, bulksOf } = keys;
    expect([jobsOf, tasksOf, credentialsOf, webhookEndpointsOf, bulksOf].map((keyOf) => keyOf('acc_one'))).toEqual(
      ['job', 'tsk', 'pc', 'whk', 'blk'].map((kind) => `${kind}#acc_one`),
    );
  });
});
