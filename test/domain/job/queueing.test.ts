import { describe, expect, it } from 'vitest';
import { MAX_QUEUE_DELAY_MS } from '../../../functions/domain/job/due.ts';
import { type JobEvent, recordedJobEventSchema } from '../../../functions/domain/job/events.ts';
import { queueDelayMs } from '../../../functions/domain/job/queueing.ts';
import { abandoned, failedWith, iso, recorded, requested, started, succeeded, T0, yielded } from './job-stream.ts';

const delayOf = (event: JobEvent, now = T0) => queueDelayMs(recordedJobEventSchema.parse(recorded(event, 1, T0)), now);
const updated = (changes: Extract<JobEvent, { type: 'JobUpdated' }>['data']['changes']): JobEvent => ({
  type: 'JobUpdated',
  data: { changes },
});
const postponed = (until: string): JobEvent => ({ type: 'JobPostponed', data: { until, because: 'rate_limited' } });

describe('the message of a job', () => {
  it.each<[string, JobEvent]>([
    ['a request', requested()],
    ['a release', { type: 'JobReleased', data: {} }],
    ['a yield', yielded],
    ['a lost worker', abandoned('lease-1-1')],
    ['a retry', { type: 'JobRetryRequested', data: { reason: null } }],
    ['a trigger', { type: 'JobTriggered', data: { reason: null, force: false } }],
    ['an update that removes the time', updated({ run_at: null })],
  ])('is sent at once after %s', (_, event) => {
    expect(delayOf(event)).toBe(0);
  });

  it.each<[string, (at: string) => JobEvent]>([
    ['a request for later', (at) => requested({ run_at: at })],
    ['a failure that is retried', (at) => failedWith('connection_closed', at)],
    ['a postponement', postponed],
    ['a new run_at', (at) => updated({ run_at: at })],
  ])("is delayed until the time in %s, up to the queue's maximum delay", (_, eventAt) => {
    expect(delayOf(eventAt(iso(T0 + 5_000)))).toBe(5_000);
    expect(delayOf(eventAt(iso(T0 + 5_000)), T0 + 6_000)).toBe(0);
    expect(delayOf(eventAt(iso(T0 + MAX_QUEUE_DELAY_MS)))).toBe(MAX_QUEUE_DELAY_MS);
    expect(delayOf(eventAt(iso(T0 + MAX_QUEUE_DELAY_MS + 1)))).toBeNull();
  });

  it.each<[string, JobEvent]>([
    ['a start', started()],
    ['a success', succeeded],
    ['a final failure', failedWith('auth_failed', null)],
    ['the last lost worker', abandoned('lease-1-1', true)],
    ['an update of another field', updated({ priority: 3 })],
    ['a resolve', { type: 'JobResolved', data: { note: null } }],
    ['a deletion', { type: 'JobDeleted', data: { reason: null } }],
  ])('is not sent after %s', (_, event) => {
    expect(delayOf(event)).toBeNull();
  });
});
