import { describe, expect, it } from 'vitest';
import { decideCommand, type JobCommand } from '../../../functions/domain/job/commands.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { exceedsChanges, MAX_CHANGES } from '../../../functions/domain/limits/changes.ts';
import { failedWith, requested, started, stream } from '../job/job-stream.ts';

const update: JobEvent = { type: 'JobUpdated', data: { changes: { labels: ['a'] } } };
const changed = (times: number) => {
  const job = foldJob(stream([requested(), ...Array.from({ length: times }, () => update)]));
  if (job === null) throw new Error('no job');
  return job;
};
const updating: JobCommand = { name: 'update', changes: { labels: [] } };

describe('updates of one job', () => {
  it('are accepted up to the limit, and then refused with their own code', () => {
    expect(decideCommand(changed(MAX_CHANGES - 1), updating, false).kind).toBe('accepted');
    expect(decideCommand(changed(MAX_CHANGES), updating, false)).toEqual({ kind: 'refused', code: 'too_many_changes' });
  });

  it('do not block recovery: retry, trigger, resolve and delete are accepted after the last of them', () => {
    const failed = { ...changed(MAX_CHANGES), status: 'failed' as const };
    const commands: readonly JobCommand[] = [
      { name: 'retry', reason: null },
      { name: 'trigger', reason: null, force: false },
      { name: 'resolve', note: null },
      { name: 'delete', reason: null, force: false },
    ];
    for (const command of commands) expect(decideCommand(failed, command, false).kind).toBe('accepted');
  });

  it('are not used up by attempts: a job that was tried 3,000 times can still be updated', () => {
    const tries = Array.from({ length: 3_000 }, (_, at) => [
      started(at + 1),
      failedWith('connection_closed', '2026-11-02T00:00:00.000Z'),
    ]);
    const job = foldJob(stream([requested(), ...tries.flat()]));
    if (job === null) throw new Error('no job');
    expect(decideCommand(job, updating, false).kind).toBe('accepted');
  });
});

it.each(['JobUpdated', 'TaskUpdated', 'CredentialUpdated', 'WebhookEndpointUpdated'])('%s is limited', (type) => {
  expect(exceedsChanges({ changes: MAX_CHANGES }, type)).toBe(true);
  expect(exceedsChanges({ changes: MAX_CHANGES - 1 }, type)).toBe(false);
});

it.each([
  'CredentialRotated',
  'CredentialVerified',
  'CredentialResumed',
  'TaskPaused',
  'TaskResumed',
  'TaskDeleted',
  'WebhookSecretRotated',
  'WebhookEndpointDeleted',
  'AttemptFailed',
])('%s is not limited', (type) => {
  expect(exceedsChanges({ changes: MAX_CHANGES }, type)).toBe(false);
});
