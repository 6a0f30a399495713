import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { makeJobs } from '../../functions/deliveries/make-jobs.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { foldDelivery } from '../../functions/domain/webhook/delivery.ts';
import type { AppendResult, EventLog, NewEvent } from '../../functions/ports/event-log.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { requestJob } from '../../functions/streams/request-job.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';

const T0 = Date.parse('2026-11-24T10:00:00Z');
const ENDPOINT = ids.derive('whk', ['endpoint']);
class Killed extends Error {}

function received(id: string, credential: string, action: string, at: number): NewEvent {
  const payload = action === 'imap_sync_messages' ? { folder: 'INBOX', full: false } : { name: 'x', parent: null };
  const told = { endpoint_id: ENDPOINT, event_id: id, event_type: 't', event_at: null, reason: null };
  return {
    streamId: id,
    version: 1,
    accountId: 'acc_1',
    actor: { kind: 'provider', id: ENDPOINT },
    at: new Date(at).toISOString(),
    event: {
      type: 'DeliveryReceived',
      data: { ...told, request: { credential_id: credential, generation: 1, action, payload } },
    },
  };
}

/** The consumer repeatedly, on batches in any order and duplicated, killed before or after any of its appends. */
async function world(deliveries: readonly NewEvent[], kills: readonly number[]) {
  const log = memoryEventLog();
  for (const each of deliveries) await log.append([each]);
  const coalescing = memoryCoalescing();
  const views = memoryViews();
  let appends = 0;
  let pauses = 0;
  let looked = 0;
  const now = T0;
  const mortal: EventLog = {
    ...log,
    async append(events): Promise<AppendResult> {
      appends += 1;
      if (kills.includes(appends * 2)) throw new Killed();
      const result = await log.append(events);
      if (kills.includes(appends * 2 + 1)) throw new Killed();
      return result;
    },
  };
  const run = async (batch: readonly string[]): Promise<'done' | 'killed'> => {
    const records = await Promise.all(batch.map((id) => log.read(id, 0, 1)));
    try {
      await makeJobs(
        records.flatMap((events) => foldDelivery(events) ?? []),
        {
          log: mortal,
          views: {
            page: views.page,
            get(ids, options) {
              looked += ids.length;
              return views.get(ids, options);
            },
          },
          ids,
          coalescing,
          now: () => now,
          pause: async () => {
            pauses += 1;
          },
        },
      );
      return 'done';
    } catch (error) {
      if (error instanceof Killed) return 'killed';
      throw error;
    }
  };
  const append = async (streamId: string, event: NewEvent['event']) => {
    const version = (await log.read(streamId)).length + 1;
    const actor = { kind: 'worker', id: 'w' } as const;
    await log.append([{ streamId, version, accountId: 'acc_1', actor, at: new Date(T0).toISOString(), event }]);
  };
  let projected = 0;
  const project = async () => {
    const news = log.all.slice(projected);
    projected = log.all.length;
    await projectOnce(news, { log, views, pause: async () => {} });
  };
  const handledBy = async (deliveryId: string): Promise<string> => {
    const jobId = foldDelivery(await log.read(deliveryId))?.job_id ?? null;
    if (jobId === null) throw new Error(`no job of ${deliveryId}`);
    return jobId;
  };
  return { log, run, append, project, handledBy, pauses: () => pauses, looked: () => looked };
}

const STARTED = { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } };
const sync = (n: number) => received(ids.derive('dlv', [String(n)]), 'pc_1', 'imap_sync_messages', T0 + n);

/** The request of a schedule: the same as that of deliveries that sync this credential. */
const asked = (id: string, more: object = {}) =>
  requestJob(
    id,
    {
      action: 'imap_sync_messages',
      payload: { full: false, folder: 'INBOX' },
      credential_id: 'pc_1',
      generation: 1,
      source: { kind: 'schedule', id: 'tsk_1' },
      task_id: 'tsk_1',
      ...more,
    },
    { accountId: 'acc_1', actor: { kind: 'user', id: 'ann' }, at: new Date(T0).toISOString() },
  );

