/** Requests that wait for a job: `Prefer: wait` (RFC 7240), with the wait in seconds. */
import { describe, expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { getJob } from '../../../functions/api/jobs/get-job.ts';
import { nextPause } from '../../../functions/api/jobs/wait.ts';
import { syncMailboxes, syncMessages } from '../../../functions/api/tasks/sync.ts';
import type { DomainEvent } from '../../../functions/domain/event/event.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { serve } from '../../../functions/http/serve.ts';
import { shareKey } from '../../../functions/sharing/account-share.ts';
import { failedWith, requested, started, succeeded } from '../../domain/job/job-stream.ts';
import { noServers } from '../../fixtures/connections.ts';
import { gatewayEvent } from '../../fixtures/gateway-event.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memoryRuns } from '../../fixtures/in-memory-runs.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { memoryCredentialVault } from '../../fixtures/in-memory-vaults.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';
import { memoryLeases } from '../../fixtures/worker-world.ts';

const ACCOUNT = 'acc_one';
/** Half of an account's waiting requests: the other half is for tests of credentials. */
const MOST = 2;
const CREDENTIAL = ids.next('pc');
const SYNC = 'POST /api/accounts/{account_id}/imap/sync-messages';

function world(broken: { look: boolean } = { look: false }) {
  const memory = memoryEventLog();
  const looks: number[] = [];
  const log: typeof memory = {
    ...memory,
    async read(streamId, after, most) {
      if (after !== undefined && after > 0) {
        looks.push(after);
        if (broken.look) throw new Error('the store does not answer');
      }
      return memory.read(streamId, after, most);
    },
  };
  const slots = memorySlots();
  const cursors = { seal: async () => '', open: async () => ({}), fingerprint: async (text: string) => text };
  const common = { log, views: memoryViews(), ids, leases: memoryLeases(), slots, accountWaits: 2 * MOST - 1, cursors };
  const audit = { page: async () => ({ records: [], more: false }) };
  const tasks = {
    ...common,
    serversOf: noServers,
    quotas: noQuotas,
    runs: memoryRuns(memory),
    mail: { mailboxes: async () => [] },
    fingerprint: cursors.fingerprint,
  };
  const handler = serve([
    getJob({ ...common, audit, serversOf: noServers, vault: memoryCredentialVault([]) }),
    syncMailboxes(tasks),
    syncMessages(tasks),
  ]);

  async function put(streamId: string, ...events: DomainEvent[]): Promise<void> {
    for (const event of events) {
      const version = (await memory.read(streamId)).length + 1;
      const actor = { kind: 'system', id: 'test' } as const;
      await memory.append([{ streamId, version, accountId: ACCOUNT, actor, at: new Date().toISOString(), event }]);
    }
  }
  async function call(routeKey: string, parameters: Record<string, string>, prefer: string | null, body?: unknown) {
    const headers = {
      ...(prefer === null ? {} : { prefer }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const claims = { acc: ACCOUNT, uid: 'ann', role: 'owner' };
    const path = routeKey.split(' ')[1] ?? '';
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const event = gatewayEvent({ routeKey, path, parameters, headers, claims, ...sent });
    const { statusCode, headers: given, body: text } = await handler(event, lambdaContext);
    return { status: statusCode, applied: given['preference-applied'], etag: given.etag, body: JSON.parse(text) };
  }
  return {
    looks,
    put,
    waiting: async () => (await slots.look(shareKey('waits', ACCOUNT), Date.now())).taken,
    async job(...life: JobEvent[]): Promise<string> {
      const id = ids.next('job');
      await put(id, requested(), ...life);
      return id;
    },
    made: () => memory.all.filter(({ type }) => type === 'JobRequested').map(({ stream_id: id }) => id),
    credential: () =>
      put(CREDENTIAL, { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } }),
    get: (id: string, prefer: string | null = 'wait=20') => call('GET /api/jobs/{job_id}', { job_id: id }, prefer),
    sync: (prefer: string | null) => call(SYNC, { account_id: ACCOUNT }, prefer, { credential_id: CREDENTIAL }),
  };
}

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describe('a request that waits for a job', () => {
  it('is answered when the job has ended, and its place is released', async () => {
    const api = world();
    const id = await api.job(started());
    const reply = api.get(id);
    await expect.poll(api.waiting).toBe(1);
    await api.put(id, succeeded);
    expect(await reply).toMatchObject({
      status: 200,
      applied: 'wait=20',
      etag: '"3"',
      body: { data: { id, status: 'succeeded', version: 3 } },
    });
    expect(await api.waiting()).toBe(0);
  });

  it('is answered when an attempt has failed and the next one comes after the wait', async () => {
    const api = world();
    const id = await api.job(started());
    const reply = api.get(id);
    await expect.poll(api.waiting).toBe(1);
    await api.put(id, failedWith('connection_closed', inAnHour()));
    expect(await reply).toMatchObject({ status: 200, body: { data: { status: 'retrying' } } });
  });

  it('keeps waiting when the job only starts, yields or is tried again within the wait', async () => {
    const api = world();
    const id = await api.job();
    let answered = false;
    const reply = api.get(id).finally(() => {
      answered = true;
    });
    await expect.poll(api.waiting).toBe(1);
    await api.put(id, started(), failedWith('connection_closed', new Date(Date.now() + 1_000).toISOString()));
    await expect.poll(() => api.looks.includes(3)).toBe(true);
    expect(answered).toBe(false);
    await api.put(id, started(2), succeeded);
    expect(await reply).toMatchObject({ body: { data: { status: 'succeeded', attempt_count: 2 } } });
  });

  it('for a job that is not due lasts its full time, so that repeated requests are not answered faster', async () => {
    const api = world();
    const id = await api.job(started(), failedWith('connection_closed', inAnHour()));
    const reply = await api.get(id, 'wait=1');
    expect(reply).toMatchObject({ status: 200, applied: 'wait=1', body: { data: { status: 'retrying' } } });
    expect(api.looks.length).toBeGreaterThan(1);
  });

  it('is answered at once, and takes no place, when the job has already ended', async () => {
    const api = world();
    const id = await api.job(started(), succeeded);
    expect(await api.get(id)).toMatchObject({
      status: 200,
      applied: 'wait=20',
      body: { data: { status: 'succeeded' } },
    });
    expect(api.looks).toEqual([]);
  });

  it('is answered 404 when the job is deleted during the wait', async () => {
    const api = world();
    const id = await api.job(started());
    const reply = api.get(id);
    await expect.poll(api.waiting).toBe(1);
    await api.put(id, { type: 'JobDeleted', data: { reason: null } });
    expect(await reply).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('is answered in the shape of a request that does not wait', async () => {
    const api = world();
    const id = await api.job(started());
    const [waited, plain] = [await api.get(id, 'wait=1'), await api.get(id, null)];
    expect(waited.body).toEqual(plain.body);
    expect([waited.applied, plain.applied]).toEqual(['wait=1', undefined]);
  });

  it('beyond the account’s share is answered at once, without Preference-Applied', async () => {
    const api = world();
    const id = await api.job(started());
    const waiting = Array.from({ length: MOST }, () => api.get(id));
    await expect.poll(api.waiting).toBe(MOST);
    expect(await api.get(id)).toMatchObject({ status: 200, applied: undefined, body: { data: { status: 'running' } } });
    await api.put(id, succeeded);
    expect((await Promise.all(waiting)).map(({ body }) => body.data.status)).toEqual(['succeeded', 'succeeded']);
    expect(await api.waiting()).toBe(0);
  });

  it('ends without an error when the store does not answer: the job is shown as last read', async () => {
    const broken = { look: false };
    const api = world(broken);
    const id = await api.job(started());
    const reply = api.get(id, 'wait=1');
    broken.look = true;
    await expect.poll(() => api.looks.length).toBeGreaterThan(1);
    broken.look = false;
    expect(await reply).toMatchObject({ status: 200, body: { data: { status: 'running' } } });
  });
});

describe('a sync', () => {
  it('without a wait is answered 202 with its job', async () => {
    const api = world();
    await api.credential();
    const reply = await api.sync(null);
    expect(reply).toMatchObject({ status: 202, applied: undefined });
    const { task_id: taskId, job_id: jobId, job } = reply.body.data;
    expect(job).toMatchObject({ id: jobId, task_id: taskId, status: 'queued', version: 1 });
    expect(api.looks).toEqual([]);
  });

  it('with a wait is answered 200 when its job has ended, in the same shape', async () => {
    const api = world();
    await api.credential();
    const plain = await api.sync(null);
    const reply = api.sync('wait=20');
    await expect.poll(api.waiting).toBe(1);
    await expect.poll(() => api.looks.length).toBeGreaterThan(0);
    const made = api.made().find((id) => id !== plain.body.data.job_id) ?? '';
    await api.put(made, started(), succeeded);
    const { status, applied, body } = await reply;
    expect([status, applied]).toEqual([200, 'wait=20']);
    expect(body.data).toMatchObject({ job_id: made, task_id: plain.body.data.task_id, job: { status: 'succeeded' } });
    expect(Object.keys(body.data)).toEqual(Object.keys(plain.body.data));
    expect(Object.keys(body.data.job)).toEqual(Object.keys(plain.body.data.job));
  });

  it('with a wait is answered 202 with its job when the time is over', async () => {
    const api = world();
    await api.credential();
    expect(await api.sync('wait=1')).toMatchObject({
      status: 202,
      applied: 'wait=1',
      body: { data: { job: { status: 'queued' } } },
    });
  });
});

it('a wait of 20 seconds reads the job 13 times, and once more at its end', () => {
  let looks = 0;
  for (let at = nextPause(null), pause = at; at < 20_000; looks += 1) {
    pause = nextPause(pause);
    at += pause;
  }
  expect(looks).toBe(13);
});
