import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { jobRow } from '../../../functions/domain/views/job-view.ts';
import type { ViewRow } from '../../../functions/domain/views/row.ts';
import type { IndexQuery } from '../../../functions/ports/views.ts';
import { waitingJobs } from '../../../functions/worker/credential/waiting-jobs.ts';
import type { WorkerPorts } from '../../../functions/worker/worker-ports.ts';
import {
  ACCOUNT,
  CREDENTIAL,
  failedWith,
  iso,
  requested,
  started,
  stream,
  succeeded,
  T0,
} from '../../domain/job/job-stream.ts';
import { workerWorld } from '../../fixtures/worker-world.ts';

const world = workerWorld(async () => ({ kind: 'succeeded', result: {} }));
const NOW = T0 + 60_000;

function row(id: string, events: readonly JobEvent[]): ViewRow {
  const job = foldJob(stream(events, id));
  if (job === null) throw new Error('no job');
  return jobRow(job);
}

/** Views that return these ids page by page, and record their calls. */
async function waiting(
  pages: readonly (readonly string[])[],
  rows: readonly ViewRow[],
  { seen = [], random = 0 }: { readonly seen?: readonly string[]; readonly random?: number } = {},
) {
  const queries: IndexQuery[] = [];
  const gets: { readonly ids: readonly string[]; readonly consistent: boolean }[] = [];
  const views: WorkerPorts['views'] = {
    async page(query) {
      queries.push(query);
      const ids = pages[queries.length - 1] ?? [];
      return { entries: ids.map((id) => ({ id, sort: `sort of ${id}` })), more: queries.length < pages.length };
    },
    async get(ids, { consistent }) {
      gets.push({ ids, consistent });
      return new Map(rows.filter(({ id }) => ids.includes(id)).map((each) => [each.id, each]));
    },
  };
  const ports = { ...world.ports, views, now: () => NOW, random: () => random };
  const found = await waitingJobs({ accountId: ACCOUNT, credentialId: CREDENTIAL }, new Set(seen), ports);
  return { found: found.map(({ id }) => id), queries, gets };
}

const queued = (id: string) => row(id, [requested()]);

describe('jobs that wait for a credential', () => {
  it('are those that could run now', async () => {
    const late = requested({ run_at: iso(NOW) });
    const rows = [
      queued('job_queued'),
      row('job_due', [late]),
      row('job_later', [requested({ run_at: iso(NOW + 1) })]),
      row('job_retrying', [requested(), started(), failedWith('connection_closed', iso(NOW))]),
      row('job_retrying_later', [requested(), started(), failedWith('connection_closed', iso(NOW + 1))]),
      row('job_running', [requested(), started()]),
      row('job_done', [requested(), started(), succeeded]),
      row('job_deleted', [requested(), { type: 'JobDeleted', data: { reason: null } }]),
    ];
    const { found } = await waiting([rows.map(({ id }) => id)], rows);
    expect(found).toEqual(['job_queued', 'job_due', 'job_retrying']);
  });

  it('are read page by page, the oldest first, until some are found', async () => {
    const rows = [queued('job_c'), queued('job_d')];
    const { found, queries, gets } = await waiting([['job_a', 'job_x', 'job_b'], [], ['job_c'], ['job_d']], rows, {
      seen: ['job_b'],
    });
    expect(found).toEqual(['job_c']);
    const query = {
      index: 'credential',
      key: `${ACCOUNT}#${CREDENTIAL}#open`,
      newestFirst: false,
      limit: 50,
      below: null,
    };
    expect(queries).toEqual([
      { ...query, above: null },
      { ...query, above: 'sort of job_b' },
      { ...query, above: 'sort of job_b' },
    ]);
    expect(gets).toEqual([
      { ids: ['job_a', 'job_x', 'job_b'], consistent: false },
      { ids: [], consistent: false },
      { ids: ['job_c'], consistent: false },
    ]);
  });

  it('exclude those that the worker has seen, and are none when there are none', async () => {
    expect((await waiting([['job_a']], [queued('job_a')], { seen: ['job_a'] })).found).toEqual([]);
    expect((await waiting([[]], [])).found).toEqual([]);
  });

  it('begin with a different one for each worker, and are complete', async () => {
    const ids = ['job_a', 'job_b', 'job_c', 'job_d'];
    const { found } = await waiting([ids], ids.map(queued), { random: 0.5 });
    expect(found).toEqual(['job_c', 'job_d', 'job_a', 'job_b']);
  });
});
