import { describe, expect, it } from 'vitest';
import { foldAccount } from '../../../functions/domain/account/account.ts';
import type { CredentialEvent } from '../../../functions/domain/credential/events.ts';
import { foldCredential } from '../../../functions/domain/credential/history.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { BULK_PROJECTION } from '../../../functions/domain/views/bulk-view.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from '../../../functions/domain/views/entity-views.ts';
import { JOB_PROJECTION, jobRow } from '../../../functions/domain/views/job-view.ts';
import {
  DELETED_BY,
  deletedJobKeys,
  deletedJobs,
  ENDED_DELIVERY_KEYS,
  endedDeliveries,
  endedJobKeys,
  endedJobs,
  OPEN_JOB_KEYS,
  openJobs,
  PENDING_DELIVERY_KEYS,
  pendingDeliveries,
  SCHEDULED_TASK_KEYS,
  scheduledTasks,
} from '../../../functions/domain/views/keys.ts';
import { TASK_PROJECTION } from '../../../functions/domain/views/task-view.ts';
import { DELIVERY_PROJECTION, SILENCE_PROJECTION } from '../../../functions/domain/views/webhook-views.ts';
import {
  ACCOUNT,
  CREDENTIAL,
  failedWith,
  iso,
  JOB,
  recorded,
  requested,
  started,
  stream,
  succeeded,
  T0,
} from '../job/job-stream.ts';

const envelopes = (id: string, events: readonly { readonly type: string; readonly data: unknown }[]) =>
  events.map((event, at) => ({ ...recorded(requested(), at + 1, T0 + at * 1000, id), ...event }));

