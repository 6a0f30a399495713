/** Rows of the leases table that functions seldom change: each test causes a situation in which one does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { dynamoScanCycleStore } from '../../functions/adapters/dynamodb/scan-cycles.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { PROBES } from '../../functions/domain/views/keys.ts';
import type { Stack } from '../../local/stack.ts';
import { CREDENTIAL, requested, started } from '../domain/job/job-stream.ts';
import { type Answer, type Api, apiOf, startTestStack, until } from '../fixtures/api.ts';
import { type StoredEvents, storedEvents, withoutMappings } from '../fixtures/stored-events.ts';

const ACCOUNT = 'acc_one';
const BASE = `/api/accounts/${ACCOUNT}`;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

let stack: Stack;
let api: Api;
let stored: StoredEvents;
beforeAll(async () => {
  // No worker runs, so queued jobs stay queued.
  stack = await startTestStack(null, { altered: withoutMappings('Worker') });
  api = await apiOf(stack, ACCOUNT);
  stored = storedEvents(stack, ACCOUNT);
});
afterAll(() => stack?.stop());

describe('a request that waits holds one of the places of its account', () => {
  /** On a slow machine the time may be over before the function has begun to wait. */
  const waited = (ask: (prefer: Record<string, string>) => Promise<Answer>): Promise<Answer> =>
    until(
      () => ask({ prefer: 'wait=3' }),
      ({ headers }) => headers.get('preference-applied') === 'wait=3',
    );

  it('for a job', async () => {
    const id = await stored.addJob(ago(0), requested());
    expect((await waited((prefer) => api.get(`/api/jobs/${id}`, prefer))).status).toBe(200);
  });

  it('for the job of a sync', async () => {
    const credential = await api.post(`${BASE}/provider-credentials`, {
      provider_kind: 'imap',
      host: 'localhost',
      port: 993,
      security_mode: 'ssl_tls',
      auth_kind: 'password',
      secret: { username: 'ann', password: 'secret' },
    });
    const wanted = { credential_id: credential.body.data.id };
    const reply = await waited((prefer) => api.post(`${BASE}/imap/sync-mailboxes`, wanted, prefer));
    expect(reply.status).toBe(202);
  });
});

describe('a running job', () => {
  it('whose worker has died is queued again by the sweeper, which takes the lease first', async () => {
    const id = await stored.addJob(ago(DAY), requested(), started(1, 1, ids.token()));
    const types = await until(
      () => stored.typesOf(id),
      (found) => found.includes('AttemptAbandoned'),
    );
    expect(types.slice(0, 3)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptAbandoned']);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['a command', (id) => api.post(`/api/jobs/${id}/trigger`, { reason: 'now' })],
    ['a bulk operation', (id) => api.post(`${BASE}/jobs/bulk`, { action: 'trigger', reason: 'now', job_ids: [id] })],
  ])('whose lease is over is started by %s, which takes the lease again', async (_, act) => {
    const leaseId = ids.token();
    const id = await stored.addJob(ago(0), requested(), started(1, 1, leaseId));
    await dynamoLeases(stored.client, stack.environment.LEASES_TABLE ?? '').take(leaseId, Date.now());
    await act(id);
    const types = await until(
      () => stored.typesOf(id),
      (found) => found.length > 2,
    );
    expect(types.at(2)).toBe('JobTriggered');
  });
});

it('the sweeper continues where an earlier sweep stopped, and stores that the scan cycle is complete', async () => {
  const cycles = dynamoScanCycleStore(stored.client, stack.environment.LEASES_TABLE ?? '');
  const now = Date.now();
  await cycles.keep(new Map([[PROBES, { began: now, before: now - MINUTE, position: ago(DAY) }]]), now);
  const position = async () => (await cycles.read()).get(PROBES)?.position ?? null;
  expect(await until(position, (found) => found === null)).toBeNull();
});

describe('without a dispatcher', () => {
  let alone: Stack;
  beforeAll(async () => {
    alone = await startTestStack(null, { altered: withoutMappings('Dispatcher') });
  });
  afterAll(() => alone?.stop());

  it('the sweeper makes the job of a delivery', async () => {
    const delivery: DomainEvent = {
      type: 'DeliveryReceived',
      data: {
        endpoint_id: ids.next('whk'),
        event_id: 'msg_1',
        event_type: 'message.created',
        event_at: null,
        request: { credential_id: CREDENTIAL, generation: 1, action: 'imap_sync_messages', payload: {} },
        reason: null,
      },
    };
    const streamId = ids.next('dlv');
    const { put, typesOf } = storedEvents(alone, ACCOUNT);
    await put(streamId, ago(2 * MINUTE), [delivery]);
    const types = await until(
      () => typesOf(streamId),
      (found) => found.length > 1,
    );
    expect(types).toEqual(['DeliveryReceived', 'DeliveryHandled']);
  });
});
