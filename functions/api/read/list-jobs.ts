import type { Credential } from '../../domain/credential/credential.ts';
import type { Job } from '../../domain/job/job.ts';
import { jobFilterSchema, matchesFilter } from '../../domain/search/filter.ts';
import { planJobs } from '../../domain/search/plan.ts';
import { CREDENTIAL_PROJECTION } from '../../domain/views/entity-views.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { endpoint, noBody } from '../../runtime/http/endpoint.ts';
import { listQuery } from '../../runtime/http/pagination.ts';
import { pageOfViews } from '../page-views.ts';
import { accountParams } from '../parameters.ts';
import { type JobResource, toJobResource } from '../resources/job.ts';
import type { ReadPorts } from './ports.ts';
import { openPosition, sealPosition } from './positions.ts';

const query = listQuery(jobFilterSchema.shape);

/** The account's jobs, newest first. */
export const listJobs = (ports: ReadPorts) =>
  endpoint({
    operation: 'listJobs',
    params: accountParams,
    query,
    body: noBody,
    async handle({ accountId, query: { limit, cursor, offset, ...filter }, now }) {
      const binding = { account: accountId, operation: 'listJobs', filter };
      const page = await pageOfViews(
        ports.views,
        planJobs(accountId, filter),
        { limit, offset, after: await openPosition(ports.cursors, cursor, binding) },
        (row) => {
          const job = jobOf(row);
          return job !== null && job.account_id === accountId && matchesFilter(job, filter) ? job : null;
        },
      );
      return {
        status: 200,
        data: await jobResources(page.items, ports, now),
        page: { limit, next_cursor: await sealPosition(ports.cursors, page.next, binding) },
      };
    },
  });

/** Jobs as the API shows them, joined with what holds their credentials back and with the leases of those that run. */
export async function jobResources(
  jobs: readonly Job[],
  { views, leases }: ReadPorts,
  now: number,
): Promise<JobResource[]> {
  const rows = await views.get(
    jobs.map((job) => job.credential_id),
    { consistent: false },
  );
  const credentials = new Map<string, Credential | null>(
    [...rows].map(([id, row]) => [id, CREDENTIAL_PROJECTION.fromRow(row)]),
  );
  return Promise.all(
    jobs.map(async (job) => {
      const lease = job.status === 'running' && job.lease_id !== null ? await leases.read(job.lease_id) : null;
      return toJobResource(job, credentials.get(job.credential_id) ?? null, lease, now);
    }),
  );
}
