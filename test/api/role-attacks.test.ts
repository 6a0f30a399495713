/**
 * Attacks in which a member makes dangerous work of an owner run: those of the penetration test, and variants. They run
 * against the deployed handlers on the real engine. Each is refused, and nothing is appended.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import type { Operation } from '../../functions/http/routes.ts';
import { fireTask } from '../../functions/sweeper/duties/fire-task.ts';
import { failedWith, iso, started } from '../domain/job/job-stream.ts';
import { type CallReply, type JobApi, startJobApi } from '../fixtures/job-api.ts';
import {
  asMember,
  happened,
  type More,
  type RoleWorld,
  roleWorld,
  WORK,
  type WorkName,
} from '../fixtures/role-world.ts';

let api: JobApi;
beforeAll(async () => {
  api = await startJobApi();
});
afterAll(() => api?.stop());

const DANGERS = ['dangerous', 'a mailbox deletion'] as const;
const REFUSED = { status: 403, body: { code: 'role_forbidden' } };
const HOUR = 3_600_000;

const ask = (world: RoleWorld, operation: Operation, thing: string, more: More = {}) =>
  asMember(api, world, operation, thing, more);
const byOwner = { role: 'owner', uid: 'ann' };

/** Expects that the request is refused with the reason, and appends nothing in the account. */
async function expectRefused(world: RoleWorld, request: () => Promise<CallReply>): Promise<void> {
  const before = await api.audit(world.account);
  const reply = await request();
  expect(reply).toMatchObject(REFUSED);
  expect(reply.body.detail).toMatch(/^this needs the role owner: it would delete (messages|a mailbox) for good/);
  expect(await api.audit(world.account)).toEqual(before);
}

/** What the scheduler does with the task at that time. */
const fireAt = (world: RoleWorld, now: number) => fireTask(world.ids.task_id ?? '', { ...api, ids, now: () => now });
const jobsOf = async (world: RoleWorld): Promise<readonly string[]> =>
  (await api.audit(world.account)).filter(({ type }) => type === 'JobRequested').map((item) => item.stream_id);

describe('a member who PATCHes a dangerous task of an owner', () => {
  it.each(DANGERS)('cannot give it a schedule, so that nothing runs later: %s', async (danger) => {
    const world = await roleWorld(api, danger, null);
    await expectRefused(world, () => ask(world, 'updateTask', 'task_id', { body: { schedule: { every: '5m' } } }));
    expect(await fireAt(world, Date.now() + HOUR)).toBe('nothing');
  });

  it.each([
    { schedule: { cron: '* * * * *', time_zone: 'UTC' } },
    { schedule: null },
    { priority: 10 },
    { labels: ['mine'] },
    { labels: ['mine'], schedule: { every: '5m' } },
    { payload: WORK.dangerous.payload },
    { payload: { ...WORK.dangerous.payload, uids: [3] }, schedule: { every: '5m' } },
  ])('cannot change it while it stays dangerous: %j', async (body) => {
    const world = await roleWorld(api, 'dangerous');
    await expectRefused(world, () => ask(world, 'updateTask', 'task_id', { body }));
  });

  it('cannot resume its suspended schedule', async () => {
    const world = await roleWorld(api, 'dangerous');
    const suspended: DomainEvent = { type: 'TaskSuspended', data: { code: 'permission_denied', failures: 3 } };
    await happened(api.log, world.account, world.ids.task_id ?? '', suspended);
    for (const schedule of [{ every: '1d' }, { every: '5m' }])
      await expectRefused(world, () => ask(world, 'updateTask', 'task_id', { body: { schedule } }));
    expect(await ask(world, 'resumeTask', 'task_id')).toMatchObject(REFUSED);
    expect(await fireAt(world, Date.now() + 48 * HOUR)).toBe('nothing');
  });

  it('can make it harmless, because a member may start harmless work', async () => {
    const world = await roleWorld(api, 'dangerous');
    const { payload } = WORK.harmless;
    expect((await ask(world, 'updateTask', 'task_id', { body: { payload } })).status).toBe(200);
    expect((await ask(world, 'updateTask', 'task_id', { body: { labels: ['mine'] } })).status).toBe(200);
  });
});

