import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { releaseWaiting } from '../../functions/dispatcher/release-waiting.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import type { WorkMessage } from '../../functions/ports/work-queue.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { sweepOnce } from '../../functions/sweeper/sweep.ts';
import type { SweepPorts } from '../../functions/sweeper/sweep-ports.ts';
import { ACCOUNT, CREDENTIAL, iso, requested, T0 } from '../domain/job/job-stream.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';
import { memoryRuns } from '../fixtures/in-memory-runs.ts';
import { memoryScanCycles } from '../fixtures/in-memory-scan-cycles.ts';
import { memoryLeases } from '../fixtures/worker-world.ts';

const MINUTE = 60_000;
const REFUSED = { code: 'auth_failed', category: 'authentication', detail: '', job_id: 'job_x' };

/** Jobs of one credential, requested at T0, and later events of the credential and of the account. */
async function waiting(count: number) {
  const log = memoryEventLog();
  const views = memoryViews();
  const sent: { message: WorkMessage; delayMs: number }[] = [];
  const clock = { now: T0 };
  const queue = {
    send: async (messages: typeof sent) => {
      sent.push(...messages);
      return [];
    },
  };
  const ports: SweepPorts = {
    ...{
      log,
      views,
      queue,
      ids,
      leases: memoryLeases(),
      coalescing: memoryCoalescing(),
      runs: memoryRuns(log),
      cycles: memoryScanCycles(),
    },
    backlog: { waiting: async () => ({ work: 0, priority: 0 }) },
    bulks: { send: async () => {} },
    pause: async () => {},
    wait: async () => {},
    now: () => clock.now,
    everyMs: MINUTE,
    most: 2_000,
    remainingMs: () => 50_000,
  };
  const put = async (streamId: string, at: number, ...events: DomainEvent[]): Promise<void> => {
    for (const event of events) {
      const version = (await log.read(streamId)).length + 1;
      const actor = { kind: 'system', id: 'test' } as const;
      await log.append([
        { streamId, version, accountId: ACCOUNT, actor, at: iso(at), credentialId: CREDENTIAL, event },
      ]);
    }
    await projectOnce(await log.read(streamId), { log, views, pause: async () => {} });
  };
  await put(CREDENTIAL, T0, { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } });
  for (let n = 0; n < count; n += 1) await put(ids.next('job'), T0, requested());
  const sweepAt = async (at: number): Promise<readonly number[]> => {
    clock.now = at;
    sent.length = 0;
    await sweepOnce(ports);
    return sent.map(({ delayMs }) => delayMs);
  };
  const release = () =>
    releaseWaiting({ accountId: ACCOUNT, credentialId: CREDENTIAL }, views, queue, clock.now).then(() => sent.length);
  return { put, sweepAt, release, sent };
}
const paced = (count: number) => Array.from({ length: count }, (_, n) => Math.floor(n / 10) * 1_000);

describe('jobs that waited for a credential', () => {
  it('are left to the dispatcher when an event makes it valid, and paced by the sweeper if they still wait later', async () => {
    const { put, sweepAt, release, sent } = await waiting(25);
    const refusal = { type: 'CredentialRefused', data: REFUSED };
    await put(CREDENTIAL, T0, refusal, refusal);
    expect(await sweepAt(T0 + 8 * MINUTE + 1)).toEqual([]);
    await put(CREDENTIAL, T0 + 9 * MINUTE, { type: 'CredentialVerified', data: { by: 'test' } });
    expect(await release()).toBe(25);
    expect(sent.map(({ delayMs }) => delayMs)).toEqual(paced(25));
    expect(await sweepAt(T0 + 9.5 * MINUTE)).toEqual([]);
    expect(await sweepAt(T0 + 11 * MINUTE)).toEqual(paced(25));
  });

  it.each([
    ['the pause of the credential', CREDENTIAL, 'CredentialPaused'],
    ['the pause of its account', ACCOUNT, 'AccountPaused'],
  ])('are sent at a pace when %s ends, which has no event', async (_, streamId, type) => {
    const { put, sweepAt } = await waiting(25);
    await put(streamId, T0, { type, data: { reason: null, until: iso(T0 + 9 * MINUTE) } });
    expect(await sweepAt(T0 + 8 * MINUTE)).toEqual([]);
    expect(await sweepAt(T0 + 9 * MINUTE + 1)).toEqual(paced(25));
    expect(await sweepAt(T0 + 10 * MINUTE + 1)).toEqual([]);
  });

  it('are sent at a pace when the account is resumed', async () => {
    const { put, sweepAt } = await waiting(25);
    await put(ACCOUNT, T0, { type: 'AccountPaused', data: { reason: null, until: null } });
    await put(ACCOUNT, T0 + 9 * MINUTE, { type: 'AccountResumed', data: { reason: null } });
    expect(await sweepAt(T0 + 9 * MINUTE + 1)).toEqual(paced(25));
  });

  it('have their own messages at the end of a rate limit', async () => {
    const { put, sweepAt } = await waiting(5);
    const limit = { until: iso(T0 + 9 * MINUTE), code: 'rate_limited' };
    await put(CREDENTIAL, T0, { type: 'CredentialRateLimited', data: limit });
    expect(await sweepAt(T0 + 9 * MINUTE + 1)).toEqual([]);
    expect(await sweepAt(T0 + 11 * MINUTE)).toEqual(paced(5));
  });
});
