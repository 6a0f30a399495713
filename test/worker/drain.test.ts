import { describe, expect, it } from 'vitest';
import { projectOnce } from '../../functions/projector/project.ts';
import type { ActionContext } from '../../functions/worker/action.ts';
import { runCredential } from '../../functions/worker/credential/run-credential.ts';
import { workerWorld } from '../fixtures/worker-world.ts';

const login = async (context: ActionContext) => {
  await context.session();
  return { kind: 'succeeded' as const, result: {} };
};

/** A credential with jobs in the views, as a worker reads them. */
async function waiting(count: number, run: Parameters<typeof workerWorld>[0] = login) {
  const world = workerWorld(run);
  const credential = await world.addCredential();
  const jobs = await Promise.all(Array.from({ length: count }, () => world.addJob(credential)));
  const project = () => projectOnce(world.log.all, { log: world.log, views: world.views, pause: async () => {} });
  await project();
  const statuses = () => Promise.all(jobs.map(async ({ job_id: id }) => (await world.job(id)).status));
  return { world, credential, jobs, project, statuses };
}

describe('a worker that is logged in', () => {
  it('runs other waiting jobs of the credential, over the same login', async () => {
    const { world, credential, jobs, statuses } = await waiting(120);
    const reports = await runCredential(credential, jobs.slice(0, 1), world.ports);
    expect(reports).toHaveLength(120);
    expect(reports.every(({ unsent }) => !unsent)).toBe(true);
    expect(new Set(await statuses())).toEqual(new Set(['succeeded']));
    expect(world.logins).toMatchObject({ open: 1, closed: 1 });
  });

  it('does not log in only for waiting jobs, which have their own messages', async () => {
    const done = async () => ({ kind: 'succeeded' as const, result: {} });
    const { world, credential, jobs } = await waiting(3, done);
    expect(await runCredential(credential, jobs.slice(0, 1), world.ports)).toHaveLength(1);
    expect(world.logins.open).toBe(0);
  });

  it('stops when its time runs short', async () => {
    const { world, credential, jobs } = await waiting(10, async (context) => {
      world.clock.remaining -= 10_000;
      return login(context);
    });
    const reports = await runCredential(credential, jobs.slice(0, 1), world.ports);
    expect(reports.map(({ did }) => did)).toEqual(Array(4).fill('ran'));
  });

  it("skips jobs that are not due or have ended, and other credentials' jobs", async () => {
    const { world, credential, jobs, project } = await waiting(2);
    const [first, second] = jobs;
    if (first === undefined || second === undefined) throw new Error('no jobs');
    await world.append(second.job_id, 2, { type: 'JobResolved', data: { note: null } });
    const later = await world.addJob(credential);
    const runAt = new Date(world.clock.now + 60_000).toISOString();
    await world.append(later.job_id, 2, { type: 'JobUpdated', data: { changes: { run_at: runAt } } });
    const other = await world.addJob(await world.addCredential());
    await project();
    expect(await runCredential(credential, [first], world.ports)).toHaveLength(1);
    expect((await world.job(later.job_id)).status).toBe('scheduled');
    expect((await world.job(other.job_id)).status).toBe('queued');
  });

  it('stops at the first blocked job', async () => {
    const { world, credential, jobs } = await waiting(5, async (context) => {
      await world.append(credential, 2, { type: 'CredentialPaused', data: { reason: null, until: null } });
      return login(context);
    });
    const reports = await runCredential(credential, jobs.slice(0, 1), world.ports);
    expect(reports.map(({ did }) => did)).toEqual(['ran', 'waits']);
  });
});