describe('a member who makes a task dangerous', () => {
  it.each([
    { payload: WORK.dangerous.payload },
    { payload: WORK.dangerous.payload, schedule: null },
    { payload: { ...WORK.dangerous.payload, uids: undefined, email_ids: ['eml_none'] } },
    // Invalid in other ways too: the role is checked first.
    { payload: { mode: 'expunge' } },
  ])('is refused in a PATCH: %j', async (body) => {
    const world = await roleWorld(api, 'harmless');
    await expectRefused(world, () => ask(world, 'updateTask', 'task_id', { body }));
  });

  it.each([
    ['dangerous', {}],
    ['dangerous', { schedule: { every: '5m' } }],
    ['a mailbox deletion', {}],
    ['a mailbox deletion', { schedule: { every: '5m' }, labels: ['mine'] }],
  ] as const)('is refused when creating it: %s %j', async (danger, more) => {
    const world = await roleWorld(api, 'harmless');
    const { action, payload } = WORK[danger];
    const body = { task_type: action, target_credential_id: world.ids.credential_id, payload, ...more };
    await expectRefused(world, () => ask(world, 'createTask', 'account_id', { body }));
  });
});

describe('a member who triggers a dangerous task of an owner', () => {
  it.each(DANGERS)('gets no job: %s', async (danger) => {
    const world = await roleWorld(api, danger);
    const before = await jobsOf(world);
    const runs = await api.runs.read([world.ids.task_id ?? ''], { consistent: true });
    await expectRefused(world, () => ask(world, 'triggerTask', 'task_id'));
    const headers = { 'idempotency-key': 'fresh', 'if-match': '1' };
    await expectRefused(world, () => ask(world, 'triggerTask', 'task_id', { headers, body: { reason: 'please' } }));
    expect(await jobsOf(world)).toEqual(before);
    // The schedule makes no run while the job of a recorded trigger is open.
    expect(await api.runs.read([world.ids.task_id ?? ''], { consistent: true })).toEqual(runs);
  });

  it('gets no job after an owner has made it dangerous by a PATCH', async () => {
    const world = await roleWorld(api, 'harmless');
    expect((await ask(world, 'triggerTask', 'task_id')).status).toBe(202);
    const { payload } = WORK.dangerous;
    expect((await ask(world, 'updateTask', 'task_id', { ...byOwner, body: { payload } })).status).toBe(200);
    await expectRefused(world, () => ask(world, 'triggerTask', 'task_id'));
  });
});

/** The job of the fixture in another status. */
const STATUSES: readonly (readonly [string, readonly DomainEvent[]])[] = [
  ['failed', []],
  ['retrying', [started(2), failedWith('connection_closed', iso(Date.now() + HOUR))]],
  ['resolved', [{ type: 'JobResolved', data: { note: null } }]],
  ['succeeded', [started(2), { type: 'AttemptSucceeded', data: { result: {} } }]],
];

describe('a member and a dangerous job of an owner', () => {
  const cases = STATUSES.flatMap(([status, events]) => DANGERS.map((danger) => [status, danger, events] as const));
  it.each(cases)('that is %s: no command starts it: %s', async (_, danger, events) => {
    const world = await roleWorld(api, danger);
    await happened(api.log, world.account, world.ids.job_id ?? '', ...events);
    const requests: readonly [Operation, object][] = [
      ['retryJob', { reason: 'please' }],
      ['triggerJob', {}],
      ['triggerJob', { force: true }],
      ['reopenJob', {}],
      ['updateJob', { run_at: iso(Date.now()) }],
      ['updateJob', { max_attempts: 100 }],
      ['updateJob', { priority: 10 }],
    ];
    for (const [operation, body] of requests)
      await expectRefused(world, () => ask(world, operation, 'job_id', { body }));
  });

  it('can resolve it, which starts nothing, and cannot start it again', async () => {
    const world = await roleWorld(api, 'dangerous');
    expect((await ask(world, 'resolveJob', 'job_id')).status).toBe(200);
    await expectRefused(world, () => ask(world, 'triggerJob', 'job_id'));
    await expectRefused(world, () => ask(world, 'reopenJob', 'job_id'));
  });

  it('can cancel it, which starts nothing, and cannot start it again', async () => {
    const world = await roleWorld(api, 'dangerous');
    const byOwner = { role: 'owner', uid: 'ann', body: {} };
    expect((await ask(world, 'retryJob', 'job_id', byOwner)).status).toBe(202);
    expect((await ask(world, 'cancelJob', 'job_id')).status).toBe(200);
    await expectRefused(world, () => ask(world, 'triggerJob', 'job_id'));
  });

  it('cannot change a harmless job into a dangerous one, whatever other fields are sent', async () => {
    const world = await roleWorld(api, 'harmless');
    const { payload } = WORK.dangerous;
    for (const body of [{ payload }, { payload, labels: ['mine'] }, { payload: { ...payload, uids: [9] } }])
      await expectRefused(world, () => ask(world, 'updateJob', 'job_id', { body }));
    const { payload: harmless } = WORK.harmless;
    expect((await ask(world, 'updateJob', 'job_id', { body: { payload: harmless } })).status).toBe(200);
  });
});