describe('deliveries', () => {
  it('each lead to exactly one job, with crashes, in any order, repeated, with two consumers at once', async () => {
    const delivery = fc.record({
      credential: fc.constantFrom('pc_1', 'pc_2'),
      action: fc.constantFrom('imap_sync_messages', 'imap_sync_messages', 'imap_create_mailbox'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(delivery, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        fc.array(fc.array(fc.nat(29), { maxLength: 30 }), { maxLength: 5 }),
        // Whether a schedule has requested one of the syncs, and after how many batches its job starts.
        fc.option(fc.nat(5), { nil: null }),
        async (given, kills, batches, begins) => {
          const all = given.map((each, at) => ({ ...each, id: ids.derive('dlv', [String(at)]) }));
          const events = all.map(({ id, credential, action }, at) => received(id, credential, action, T0 + at));
          const { log, run, append, project } = await world(events, kills);
          if (begins !== null) await log.append([asked('job_task')]);
          const batched = batches.map((batch) => batch.flatMap((at) => all[at]?.id ?? []));
          for (const [at, batch] of batched.entries()) {
            if (begins !== null) await project();
            const begin = at === begins ? append('job_task', STARTED) : null;
            await Promise.all([run(batch), run([...batch].reverse()), begin]);
          }
          const rest = all.map(({ id }) => id);
          for (let again = 0; (await run(rest)) === 'killed' && again < 50; again += 1);
          const requested = log.all.filter(({ type, stream_id: id }) => type === 'JobRequested' && id !== 'job_task');
          expect(new Set(requested.map(({ stream_id: id }) => id)).size).toBe(requested.length);
          const told = log.all.filter(({ type }) => type === 'DeliveryHandled');
          expect(told.map(({ stream_id: id }) => id).sort()).toEqual([...rest].sort());
          for (const { id, credential, action } of all) {
            const handled = foldDelivery(await log.read(id));
            const job = foldJob(await log.read(handled?.job_id ?? ''));
            const source = job?.id === 'job_task' ? { kind: 'schedule' } : { kind: 'webhook', id: ENDPOINT };
            expect(job).toMatchObject({ credential_id: credential, action, source });
          }
          // Nothing was folded into a job that had started: such a job would not have seen the delivered change.
          const history = (await log.read('job_task')).map(({ type }) => type);
          expect(history.slice(history.indexOf('AttemptStarted') + 1 || history.length)).not.toContain(
            'DeliveriesFolded',
          );
          // One job for each event that was not folded, none for the others.
          const made = await Promise.all(rest.map(async (id) => foldDelivery(await log.read(id))));
          expect(made.filter((each) => each?.folded === false)).toHaveLength(requested.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('for the same work share a job that still waits, and get another when it has started', async () => {
    const events = [1, 2, 3].map(sync);
    const [one = '', two = '', three = ''] = events.map(({ streamId }) => streamId);
    const { log, run, append, handledBy } = await world(events, []);
    await run([one]);
    await run([two]);
    const first = await handledBy(one);
    const second = foldDelivery(await log.read(two));
    expect([second?.job_id, second?.folded]).toEqual([first, true]);
    expect(foldJob(await log.read(first))?.status).toBe('queued');
    await append(first, STARTED);
    await run([three]);
    expect(await handledBy(three)).not.toBe(first);
    const next = foldJob(await log.read(await handledBy(three)));
    expect([next?.status, next?.run_at]).toEqual(['scheduled', new Date(T0 + 5_000).toISOString()]);
  });

  it('that are repeated in another batch change nothing: later deliveries do not wait, and share one job', async () => {
    const events = [1, 2, 3, 4].map(sync);
    const [one = '', two = '', three = '', four = ''] = events.map(({ streamId }) => streamId);
    const { log, run, append, handledBy, pauses } = await world(events, []);
    await run([one]);
    await run([two]);
    const first = await handledBy(one);
    await append(first, STARTED);
    await run([two]);
    await run([three]);
    const next = foldJob(await log.read(await handledBy(three)));
    expect(next?.run_at).toBe(new Date(T0 + 5_000).toISOString());
    await run([four]);
    expect(await handledBy(four)).toBe(next?.id);
    expect(pauses()).toBe(0);
  });

  describe('for work that a job requested in another way already does', () => {
    it('are added to the waiting job', async () => {
      const [one, two] = [sync(1), sync(2)];
      const { log, run, project, handledBy } = await world([one, two], []);
      await log.append([asked('job_1')]);
      await project();
      await run([one.streamId, two.streamId]);
      expect(await Promise.all([one, two].map(({ streamId }) => handledBy(streamId)))).toEqual(['job_1', 'job_1']);
      expect((await log.read('job_1')).at(-1)).toMatchObject({
        type: 'DeliveriesFolded',
        data: { deliveries: { count: 2 } },
      });
    });

    it.each([
      ['has begun, whatever the views say', {}, STARTED],
      ['has begun and yielded', {}, { type: 'AttemptYielded', data: { checkpoint: { at: 1 } } }],
      ['is deleted', {}, { type: 'JobDeleted', data: { reason: null } }],
      ['is deferred', { run_at: new Date(T0 + 3_600_000).toISOString() }, null],
      ['is of an earlier generation', { generation: 2 }, null],
      ['is of another folder', { payload: { folder: 'Sent', full: false } }, null],
    ])('have their own job when that one %s', async (_, more, then) => {
      const one = sync(1);
      const { log, run, append, project, handledBy } = await world([one], []);
      await log.append([asked('job_1', more)]);
      await project();
      if (then?.type === 'AttemptYielded') await append('job_1', STARTED);
      if (then !== null) await append('job_1', then);
      await run([one.streamId]);
      expect(await handledBy(one.streamId)).not.toBe('job_1');
    });

    it('read only a few rows of a credential with many jobs', async () => {
      const one = sync(1);
      const { log, run, project, handledBy, looked } = await world([one], []);
      for (let n = 0; n < 60; n += 1)
        await log.append([asked(ids.derive('job', [`${n}`]), { payload: { folder: `${n}`, full: false } })]);
      await project();
      await run([one.streamId]);
      expect(await handledBy(one.streamId)).toMatch(/^job_/);
      expect(looked()).toBe(20);
    });
  });
});
