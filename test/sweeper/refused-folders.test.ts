/** A schedule over all folders, with syncs that really run: one folder that is gone stops neither it nor the others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { isTerminal } from '../../functions/domain/job/job.ts';
import { nextDue } from '../../functions/domain/schedule/schedule.ts';
import { foldTask } from '../../functions/domain/task/task.ts';
import { fireTask } from '../../functions/sweeper/duties/fire-task.ts';
import { lines } from '../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryRuns } from '../fixtures/in-memory-runs.ts';
import { BAD, folderWorld, MESSAGES, scripted } from '../worker/actions/folder-world.ts';
import { resultOf } from '../worker/actions/sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const SCHEDULE = { every: '5m' };
const TASK = ids.derive('tsk', ['refused']);
const CREDENTIAL = ids.derive('pc', ['refused']);

test('a listed folder that does not exist neither stops the sync of INBOX nor suspends the schedule, over five runs', async () => {
  const mail = await folderWorld(engine);
  mail.server.script = scripted((name, mailbox) =>
    name === 'EXAMINE' && mailbox === BAD ? lines('{tag} NO [NONEXISTENT] Unknown mailbox') : null,
  );
  const log = memoryEventLog();
  const ports = { log, views: memoryViews(), ids, runs: memoryRuns(log), now: () => mail.clock.now };
  const put = async (streamId: string, event: DomainEvent): Promise<void> => {
    const version = (await log.read(streamId)).length + 1;
    const at = new Date(mail.clock.now).toISOString();
    await log.append([{ streamId, version, accountId: 'acc_1', actor: { kind: 'user', id: 'u' }, at, event }]);
  };
  await put(CREDENTIAL, { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } });
  const task = { task_type: 'imap_sync_messages', target_credential_id: CREDENTIAL, payload: { folder: null } };
  await put(TASK, { type: 'TaskCreated', data: { ...task, priority: 0, labels: [], schedule: SCHEDULE } });

  for (let run = 1; run <= 5; run += 1) {
    mail.clock.now = nextDue(SCHEDULE, TASK, mail.clock.now) ?? 0;
    expect(await fireTask(TASK, ports)).toBe('fired');
    mail.mailbox('INBOX').add(...mail.fresh(1));
    const result = resultOf(await mail.messages());
    expect(result).toMatchObject({ refused: [{ folder: BAD, code: 'mailbox_not_found' }], complete: false });
    for (const { stream_id: id } of log.all.filter(({ type }) => type === 'JobRequested')) {
      const job = foldJob(await log.read(id));
      if (job === null || isTerminal(job.status)) continue;
      await put(id, { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } });
      await put(id, { type: 'AttemptSucceeded', data: { result } });
    }
    expect((await mail.counts()).INBOX).toBe(MESSAGES + run);
  }
  expect(foldTask(await log.read(TASK))?.suspended).toBeNull();
});
