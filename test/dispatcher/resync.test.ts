import { expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { resync, secondPass } from '../../functions/dispatcher/resync.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { ACCOUNT, CREDENTIAL, failedWith, iso, requested, started, T0 } from '../domain/job/job-stream.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';

async function world() {
  const log = memoryEventLog();
  const fail = async (code: Parameters<typeof failedWith>[0], payload: Record<string, unknown>): Promise<Envelope> => {
    const streamId = ids.next('job');
    const events = [requested({ action: 'imap_set_flags', payload }), started(), failedWith(code, null)];
    for (const [at, event] of events.entries()) {
      const actor = { kind: 'worker' as const, id: 'w' };
      await log.append([
        { streamId, version: at + 1, accountId: ACCOUNT, actor, at: iso(T0), credentialId: CREDENTIAL, event },
      ]);
    }
    const [failed] = await log.read(streamId, events.length - 1);
    if (failed === undefined) throw new Error('no event');
    return failed;
  };
  const succeed = async (payload: Record<string, unknown>, recheck_at?: string): Promise<Envelope> => {
    const streamId = ids.next('job');
    const events: JobEvent[] = [
      requested({ action: 'imap_sync_messages', payload }),
      started(),
      { type: 'AttemptSucceeded', data: { result: { removed: 0 }, ...(recheck_at && { recheck_at }) } },
    ];
    for (const [at, event] of events.entries()) {
      const actor = { kind: 'worker' as const, id: 'w' };
      await log.append([
        { streamId, version: at + 1, accountId: ACCOUNT, actor, at: iso(T0), credentialId: CREDENTIAL, event },
      ]);
    }
    const [last] = await log.read(streamId, events.length - 1);
    if (last === undefined) throw new Error('no event');
    return last;
  };
  const syncs = () =>
    log.all
      .filter(({ actor }) => actor.id === 'resync')
      .map(({ stream_id: id }) => foldJob(log.all.filter(({ stream_id }) => stream_id === id)));
  return { fail, succeed, syncs, ports: { log, ids } };
}

it('requests one sync of the folder, however many jobs meet the new UIDVALIDITY and however often they tell', async () => {
  const { fail, syncs, ports } = await world();
  const one = await fail('uidvalidity_changed', { folder: 'Work', uid_validity: 7, uids: [1] });
  const other = await fail('uidvalidity_changed', { folder: 'Work', uid_validity: 7, uids: [2] });
  await Promise.all([one, other, one].map((event) => resync(event, ports)));
  expect(syncs()).toMatchObject([
    {
      action: 'imap_sync_messages',
      payload: { folder: 'Work', full: false },
      account_id: ACCOUNT,
      credential_id: CREDENTIAL,
      status: 'queued',
      task_id: null,
    },
  ]);
  await resync(await fail('uidvalidity_changed', { folder: 'Other', uid_validity: 7, uids: [1] }), ports);
  await resync(await fail('uidvalidity_changed', { folder: 'Work', uid_validity: 8, uids: [1] }), ports);
  expect(syncs()).toHaveLength(3);
});

it('requests none for other failures, and none for a sync of all folders that met it', async () => {
  const { fail, syncs, ports } = await world();
  await resync(await fail('message_mismatch', { folder: 'Work', uid_validity: 7, uids: [1] }), ports);
  await resync(await fail('uidvalidity_changed', { folder: null, full: false }), ports);
  expect(syncs()).toEqual([]);
});

it('requests one second pass for a suspicion, at its time and of the same folders, however many syncs tell of it', async () => {
  const { succeed, syncs, ports } = await world();
  const recheck_at = iso(T0 + 600_000);
  const payload = { folder: 'Work', full: true };
  await secondPass(await succeed(payload, recheck_at), ports);
  await secondPass(await succeed(payload, recheck_at), ports);
  expect(syncs()).toMatchObject([
    { payload: { folder: 'Work', full: false }, status: 'scheduled', run_at: recheck_at, credential_id: CREDENTIAL },
  ]);
  await secondPass(await succeed(payload), ports);
  expect(syncs()).toHaveLength(1);
  await secondPass(await succeed({ folder: null, full: false }, recheck_at), ports);
  expect(syncs()).toHaveLength(2);
});
