import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { heardFrom } from '../../functions/deliveries/silence.ts';
import { toLogEntry } from '../../functions/domain/audit/entry.ts';
import { foldWebhookEndpoint } from '../../functions/domain/webhook/endpoint.ts';
import type { EventLog, NewEvent } from '../../functions/ports/event-log.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { sweepOnce } from '../../functions/sweeper/sweep.ts';
import type { SweepPorts } from '../../functions/sweeper/sweep-ports.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';
import { memoryRuns } from '../fixtures/in-memory-runs.ts';
import { memoryScanCycles } from '../fixtures/in-memory-scan-cycles.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-11-24T10:00:00Z');
const ENDPOINT = ids.derive('whk', ['endpoint']);
const iso = (ms: number): string => new Date(ms).toISOString();
const origin = { accountId: 'acc_1', actor: { kind: 'user', id: 'ann' } as const };

/** An endpoint that is silent after five minutes, a sweeper, and a projector without delay. */
async function world() {
  const stored = memoryEventLog();
  const views = memoryViews();
  const appended: NewEvent[] = [];
  const read = { events: 0 };
  const log: EventLog = {
    current: (streamId) => log.read(streamId),
    async read(...range) {
      const events = await stored.read(...range);
      read.events += events.length;
      return events;
    },
    async append(events) {
      const result = await stored.append(events);
      if (result.kind === 'appended') appended.push(...events);
      return result;
    },
  };
  let projected = 0;
  const project = async () => {
    await projectOnce(stored.all.slice(projected), { log: stored, views, pause: async () => {} });
    projected = stored.all.length;
  };
  const clock = { now: T0 };
  const ports: SweepPorts = {
    log,
    views,
    leases: { renew: async () => false, take: async () => false, read: async () => null },
    ids,
    coalescing: memoryCoalescing(),
    runs: memoryRuns(stored),
    cycles: memoryScanCycles(),
    wait: async () => {},
    pause: async () => {},
    queue: { send: async () => [] },
    backlog: { waiting: async () => ({ work: 0, priority: 0 }) },
    bulks: { send: async () => {} },
    now: () => clock.now,
    everyMs: MINUTE,
    most: 2_000,
    remainingMs: () => 50_000,
  };
  const event = (streamId: string, version: number, type: string, data: unknown): NewEvent => ({
    ...origin,
    streamId,
    version,
    at: iso(clock.now),
    event: { type, data },
  });
  const asked = { action: 'imap_sync_messages', payload: { folder: 'INBOX', full: false }, event_types: null };
  const listened = { enabled: true, silent_after: '5m' };
  const made = { provider: 'standard', target: { match: 'external_ref' }, ...asked, ...listened };
  await log.append([event(ENDPOINT, 1, 'WebhookEndpointCreated', made)]);
  await project();
  let deliveries = 0;
  return {
    appended,
    read,
    clock,
    async deliver(type = 'message.created') {
      deliveries += 1;
      const told = { endpoint_id: ENDPOINT, event_id: `${deliveries}`, event_type: type, event_at: null };
      const data = { ...told, request: null, reason: 'no_match' };
      await log.append([event(ids.derive('dlv', [`${deliveries}`]), 1, 'DeliveryReceived', data)]);
      await project();
    },
    async update(changes: object) {
      const version = (await stored.read(ENDPOINT)).length + 1;
      const data = { changes, fields: Object.keys(changes) };
      await log.append([event(ENDPOINT, version, 'WebhookEndpointUpdated', data)]);
      await project();
    },
    async sweep(sweepers = 1) {
      const results = await Promise.all(Array.from({ length: sweepers }, () => sweepOnce(ports)));
      await project();
      return results.reduce((sum, { silenced }) => sum + silenced, 0);
    },
    async silentSince() {
      const endpoint = foldWebhookEndpoint(await stored.read(ENDPOINT));
      return endpoint === null ? null : (await heardFrom(views, endpoint)).silent_since;
    },
    endpointStream: () => stored.read(ENDPOINT),
  };
}

describe('the silence of an endpoint', () => {
  it('begins once with any number of sweepers, ends with the next delivery, and can begin again', async () => {
    const { clock, sweep, deliver, silentSince } = await world();
    clock.now = T0 + 5 * MINUTE - 1;
    expect([await sweep(), await silentSince()]).toEqual([0, null]);
    clock.now = T0 + 5 * MINUTE;
    expect([await sweep(3), await silentSince()]).toEqual([1, iso(clock.now)]);
    clock.now += MINUTE;
    expect([await sweep(), await silentSince()]).toEqual([0, iso(T0 + 5 * MINUTE)]);
    await deliver();
    expect([await sweep(2), await silentSince()]).toEqual([0, null]);
    clock.now += 5 * MINUTE;
    expect([await sweep(2), await silentSince()]).toEqual([1, iso(clock.now)]);
  });

  it('does not end with a test sample', async () => {
    const { clock, sweep, deliver, silentSince } = await world();
    clock.now = T0 + 5 * MINUTE;
    expect(await sweep()).toBe(1);
    clock.now += MINUTE;
    await deliver('inbox_manager.test');
    expect([await sweep(), await silentSince()]).toEqual([0, iso(T0 + 5 * MINUTE)]);
    await deliver();
    expect([await sweep(), await silentSince()]).toEqual([0, null]);
  });

  it('is measured from the start again when the endpoint is enabled or its limit changes', async () => {
    const { clock, sweep, update, silentSince } = await world();
    clock.now = T0 + 5 * MINUTE;
    expect(await sweep()).toBe(1);
    await update({ enabled: false });
    clock.now += MINUTE;
    await update({ enabled: true });
    expect([await sweep(), await silentSince()]).toEqual([0, null]);
    clock.now += 5 * MINUTE;
    expect([await sweep(), await silentSince()]).toEqual([1, iso(clock.now)]);
    await update({ silent_after: null });
    expect(await silentSince()).toBeNull();
  });

  it("is in the audit under the endpoint's id, at no extra cost for a request or a sweep", async () => {
    const { clock, sweep, deliver, appended, endpointStream, read } = await world();
    for (let flap = 0; flap < 50; flap += 1) {
      clock.now += 10 * MINUTE;
      expect(await sweep()).toBe(1);
      await deliver();
      await sweep();
    }
    expect(await endpointStream()).toHaveLength(1);
    const before = read.events;
    await sweep();
    expect(read.events - before).toBe(1);
    const told = appended
      .filter(({ audited }) => audited)
      .map((event) => {
        const { streamId, accountId, version, at, actor } = event;
        const around = { stream_id: streamId, account_id: accountId, version, at, actor, schema: 1, append_id: 'a' };
        return toLogEntry({ ...around, type: event.event.type, data: event.event.data }, 'log');
      });
    expect(told).toHaveLength(100);
    expect(new Set(told.map((entry) => entry?.subject_id))).toEqual(new Set([ENDPOINT]));
    expect(new Set(told.map((entry) => `${entry?.subject} ${entry?.action}`))).toEqual(
      new Set(['webhook_endpoint webhook_endpoint_fell_silent', 'webhook_endpoint webhook_endpoint_heard_again']),
    );
  });
});
