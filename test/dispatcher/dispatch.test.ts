import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { dispatchOnce } from '../../functions/dispatcher/dispatch.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import type { BulkMessage } from '../../functions/ports/bulk-queue.ts';
import type { JobMessage, WorkMessage } from '../../functions/ports/work-queue.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import {
  ACCOUNT,
  abandoned,
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
  yielded,
} from '../domain/job/job-stream.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';

function ports(refuse: (message: JobMessage) => boolean = () => false) {
  const sent: { message: JobMessage; delayMs: number }[] = [];
  const queue = {
    send: async (messages: readonly { message: WorkMessage; delayMs: number }[]) => {
      const jobs = messages.flatMap(({ message, delayMs }) => ('job_id' in message ? [{ message, delayMs }] : []));
      sent.push(...jobs.filter(({ message }) => !refuse(message)));
      return jobs.map(({ message }) => message).filter(refuse);
    },
  };
  const started: string[] = [];
  const bulks = {
    send: async ({ bulk_id: bulkId }: BulkMessage) => {
      started.push(bulkId);
    },
  };
  const leases = { read: async () => null };
  const slots = { fullUntil: async () => null };
  return {
    sent,
    started,
    queue,
    bulks,
    leases,
    slots,
    ids,
    log: memoryEventLog(),
    views: memoryViews(),
    coalescing: memoryCoalescing(),
    pause: async () => {},
    now: () => T0,
  };
}

describe('the dispatcher', () => {
  it.each<[string, JobEvent, number | null]>([
    ['a request', requested(), 0],
    ["a request within the queue's maximum delay", requested({ run_at: iso(T0 + 900_000) }), 900_000],
    ["a request beyond the queue's maximum delay", requested({ run_at: iso(T0 + 900_001) }), null],
    ['a start', started(), null],
    ['a yield', yielded, 0],
    ['a success', succeeded, null],
    ['a final failure', failedWith('auth_failed', null), null],
    ['a failure that is retried', failedWith('connection_closed', iso(T0 + 60_000)), 60_000],
    ['a lost worker', abandoned('lease'), 0],
    ['the last lost worker', abandoned('lease', true), null],
    ['a retry', { type: 'JobRetryRequested', data: { reason: null } }, 0],
    ['a trigger', { type: 'JobTriggered', data: { reason: null, force: false } }, 0],
    [
      'a retry with its own start time',
      { type: 'JobRetryRequested', data: { reason: null, not_before: iso(T0 + 4_200) } },
      4_200,
    ],
    [
      'a trigger with its own start time',
      { type: 'JobTriggered', data: { reason: null, force: false, not_before: iso(T0 + 800) } },
      800,
    ],
    ['a release', { type: 'JobReleased', data: {} }, 0],
    ['a resolve', { type: 'JobResolved', data: { note: null } }, null],
    ['an update of another field', { type: 'JobUpdated', data: { changes: { priority: 1 } } }, null],
    ['an update of the time', { type: 'JobUpdated', data: { changes: { run_at: iso(T0 + 5_000) } } }, 5_000],
  ])('sends the right messages for %s', async (_, event, delayMs) => {
    const { sent, ...rest } = ports();
    await dispatchOnce([recorded(event, 2, T0)], rest);
    const message = { job_id: JOB, credential_id: CREDENTIAL, account_id: ACCOUNT, version: 2 };
    expect(sent).toEqual(delayMs === null ? [] : [{ message, delayMs }]);
  });

  it('starts a bulk operation when it is requested, and not with each of its chunks', async () => {
    const { sent: _, started: bulksStarted, ...rest } = ports();
    const bulk = 'blk_01jgx000000000000000000001';
    const events = ['BulkRequested', 'BulkChunkSelected', 'BulkChunkApplied', 'BulkFinished'].map((type, at) => ({
      ...recorded(requested(), at + 1, T0, bulk),
      type,
      data: {},
    }));
    await dispatchOnce(events, rest);
    expect(bulksStarted).toEqual([bulk]);
  });

  it('returns the streams whose messages the queue refused', async () => {
    const { sent: _, ...rest } = ports(({ job_id }) => job_id === JOB);
    const result = await dispatchOnce(
      [recorded(requested(), 1, T0), recorded(requested(), 1, T0, `${JOB.slice(0, -1)}2`)],
      rest,
    );
    expect(result).toEqual({ sent: 1, failedStreams: new Set([JOB]) });
  });

  it('sends the jobs that waited for a recovered credential, ten a second, and none that ended or runs', async () => {
    const { sent, ...rest } = ports();
    const id = (n: number) => `job_01jgx00000000000000000${String(n).padStart(4, '0')}`;
    const waiting = Array.from({ length: 25 }, (_, n) => stream([requested()], id(n)));
    const others = [
      stream([requested(), started()], id(100)),
      stream([requested(), started(), succeeded], id(101)),
      stream([requested({ run_at: iso(T0 + 3_600_000) })], id(102)),
    ];
    await projectOnce([...waiting, ...others].flat(), {
      log: memoryEventLog(),
      views: rest.views,
      pause: async () => {},
    });
    const verified = { ...recorded(requested(), 3, T0, CREDENTIAL), type: 'CredentialVerified', data: { by: 'test' } };
    await dispatchOnce([verified], rest);
    expect(sent.map(({ message }) => message.job_id).sort()).toEqual(waiting.map((_, n) => id(n)));
    expect(sent.map(({ delayMs }) => delayMs)).toEqual(Array.from({ length: 25 }, (_, n) => Math.floor(n / 10) * 1000));
  });
});
