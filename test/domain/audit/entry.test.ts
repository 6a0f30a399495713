import { describe, expect, it } from 'vitest';
import { type LogEntry, SUBJECTS, toLogEntry } from '../../../functions/domain/audit/entry.ts';
import {
  freezeLogFilter,
  type LogFilter,
  logFilterSchema,
  matchesLogFilter,
} from '../../../functions/domain/audit/log-filter.ts';
import { logIdOf, timeOfLogId } from '../../../functions/domain/audit/log-id.ts';
import type { Envelope } from '../../../functions/domain/event/event.ts';
import { logId } from '../../../functions/domain/ids/ids.ts';

const AT = '2026-11-01T00:00:00.123Z';
const SUFFIX = '01jgx000000000000000000001';
const event: Envelope = {
  stream_id: `job_${SUFFIX}`,
  version: 1,
  type: 'JobRetryRequested',
  schema: 1,
  account_id: 'acc_one',
  at: AT,
  actor: { kind: 'user', id: 'usr_1' },
  append_id: 'a',
  request_id: 'req_1',
  data: { reason: 'why' },
};

describe('an entry of the audit', () => {
  it('tells the event by the names of the API', () => {
    expect(toLogEntry(event, 'log_1')).toEqual({
      id: 'log_1',
      account_id: 'acc_one',
      subject: 'job',
      subject_id: `job_${SUFFIX}`,
      action: 'job_retry_requested',
      status: 'succeeded',
      data: { reason: 'why' },
      actor: { kind: 'user', id: 'usr_1' },
      at: AT,
      request_id: 'req_1',
    });
  });

  it.each([
    [`tsk_${SUFFIX}`, 'task'],
    [`pc_${SUFFIX}`, 'credential'],
    [`blk_${SUFFIX}`, 'bulk_operation'],
    [`whk_${SUFFIX}`, 'webhook_endpoint'],
    ['acc_one', 'account'],
  ])('of stream %s is about a %s', (stream_id, subject) => {
    expect(toLogEntry({ ...event, stream_id }, 'log_1')).toMatchObject({ subject, subject_id: stream_id });
  });

  it.each([`eml_${SUFFIX}`, `new_${SUFFIX}`, 'acc_two', ''])('is none for stream %j', (stream_id) => {
    expect(toLogEntry({ ...event, stream_id }, 'log_1')).toBeNull();
  });

  it('of a stream beside that of an endpoint is about the endpoint', () => {
    const beside = toLogEntry({ ...event, stream_id: `whk_${SUFFIX}#silence` }, 'log_1');
    expect(beside).toMatchObject({ subject: 'webhook_endpoint', subject_id: `whk_${SUFFIX}` });
  });

  it('is a failed one for refused logins and tests alone, and names no request where none made it', () => {
    const { request_id: _, ...made } = event;
    for (const type of ['CredentialTestFailed', 'CredentialRefused'])
      expect(toLogEntry({ ...made, type }, 'log_1')).toMatchObject({ status: 'failed', request_id: null });
  });

  it.each([
    ['completed', 'succeeded'],
    ['aborted', 'succeeded'],
    ['failed', 'failed'],
  ] as const)('of a bulk operation that ended as %s has the status %s', (outcome, status) => {
    const ended = { ...event, stream_id: `blk_${SUFFIX}`, type: 'BulkFinished', data: { outcome } };
    expect(toLogEntry(ended, 'log_1')).toMatchObject({ action: 'bulk_finished', status });
  });
});