describe('a member who knows the Idempotency-Key of an owner', () => {
  const headers = { 'idempotency-key': 'the key of ann' };
  const requests: readonly [Operation, string, (world: RoleWorld) => object][] = [
    ['retryJob', 'job_id', () => ({ reason: 'why' })],
    ['triggerJob', 'job_id', () => ({ force: true })],
    ['updateJob', 'job_id', () => ({ priority: 3 })],
    ['triggerTask', 'task_id', () => ({})],
    [
      'createTask',
      'account_id',
      ({ work, ids: own }) => ({
        task_type: work.action,
        target_credential_id: own.credential_id,
        payload: work.payload,
      }),
    ],
  ];

  it.each(requests)('cannot replay a %s of dangerous work', async (operation, thing, bodyOf) => {
    const world = await roleWorld(api, 'dangerous');
    const body = bodyOf(world);
    expect((await ask(world, operation, thing, { ...byOwner, body, headers })).status).toBeLessThan(203);
    await expectRefused(world, () => ask(world, operation, thing, { body, headers }));
    expect((await ask(world, operation, thing, { ...byOwner, body, headers })).status).toBeLessThan(203);
  });

  it.each(requests)(
    'gets the answer of the first request for a %s of harmless work',
    async (operation, thing, bodyOf) => {
      const world = await roleWorld(api, 'harmless');
      const body = bodyOf(world);
      const first = await ask(world, operation, thing, { ...byOwner, body, headers });
      const before = await api.audit(world.account);
      const again = await ask(world, operation, thing, { body, headers });
      expect([again.status, again.body.data.id]).toEqual([first.status, first.body.data.id]);
      expect(await api.audit(world.account)).toEqual(before);
    },
  );

  it('gets the first answer to an own request, whatever the job is now', async () => {
    const world = await roleWorld(api, 'harmless');
    const mine = { headers: { 'idempotency-key': 'the key of ben' } };
    const first = await ask(world, 'retryJob', 'job_id', mine);
    expect(first.status).toBe(202);
    const { payload } = WORK.dangerous;
    expect((await ask(world, 'updateJob', 'job_id', { ...byOwner, body: { payload } })).status).toBe(200);
    expect(await ask(world, 'retryJob', 'job_id', mine)).toMatchObject({ status: 202, etag: first.etag });
    await expectRefused(world, () => ask(world, 'triggerJob', 'job_id'));
  });
});

describe('a webhook endpoint', () => {
  it.each<WorkName>(['harmless', 'dangerous'])(
    'can only be created, changed and tested by an owner, with %s work',
    async (name) => {
      const world = await roleWorld(api, name);
      const target = { credential_id: world.ids.credential_id };
      const requests: readonly [Operation, string, object][] = [
        ['createWebhookEndpoint', 'account_id', { provider: 'standard', target, ...WORK[name] }],
        ['updateWebhookEndpoint', 'webhook_endpoint_id', { enabled: true }],
        ['updateWebhookEndpoint', 'webhook_endpoint_id', { payload: WORK[name].payload }],
        ['testWebhookEndpoint', 'webhook_endpoint_id', {}],
      ];
      const before = await api.audit(world.account);
      for (const [operation, thing, body] of requests)
        expect(await ask(world, operation, thing, { body }), operation).toMatchObject(REFUSED);
      expect(await api.audit(world.account)).toEqual(before);
    },
  );
});

describe('work that an owner has started', () => {
  it('continues by its schedule, without the owner', async () => {
    const world = await roleWorld(api, 'dangerous', { every: '5m' });
    const { job_id: job = '' } = world.ids;
    await happened(api.log, world.account, job, { type: 'JobResolved', data: { note: null } });
    const in12Minutes = Date.now() + 720_000;
    expect(await fireAt(world, in12Minutes)).toBe('fired');
    const { run } = (await api.runs.read([world.ids.task_id ?? ''], { consistent: true })).get(
      world.ids.task_id ?? '',
    ) ?? {
      run: null,
    };
    expect(foldJob(await api.log.read(run?.job_id ?? ''))).toMatchObject({
      status: 'queued',
      action: WORK.dangerous.action,
      payload: WORK.dangerous.payload,
      source: { kind: 'schedule' },
    });
  });
});
