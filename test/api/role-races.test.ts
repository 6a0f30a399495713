/**
 * A member's request at the same moment as an owner's PATCH that makes the task or job dangerous. The member's request
 * was harmless when the resource was read, but the state at the append decides. The handlers run on the real engine.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { retryJob, triggerJob, updateJob } from '../../functions/api/jobs/commands.ts';
import { updateTask } from '../../functions/api/tasks/commands.ts';
import type { TaskPorts } from '../../functions/api/tasks/task-ports.ts';
import { triggerTask } from '../../functions/api/tasks/trigger-task.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { foldTask } from '../../functions/domain/task/task.ts';
import type { Endpoint, RawRequest, Reply } from '../../functions/http/endpoint.ts';
import { Problem } from '../../functions/http/problem.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { noServers } from '../fixtures/connections.ts';
import { type JobApi, startJobApi } from '../fixtures/job-api.ts';
import { noQuotas } from '../fixtures/no-quotas.ts';
import { type RoleWorld, roleWorld, WORK } from '../fixtures/role-world.ts';

let api: JobApi;
beforeAll(async () => {
  api = await startJobApi();
});
afterAll(() => api?.stop());

const MOMENTS = ['after the first read', 'before the append'] as const;
type Moment = (typeof MOMENTS)[number];

/** A log that calls a function once, at the named moment of another request. */
function interrupted(log: EventLog, moment: Moment, meanwhile: () => Promise<void>): EventLog {
  let happening: Promise<void> | null = null;
  const happens = (): Promise<void> => {
    happening ??= meanwhile();
    return happening;
  };
  return {
    async read(...given) {
      const events = await log.read(...given);
      if (moment === 'after the first read') await happens();
      return events;
    },
    async current(streamId) {
      const events = await log.current(streamId);
      if (moment === 'after the first read') await happens();
      return events;
    },
    async append(events) {
      await happens();
      return log.append(events);
    },
  };
}

/** The answer to the member Ben: the reply, or the code of the refusal. */
async function answer(
  endpoint: (ports: TaskPorts) => Endpoint,
  log: EventLog,
  { account, ids: things }: RoleWorld,
  more: Partial<RawRequest>,
): Promise<Reply | string> {
  const ports: TaskPorts = {
    log,
    views: api.views,
    runs: api.runs,
    ids,
    leases: api.leases,
    quotas: noQuotas,
    serversOf: noServers,
    slots: api.slots,
    accountWaits: 10,
    mail: { mailboxes: async () => [] },
    cursors: { seal: async () => '', open: async () => ({}), fingerprint: async (text) => text },
    fingerprint: async (text) => text,
  };
  const request: RawRequest = {
    requestId: 'request-1',
    now: Date.now(),
    path: '/',
    origin: 'https://api.test',
    actor: { uid: 'ben', role: 'member' },
    accounts: [account],
    accountId: account,
    headers: { idempotencyKey: null, ifMatch: null, ifNoneMatch: null, waitMs: 0 },
    params: things,
    query: new Map(),
    body: {},
    ...more,
  };
  try {
    return await endpoint(ports).run(request);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

/** An owner's PATCH that makes the task or the job dangerous. */
async function patched(world: RoleWorld, operation: 'updateTask' | 'updateJob'): Promise<void> {
  const id = world.ids[operation === 'updateTask' ? 'task_id' : 'job_id'] ?? '';
  const { payload } = WORK.dangerous;
  const { status } = await api.call(operation, { account: world.account, id, body: { payload } });
  expect(status).toBe(200);
}

const only = (world: RoleWorld, name: string) => ({ params: { [name]: world.ids[name] ?? '' } });

describe.each(MOMENTS)('an owner’s PATCH that makes it dangerous, %s of a member’s request', (moment) => {
  it.each([{ schedule: { every: '5m' } }, { labels: ['mine'] }, { priority: 5, schedule: null }])(
    'refuses a PATCH of the task: %j',
    async (body) => {
      const world = await roleWorld(api, 'harmless', null);
      const log = interrupted(api.log, moment, () => patched(world, 'updateTask'));
      expect(await answer(updateTask, log, world, { ...only(world, 'task_id'), body })).toBe('role_forbidden');
      expect(foldTask(await api.log.read(world.ids.task_id ?? ''))).toMatchObject({
        version: 2,
        schedule: null,
        payload: WORK.dangerous.payload,
      });
    },
  );

  it.each([
    ['retryJob', retryJob, {}],
    ['triggerJob', triggerJob, { force: true }],
    ['updateJob', updateJob, { max_attempts: 9 }],
  ] as const)('refuses %s', async (_, command, body) => {
    const world = await roleWorld(api, 'harmless');
    const log = interrupted(api.log, moment, () => patched(world, 'updateJob'));
    expect(await answer(command, log, world, { ...only(world, 'job_id'), body })).toBe('role_forbidden');
    const job = foldJob(await api.log.read(world.ids.job_id ?? ''));
    expect(job).toMatchObject({ version: 4, status: 'failed', payload: WORK.dangerous.payload });
  });

  it('gives the job of a trigger the payload that was checked', async () => {
    const world = await roleWorld(api, 'harmless');
    const log = interrupted(api.log, moment, () => patched(world, 'updateTask'));
    const reply = await answer(triggerTask, log, world, only(world, 'task_id'));
    const jobs = (await api.audit(world.account)).filter(({ type }) => type === 'JobRequested');
    expect(jobs.map(({ data }) => data.payload.mode)).toEqual(['trash', 'trash']);
    expect(reply).toMatchObject({ status: 202, data: { payload: WORK.harmless.payload } });
  });

  it('accepts a PATCH that makes it harmless again', async () => {
    const world = await roleWorld(api, 'harmless', null);
    const log = interrupted(api.log, moment, () => patched(world, 'updateTask'));
    const body = { payload: WORK.harmless.payload, schedule: { every: '5m' } };
    expect(await answer(updateTask, log, world, { ...only(world, 'task_id'), body })).toMatchObject({ status: 200 });
    const task = foldTask(await api.log.read(world.ids.task_id ?? ''));
    expect(task).toMatchObject({ version: 3, ...body });
  });

  it('is a version conflict for a member who sends If-Match', async () => {
    const world = await roleWorld(api, 'harmless', null);
    const log = interrupted(api.log, moment, () => patched(world, 'updateTask'));
    const headers = { idempotencyKey: null, ifMatch: 1, ifNoneMatch: null, waitMs: 0 };
    const body = { schedule: { every: '5m' } };
    const outcome = await answer(updateTask, log, world, { ...only(world, 'task_id'), headers, body });
    expect(outcome).toBe('version_conflict');
  });
});
