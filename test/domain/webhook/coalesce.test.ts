import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import {
  coalesces,
  groupsOf,
  type PendingDelivery,
  stillWaitsFor,
} from '../../../functions/domain/webhook/coalesce.ts';
import type { Delivery, Request } from '../../../functions/domain/webhook/delivery.ts';
import { CREDENTIAL, failedWith, iso, requested, started, stream, succeeded, T0, yielded } from '../job/job-stream.ts';

const request = (more: Partial<Request> = {}): Request => ({
  credential_id: CREDENTIAL,
  generation: 1,
  action: 'imap_sync_messages',
  payload: { folder: null },
  ...more,
});
const delivery = (id: string, more: Partial<PendingDelivery> = {}): PendingDelivery => ({
  id,
  account_id: 'acc_one',
  endpoint_id: 'whk_1',
  verified: true,
  event_id: `evt_${id}`,
  event_type: 'message.created',
  event_at: null,
  request: request(),
  reason: null,
  job_id: null,
  folded: false,
  at: iso(T0),
  version: 1,
  ...more,
});
const ids = (deliveries: readonly Delivery[], most = 10) =>
  groupsOf(deliveries, most).map((group) => group.map(({ id }) => id));

describe('pending deliveries', () => {
  it('share a job when they ask for the same sync of the same mailbox', () => {
    expect(ids([delivery('a'), delivery('b'), delivery('c')])).toEqual([['a', 'b', 'c']]);
  });

  it.each<[string, Partial<PendingDelivery>]>([
    ['another account', { account_id: 'acc_two' }],
    ['another mailbox', { request: request({ credential_id: 'pc_other' }) }],
    ['another generation of it', { request: request({ generation: 2 }) }],
    ['another action', { request: request({ action: 'imap_sync_mailboxes' }) }],
    ['another payload', { request: request({ payload: { folder: 'A' } }) }],
  ])('do not share a job with one for %s', (_, other) => {
    expect(ids([delivery('a'), delivery('b', other)])).toEqual([['a'], ['b']]);
  });

  it('share a job whatever the order of their payload’s fields', () => {
    const one = delivery('a', { request: request({ payload: { x: 1, y: 2 } }) });
    const other = delivery('b', { request: request({ payload: { y: 2, x: 1 } }) });
    expect(ids([one, other])).toEqual([['a', 'b']]);
  });

  it('each have their own job when their action is not idempotent', () => {
    const copy = { request: request({ action: 'imap_set_flags' }) };
    expect(ids([delivery('a', copy), delivery('b', copy)])).toEqual([['a'], ['b']]);
    expect([coalesces(request()), coalesces(request({ action: 'imap_set_flags' }))]).toEqual([true, false]);
    expect(coalesces(request({ action: 'imap_sync_mailboxes' }))).toBe(true);
  });

  it('are each taken once, oldest first, and by id if they arrived at the same time', () => {
    const late = delivery('a', { at: iso(T0 + 1) });
    expect(ids([late, delivery('c'), delivery('b'), late, delivery('b')])).toEqual([['b', 'c', 'a']]);
  });

  it('are split into groups that fit one transaction', () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((id) => delivery(id));
    expect(ids(five, 2)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(ids(five.slice(0, 4), 2)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('are only those that ask for a job and have none', () => {
    expect(ids([delivery('a', { job_id: 'job_1' }), { ...delivery('b'), request: null }])).toEqual([]);
  });
});

describe('a delivery that arrives while a job for the same work waits', () => {
  const job = (...events: JobEvent[]): Job => {
    const folded = foldJob(stream(events));
    if (folded === null) throw new Error('no job');
    return folded;
  };
  const queued = job(requested());
  const retrying = job(requested(), started(), failedWith('connection_closed', iso(T0 + 3_600_000)));
  const scheduledIn = (ms: number) => job(requested({ run_at: iso(T0 + ms) }));

  it('is folded into the job when its next attempt has not started', () => {
    for (const waiting of [queued, retrying, scheduledIn(60_000)])
      expect(stillWaitsFor(waiting, delivery('a'), T0)).toBe(true);
  });

  it('is not folded into a job that an operator has deferred for longer', () => {
    expect(stillWaitsFor(scheduledIn(60_001), delivery('a'), T0)).toBe(false);
    expect(stillWaitsFor({ ...scheduledIn(1), next_attempt_at: null }, delivery('a'), T0)).toBe(false);
  });

  it('is not folded into a job that runs, is in the middle of its work, has ended or was deleted', () => {
    for (const other of [
      job(requested(), started()),
      job(requested(), started(), yielded),
      job(requested(), started(), succeeded),
      job(requested(), started(), failedWith('auth_failed', null)),
      { ...queued, deleted: true },
    ])
      expect(stillWaitsFor(other, delivery('a'), T0)).toBe(false);
  });

  it.each<[string, Partial<PendingDelivery>]>([
    ['another account', { account_id: 'acc_two' }],
    ['another mailbox', { request: request({ credential_id: 'pc_other' }) }],
    ['another generation', { request: request({ generation: 2 }) }],
    ['another action', { request: request({ action: 'imap_sync_mailboxes' }) }],
    ['another payload', { request: request({ payload: {} }) }],
  ])('is not folded into one for %s', (_, other) => {
    expect(stillWaitsFor(queued, delivery('a', other), T0)).toBe(false);
  });
});
