import { expect, it } from 'vitest';
import { foldJob } from '../../functions/domain/job/history.ts';
import { jobRow } from '../../functions/domain/views/job-view.ts';
import { openWork } from '../../functions/queries/open-work.ts';
import { ACCOUNT, failedWith, iso, requested, started, stream, T0 } from '../domain/job/job-stream.ts';
import { memoryViews } from '../fixtures/in-memory.ts';

const DAY = 86_400_000;
const NOW = T0 + DAY;
const idOf = (n: number): string => `job_01jgx0000000000000000${String(n).padStart(5, '0')}`;

/** The open work of an account with these jobs, made in this order. */
async function workOf(lives: readonly Parameters<typeof stream>[0][]) {
  const views = memoryViews();
  for (const [n, life] of lives.entries()) {
    const job = foldJob(stream(life, idOf(n)).map((event) => ({ ...event, at: iso(Date.parse(event.at) + n * 1000) })));
    if (job === null) throw new Error('it was requested');
    await views.write({ row: jobRow(job), replaces: null });
  }
  const ports = {
    views,
    serversOf: async () => () => null,
    leases: { read: async () => null },
    slots: { fullUntil: async () => null },
  };
  return openWork(ports, ACCOUNT, NOW);
}

const many = <Life>(count: number, life: Life): Life[] => Array.from({ length: count }, () => life);
const scheduled = [requested({ run_at: iso(NOW + DAY) })];
const retrying = [requested(), started(), failedWith('connection_closed', iso(NOW + DAY))];
const queued = [requested()];

it.each([
  ['scheduled', scheduled],
  ['retrying', retrying],
])('a due job is seen behind 150 earlier ones that are %s', async (_, life) => {
  const work = await workOf([...many(150, life), queued]);
  expect(work).toMatchObject({ oldestDueAt: iso(T0 + 150_000), stalled: 1, examined: 100, complete: false });
});

it('the open jobs are all looked at while they are no more than 100', async () => {
  const work = await workOf([...many(40, scheduled), ...many(40, retrying), queued]);
  expect(work).toMatchObject({ oldestDueAt: iso(T0 + 80_000), examined: 81, complete: true });
});

it('with 100 queued jobs no other job is looked at, and the result says that there may be more', async () => {
  expect(await workOf(many(100, queued))).toMatchObject({ examined: 100, complete: false });
});