describe('the row of a job', () => {
  const rowOf = (...events: JobEvent[]) => {
    const job = foldJob(stream(events));
    if (job === null) throw new Error('no job');
    return jobRow(job);
  };
  const indexes = ({ ga, gt, gc, gb, gs, ge, go }: ReturnType<typeof jobRow>) => ({ ga, gt, gc, gb, gs, ge, go });
  const TASK = 'tsk_01jgx000000000000000000001';

  it('is, while it waits, in the indexes of its account, credential and status, and in that of the sweeper', () => {
    const row = rowOf(requested());
    expect(indexes(row)).toEqual({
      ga: 'job#acc_one',
      gt: undefined,
      gc: `acc_one#${CREDENTIAL}#open`,
      gb: undefined,
      gs: 'acc_one#queued',
      ge: undefined,
      go: expect.stringMatching(/^open#[0-3]$/),
    });
    expect(row).toMatchObject({ id: JOB, v: 1, s: `${iso(T0)}#${JOB}`, od: `${iso(T0 + 120_000)}#${JOB}` });
  });

  it('is in the index of its task, of its bulk operation and of its last error when it has them', () => {
    const retry: JobEvent = { type: 'JobRetryRequested', data: { reason: null, bulk_id: 'blk_1' } };
    expect(rowOf(requested({ task_id: TASK }), started(), failedWith('auth_failed', null), retry)).toMatchObject({
      gt: `acc_one#${TASK}`,
      gb: 'acc_one#blk_1',
      ge: 'acc_one#auth_failed',
    });
  });

  it('is, once it has ended, in the indexes of what has ended; a success is in none of a status', () => {
    const done = rowOf(requested(), started(), succeeded);
    expect(indexes(done)).toMatchObject({
      gc: `acc_one#${CREDENTIAL}#ended`,
      gs: undefined,
      go: expect.stringMatching(/^ended#succeeded#[0-3]$/),
    });
    expect(done.od).toBe(`${iso(T0 + 2000)}#${JOB}`);
    expect(indexes(rowOf(requested(), started(), failedWith('auth_failed', null)))).toMatchObject({
      gc: `acc_one#${CREDENTIAL}#ended`,
      gs: 'acc_one#failed',
      go: expect.stringMatching(/^ended#failed#[0-3]$/),
    });
  });

  it('leaves a tombstone for whoever erases it, by who deleted it', () => {
    const deleted: JobEvent = { type: 'JobDeleted', data: { reason: null } };
    const tombstone = { id: JOB, v: 2, od: `${iso(T0 + 1000)}#${JOB}` };
    expect(rowOf(requested(), deleted)).toEqual({ ...tombstone, go: deletedJobs('retention', JOB) });
    const [first, second] = stream([requested(), deleted]);
    const byUser = foldJob([first, second].flatMap((each) => (each ? [{ ...each, actor: USER }] : [])));
    if (byUser === null) throw new Error('no job');
    expect(jobRow(byUser)).toEqual({ ...tombstone, go: deletedJobs('user', JOB) });
  });
});

const USER = { kind: 'user' as const, id: 'ann' };

describe('the row of a credential', () => {
  const added = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };
  const refused = {
    type: 'CredentialRefused',
    data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: null },
  };
  const rowOf = (...events: { readonly type: string; readonly data: unknown }[]) => {
    const credential = foldCredential(envelopes(CREDENTIAL, [added, ...events]));
    if (credential === null) throw new Error('no credential');
    return { credential, row: CREDENTIAL_PROJECTION.toRow(credential) };
  };

  it('is in the index of its account, and when it is parked in that of the probes', () => {
    const { row } = rowOf();
    expect(row).toMatchObject({ id: CREDENTIAL, v: 1, ga: `pc#${ACCOUNT}`, s: `${iso(T0)}#${CREDENTIAL}` });
    expect(row).not.toHaveProperty('go');
    expect(rowOf(refused).row, 'suspect only').not.toHaveProperty('go');
    const parked = rowOf(refused, refused).row;
    expect(parked).toMatchObject({ go: 'probe', od: `${iso(T0 + 2000 + 3_600_000)}#${CREDENTIAL}` });
    const probed: CredentialEvent = { type: 'CredentialProbeStarted', data: {} };
    const over = Array.from({ length: 3 }, () => [probed, refused]).flat();
    expect(rowOf(refused, refused, ...over).row, 'never probed again').not.toHaveProperty('go');
  });

  it('gives back the credential, and none once it is deleted: then retention looks at it', () => {
    const { credential, row } = rowOf(refused);
    expect(CREDENTIAL_PROJECTION.fromRow(row)).toEqual(credential);
    const deleted = rowOf({ type: 'CredentialDeleted', data: { force: false } }).row;
    expect(deleted).toEqual({ id: CREDENTIAL, v: 2, go: 'deleted#credential', od: `${iso(T0 + 1000)}#${CREDENTIAL}` });
    expect(CREDENTIAL_PROJECTION.fromRow(deleted)).toBeNull();
  });
});

describe('the row of an account', () => {
  it('gives back what was paused and since when', () => {
    const account = foldAccount(envelopes(ACCOUNT, [{ type: 'AccountPaused', data: { reason: 'why', until: null } }]));
    if (account === null) throw new Error('no account');
    expect(account).toEqual({
      id: ACCOUNT,
      paused: { reason: 'why', until: null },
      available_since: iso(T0),
      updated_at: iso(T0),
      version: 1,
    });
    expect(ACCOUNT_PROJECTION.fromRow(ACCOUNT_PROJECTION.toRow(account))).toEqual(account);
  });
});

describe('a tombstone', () => {
  it.each([
    ['job', JOB_PROJECTION],
    ['task', TASK_PROJECTION],
    ['bulk operation', BULK_PROJECTION],
    ['account', ACCOUNT_PROJECTION],
    ['silence', SILENCE_PROJECTION],
    ['delivery', DELIVERY_PROJECTION],
  ])('gives back no %s', (_, projection) => {
    expect(projection.fromRow({ id: 'x', v: 2 })).toBeNull();
  });
});

describe('the keys of the due-time index', () => {
  const ids = Array.from({ length: 26 }, (_, at) => `job_${String.fromCharCode(97 + at)}`);

  it.each<[string, (id: string) => string, readonly string[]]>([
    ['open jobs', openJobs, OPEN_JOB_KEYS],
    ['scheduled tasks', scheduledTasks, SCHEDULED_TASK_KEYS],
    ['pending deliveries', pendingDeliveries, PENDING_DELIVERY_KEYS],
    ['ended deliveries', endedDeliveries, ENDED_DELIVERY_KEYS],
    ['jobs that failed', (id) => endedJobs('failed', id), endedJobKeys('failed')],
    ...DELETED_BY.map((by): [string, (id: string) => string, readonly string[]] => [
      `jobs deleted by ${by}`,
      (id) => deletedJobs(by, id),
      deletedJobKeys(by),
    ]),
  ])('that are read for %s are those that they are written under, each used', (_, keyOf, keys) => {
    expect(new Set(ids.map(keyOf))).toEqual(new Set(keys));
    expect(keys).toHaveLength(4);
  });
});
