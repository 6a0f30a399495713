/** Bulk operations of a member: the role of the caller is checked for each job just before it is changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldJob } from '../../functions/domain/job/history.ts';
import type { Operation } from '../../functions/http/routes.ts';
import { failedWith, started } from '../domain/job/job-stream.ts';
import { type JobApi, startJobApi } from '../fixtures/job-api.ts';
import {
  asMember,
  happened,
  type More,
  made,
  type RoleWorld,
  ranBulk,
  roleWorld,
  WORK,
} from '../fixtures/role-world.ts';

let api: JobApi;
beforeAll(async () => {
  api = await startJobApi();
});
afterAll(() => api?.stop());

const REFUSED = { status: 403, body: { code: 'role_forbidden' } };
const byOwner = { role: 'owner', uid: 'ann' };
const ask = (world: RoleWorld, operation: Operation, thing: string, more: More = {}) =>
  asMember(api, world, operation, thing, more);

/** A harmless and a dangerous job that have failed, in one account. */
async function mixed(): Promise<RoleWorld & { readonly harmless: string; readonly dangerous: string }> {
  const world = await roleWorld(api, 'dangerous');
  const { action, payload } = WORK.harmless;
  const body = { task_type: action, target_credential_id: world.ids.credential_id, payload };
  const task = await made(api, 'createTask', world.account, world.account, body);
  const harmless = await made(api, 'triggerTask', world.account, task, {});
  await happened(api.log, world.account, harmless, started(), failedWith('permission_denied', null));
  return { ...world, harmless, dangerous: world.ids.job_id ?? '' };
}

describe('a bulk operation of a member', () => {
  it.each(['retry', 'trigger'])('skips dangerous jobs and changes the others: %s', async (action) => {
    const world = await mixed();
    const body = { action, job_ids: [world.dangerous, world.harmless], reason: 'please' };
    const asked = await ask(world, 'bulkJobs', 'account_id', { body });
    expect(asked.status).toBe(202);
    expect(await ranBulk(api, asked.body.data.id)).toEqual([
      { job_id: world.dangerous, outcome: 'skipped', code: 'role_forbidden' },
      { job_id: world.harmless, outcome: 'done', code: null },
    ]);
    const items = await api.call('listBulkItems', { account: world.account, id: asked.body.data.id, role: 'viewer' });
    expect(items.body.data.map(({ code, detail }: Record<string, unknown>) => [code, detail])).toContainEqual([
      'role_forbidden',
      'Only an owner may order this work, and another role requested the operation',
    ]);
    expect(foldJob(await api.log.read(world.dangerous))?.status).toBe('failed');
  });

  it('checks a job when its turn comes: one that an owner has made dangerous since is skipped', async () => {
    const world = await mixed();
    const body = { action: 'retry', job_ids: [world.harmless], reason: 'please' };
    const asked = await ask(world, 'bulkJobs', 'account_id', { body });
    const { payload } = WORK.dangerous;
    await api.call('updateJob', { account: world.account, id: world.harmless, body: { payload } });
    expect(await ranBulk(api, asked.body.data.id)).toEqual([
      { job_id: world.harmless, outcome: 'skipped', code: 'role_forbidden' },
    ]);
  });

  it('cannot select jobs by a filter, not even to count them, and cannot delete', async () => {
    const world = await mixed();
    const bodies = [
      { action: 'retry', filter: { status: 'failed' }, reason: 'please' },
      { action: 'retry', filter: { status: 'failed' }, reason: 'please', dry_run: true },
      { action: 'delete', job_ids: [world.harmless], reason: 'please' },
    ];
    for (const body of bodies) expect(await ask(world, 'bulkJobs', 'account_id', { body })).toMatchObject(REFUSED);
  });

  it('cancels dangerous jobs, and one of an owner retries them', async () => {
    const world = await mixed();
    for (const [action, by] of [
      ['retry', byOwner],
      ['cancel', {}],
    ] as const) {
      const body = { action, job_ids: [world.dangerous], reason: 'please' };
      const asked = await ask(world, 'bulkJobs', 'account_id', { ...by, body });
      expect(await ranBulk(api, asked.body.data.id)).toEqual([
        { job_id: world.dangerous, outcome: 'done', code: null },
      ]);
    }
  });

  it('resolves dangerous jobs', async () => {
    const world = await mixed();
    const body = { action: 'resolve', job_ids: [world.dangerous], reason: 'please' };
    const asked = await ask(world, 'bulkJobs', 'account_id', { body });
    expect(await ranBulk(api, asked.body.data.id)).toEqual([{ job_id: world.dangerous, outcome: 'done', code: null }]);
  });
});