describe('a filter of the audit', () => {
  const entry: LogEntry = {
    ...{ id: 'log_1', account_id: 'acc_one', subject: 'job', subject_id: 'job_1', action: 'job_requested' },
    ...{ status: 'succeeded', data: {}, actor: { kind: 'user', id: 'usr_1' }, at: AT, request_id: 'req_1' },
  };

  it.each<[string, LogFilter, LogFilter]>([
    ['subject', { subject: ['task', 'job'] }, { subject: ['task'] }],
    ['subject_id', { subject_id: ['job_1'] }, { subject_id: ['job_2'] }],
    ['action', { action: ['job_requested'] }, { action: ['job_resolved'] }],
    ['status', { status: ['succeeded'] }, { status: ['failed'] }],
    ['actor_kind', { actor_kind: ['user'] }, { actor_kind: ['worker'] }],
    ['actor_id', { actor_id: ['usr_1'] }, { actor_id: ['usr_2'] }],
    ['request_id', { request_id: ['req_1'] }, { request_id: ['req_2'] }],
    ['at', { at: { gte: AT } }, { at: { lt: AT } }],
  ])('finds entries by %s', (_, found, other) => {
    expect(matchesLogFilter(entry, {})).toBe(true);
    expect(matchesLogFilter(entry, found)).toBe(true);
    expect(matchesLogFilter(entry, other)).toBe(false);
  });

  it('has its relative times made absolute', () => {
    const now = Date.parse('2026-11-02T00:00:00.000Z');
    expect(freezeLogFilter({ at: { gte: '-24h' }, action: ['x'] }, now)).toEqual({
      at: { gte: '2026-11-01T00:00:00.000Z' },
      action: ['x'],
    });
    expect(freezeLogFilter({ action: ['x'] }, now)).toEqual({ action: ['x'] });
  });

  it('knows its fields alone, each within its bounds', () => {
    const full = { subject: [...SUBJECTS], status: 'failed', actor_kind: 'system', actor_id: 'x'.repeat(200) };
    expect(logFilterSchema.safeParse(full).success).toBe(true);
    expect(logFilterSchema.safeParse({ status: ['succeeded', 'failed'] }).success).toBe(true);
    for (const bad of [
      { subject: 'mail' },
      { status: 'queued' },
      { actor_id: '' },
      { actor_id: 'x'.repeat(201) },
      { actor_kind: 'robot' },
      { other: 1 },
    ])
      expect(logFilterSchema.safeParse(bad).success, Object.keys(bad).join()).toBe(false);
  });
});

describe('the id of an entry', () => {
  const ofEvent = (changes: Partial<Envelope>) => logIdOf({ ...event, ...changes });

  it('is an id of ours that names its time', () => {
    for (const at of [AT, '1970-01-01T00:00:00.000Z', '2262-01-01T00:00:00.001Z']) {
      const id = ofEvent({ at });
      expect(logId.parse(id)).toBe(id);
      expect(timeOfLogId(id)).toBe(Date.parse(at));
    }
    expect(timeOfLogId('log_no')).toBe(0);
  });

  it('stays the same from release to release', () => {
    expect(ofEvent({ stream_id: 'job_01jgx0000000abcdefghjkmnpq' })).toBe('log_01m6a6ft3v6q7r8s9tavbg0001');
    expect(ofEvent({ version: 70_000 })).toBe('log_01m6a6ft3v00000000000g24bg');
    expect(ofEvent({ stream_id: 'acc_one' })).toBe('log_01m6a6ft3v0000000000000001');
  });

  it('is another for each version and each stream at one time', () => {
    const versions = [1, 2, 255, 256, 65_535, 65_536, 65_537, 131_072].map((version) => ofEvent({ version }));
    const streams = ['job', 'tsk'].map((prefix) => ofEvent({ stream_id: `${prefix}_01jgx00000000000000000000z` }));
    expect(new Set([...versions, streams[0]]).size).toBe(versions.length + 1);
  });

  it('sorts by time', () => {
    const ids = [AT, '2026-11-01T00:00:00.124Z', '2026-12-21T00:00:00.000Z', '2030-01-01T00:00:00.000Z'].map((at) =>
      ofEvent({ at }),
    );
    expect(ids.toSorted()).toEqual(ids);
  });
});
