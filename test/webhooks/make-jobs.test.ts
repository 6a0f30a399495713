import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { foldDelivery } from '../../functions/domain/webhook/delivery.ts';
import type { AppendResult, EventLog, NewEvent } from '../../functions/ports/event-log.ts';
import { makeJobs } from '../../functions/webhooks/make-jobs.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';
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

/** The consumer over and over, on batches in any order and doubled, killed before or after any of its appends. */
async function world(deliveries: readonly NewEvent[], kills: readonly number[]) {
  const log = memoryEventLog();
  for (const each of deliveries) await log.append([each]);
  const coalescing = memoryCoalescing();
  let appends = 0;
  const now = T0;
  const mortal: EventLog = {
    read: log.read,
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
        { log: mortal, ids, coalescing, now: () => now, pause: async () => {} },
      );
      return 'done';
    } catch (error) {
      if (error instanceof Killed) return 'killed';
      throw error;
    }
  };
  return { log, run };
}

describe('deliveries', () => {
  it('each lead to exactly one job, whoever dies, in any order, however often, by two at once', async () => {
    const delivery = fc.record({
      credential: fc.constantFrom('pc_1', 'pc_2'),
      action: fc.constantFrom('imap_sync_messages', 'imap_sync_messages', 'imap_create_mailbox'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(delivery, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        fc.array(fc.array(fc.nat(29), { maxLength: 30 }), { maxLength: 5 }),
        async (given, kills, batches) => {
          const all = given.map((each, at) => ({ ...each, id: ids.derive('dlv', [String(at)]) }));
          const events = all.map(({ id, credential, action }, at) => received(id, credential, action, T0 + at));
          const { log, run } = await world(events, kills);
          const batched = batches.map((batch) => batch.flatMap((at) => all[at]?.id ?? []));
          for (const batch of batched) await Promise.all([run(batch), run([...batch].reverse())]);
          const rest = all.map(({ id }) => id);
          for (let again = 0; (await run(rest)) === 'killed' && again < 50; again += 1);
          const requested = log.all.filter(({ type }) => type === 'JobRequested');
          expect(new Set(requested.map(({ stream_id: id }) => id)).size).toBe(requested.length);
          const told = log.all.filter(({ type }) => type === 'DeliveryHandled');
          expect(told.map(({ stream_id: id }) => id).sort()).toEqual([...rest].sort());
          for (const { id, credential, action } of all) {
            const handled = foldDelivery(await log.read(id));
            const job = foldJob(await log.read(handled?.job_id ?? ''));
            expect(job).toMatchObject({ credential_id: credential, action, source: { kind: 'webhook', id: ENDPOINT } });
          }
          // One job made by each that did not fold, none by those that did.
          const made = await Promise.all(rest.map(async (id) => foldDelivery(await log.read(id))));
          expect(made.filter((each) => each?.folded === false)).toHaveLength(requested.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of one thing share a job that still waits, and get another when it has begun', async () => {
    const events = [1, 2, 3].map((at) =>
      received(ids.derive('dlv', [String(at)]), 'pc_1', 'imap_sync_messages', T0 + at),
    );
    const [one, two, three] = events.map(({ streamId }) => streamId);
    const { log, run } = await world(events, []);
    await run([one ?? '']);
    await run([two ?? '']);
    const first = foldDelivery(await log.read(one ?? ''));
    const second = foldDelivery(await log.read(two ?? ''));
    expect([second?.job_id, second?.folded]).toEqual([first?.job_id, true]);
    const job = foldJob(await log.read(first?.job_id ?? ''));
    expect(job?.status).toBe('queued');
    await log.append([
      {
        streamId: job?.id ?? '',
        version: (job?.version ?? 0) + 1,
        accountId: 'acc_1',
        actor: { kind: 'worker', id: 'w' },
        at: new Date(T0).toISOString(),
        event: { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } },
      },
    ]);
    await run([three ?? '']);
    const third = foldDelivery(await log.read(three ?? ''));
    expect(third?.job_id).not.toBe(first?.job_id);
    const next = foldJob(await log.read(third?.job_id ?? ''));
    expect([next?.status, next?.run_at]).toEqual(['scheduled', new Date(T0 + 5_000).toISOString()]);
  });
});
