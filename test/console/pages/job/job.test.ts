import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../../../client/index.ts';
import { nextBar, timelineOf } from '../../../../console/jobs/timeline.ts';
import { lengthOf, weightOf, wordsOf } from '../../../../console/pages/job/bar-words.ts';
import { asCurl, asInboxctl, asLink, asReport } from '../../../../console/pages/job/copy-as.ts';
import { changesOf, draftOf } from '../../../../console/pages/job/job-changes.ts';
import { nextStepOf } from '../../../../console/pages/job/next-step.ts';
import { FAILURES } from '../../../../functions/domain/failure/catalogue.ts';
import { EXPLANATIONS } from '../../../../functions/domain/failure/explanations.ts';

const job: Schemas['Job'] = {
  id: 'job_1',
  account_id: 'acc_1',
  task_id: null,
  credential_id: 'pc_1',
  action: 'imap_sync_messages',
  payload: { folder: 'INBOX' },
  status: 'failed',
  priority: 0,
  labels: ['a, b'],
  attempt_count: 2,
  max_attempts: null,
  run_at: null,
  next_attempt_at: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  started_at: null,
  finished_at: null,
  failed_at: null,
  resolved_at: null,
  last_error_code: 'auth_failed',
  last_error_category: 'authentication',
  last_error_detail: 'a secret-free detail',
  last_error_at: '2026-01-01T00:00:00.000Z',
  outcome_unknown: false,
  resolution: null,
  source: { kind: 'task', id: 'tsk_1' },
  bulk_id: null,
  version: 7,
  waiting_on: null,
  waiting_until: null,
  attempts_left: 0,
  progress: null,
  stalled: false,
  host: 'imap.example.com:993',
  credential_label: null,
  allowed_commands: [],
  result: null,
};
const event = (second: number, type: string, data: unknown = {}): Schemas['Event'] => ({
  stream_id: 'job_1',
  version: second + 1,
  type,
  at: new Date(second * 1000).toISOString(),
  actor: { kind: 'user', id: 'anna' },
  data,
});

describe('the next step of a failure', () => {
  it.each([
    ['provider_timeout', 'wait'],
    ['rate_limited', 'wait'],
    ['auth_failed', 'rotate'],
    ['imap_disabled', 'rotate'],
    ['over_quota', 'retry'],
    ['permission_denied', 'retry'],
    ['tls_error', 'connection'],
    ['host_not_allowed', 'connection'],
    ['proxy_error', 'connection'],
    ['command_failed', 'retry'],
    ['mailbox_not_found', 'sync'],
    ['uidvalidity_changed', 'sync'],
    ['invalid_payload', 'payload'],
    ['protocol_error', 'report'],
    ['unknown', 'report'],
  ] as const)('of %s is %s', (code, step) => {
    expect(nextStepOf({ ...FAILURES[code], who: EXPLANATIONS[code].who })).toBe(step);
  });
});

describe('the changes of an edited job', () => {
  it('contain only the fields that differ', () => {
    const draft = { ...draftOf(job), priority: '5', labels: 'a, b\n\n c ', attempts: '3' };
    expect(changesOf(draft, job)).toEqual({
      kind: 'changes',
      changes: { priority: 5, labels: ['a, b', 'c'], max_attempts: 3 },
    });
    expect(changesOf(draftOf(job), job)).toEqual({ kind: 'none' });
    const limited = { ...job, max_attempts: 3 };
    expect(changesOf({ ...draftOf(limited), attempts: '' }, limited)).toMatchObject({
      changes: { max_attempts: null },
    });
  });

  it.each(['', '{', '[]', 'null', '"x"', '1'])('refuse the payload %j', (payload) => {
    expect(changesOf({ ...draftOf(job), payload }, job)).toMatchObject({ kind: 'wrong', field: 'payload' });
  });

  it.each(['', 'x', '1.5', '1e3'])('refuse the priority %j', (priority) => {
    expect(changesOf({ ...draftOf(job), priority }, job)).toMatchObject({ kind: 'wrong', field: 'priority' });
  });
});

describe('a job as text', () => {
  it('is a link, a call of curl with the token from the environment, and a call of inboxctl', () => {
    expect(asLink('https://c.example', 'acc_1', job)).toBe('https://c.example/a/acc_1/jobs/job_1');
    expect(asCurl('https://c.example', job)).toBe(
      `curl -H "Authorization: Bearer $TOKEN" 'https://c.example/api/jobs/job_1'`,
    );
    expect(asInboxctl("acc_'1", job)).toBe(`inboxctl jobs get 'job_1' --why --account 'acc_'\\''1'`);
  });

  it('as a report has the failure, but neither payload nor result', () => {
    const report = asReport({ ...job, payload: { folder: 'Private' } });
    expect(report).toContain('auth_failed');
    expect(report).not.toContain('Private');
  });
});

describe('the bars of a job', () => {
  const history = [
    event(0, 'JobRequested'),
    event(1, 'AttemptStarted', { attempt: 1, part: 1 }),
    event(4, 'AttemptFailed', { code: 'auth_failed', detail: 'no', retry_at: null }),
    event(60, 'JobRetryRequested', { reason: 'new password' }),
    event(61, 'AttemptStarted', { attempt: 2, part: 1 }),
    event(62, 'JobPostponed', { because: 'connection_slot' }),
    event(65, 'AttemptStarted', { attempt: 2, part: 2 }),
    event(66, 'AttemptSucceeded'),
    event(90, 'JobTriggered', { reason: null }),
  ];

  it('show the acts of people with name and reason, and no wait between the last failure and the retry', () => {
    const bars = timelineOf(history, false);
    expect(bars.map((bar) => [wordsOf(bar), bar.by?.id ?? null, bar.detail])).toEqual([
      ['Requested', 'anna', null],
      ['Waited', null, null],
      ['Attempt 1 ✕ failed', 'anna', 'no'],
      ['Retry', 'anna', 'new password'],
      ['Waited', null, null],
      ['Attempt 2 paused, to continue later', 'anna', null],
      ['Waited', null, 'connection_slot'],
      ['Attempt 2, part 2 ✓ succeeded', 'anna', null],
      ['Run now', 'anna', null],
      ['Waits', null, null],
    ]);
    expect(bars.map((bar) => lengthOf(bar, 100_000))).toEqual([
      null,
      '1s',
      '3s',
      null,
      '1s',
      '1s',
      '3s',
      '1s',
      null,
      '10s',
    ]);
  });

  it('end as failed after a wait that took too long', () => {
    const events = [event(0, 'JobRequested'), event(9, 'HoldExpired', { code: 'auth_failed', detail: 'no' })];
    expect(timelineOf(events, true).at(-1)).toMatchObject({ kind: 'wait', outcome: 'failed', code: 'auth_failed' });
  });

  it('show the next attempt when one is planned', () => {
    expect(nextBar(job)).toEqual([]);
    const planned = nextBar({ ...job, next_attempt_at: '2026-01-01T00:05:00.000Z' });
    expect(planned.map(wordsOf)).toEqual(['Attempt 3 planned']);
  });

  it('are wider the longer they took, and never without width', () => {
    const widths = timelineOf(history, false).map((bar) => weightOf(bar, 3_600_000));
    expect(Math.min(...widths)).toBeGreaterThan(0);
    expect(widths.at(-1)).toBe(Math.max(...widths));
  });
});
