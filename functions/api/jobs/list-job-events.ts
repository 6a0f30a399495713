import { endpoint } from '../../http/endpoint.ts';
import { eventsPage } from '../events-page.ts';
import { ownJob } from '../own.ts';
import type { ReadPorts } from '../read-ports.ts';
import { listJobEventsContract } from './contracts.ts';

/** Lists a job's events, oldest first. */
export const listJobEvents = ({ log, cursors }: ReadPorts) =>
  endpoint(listJobEventsContract, async ({ accounts, params, query }) => {
    const job = await ownJob(log, params.job_id, accounts);
    const binding = { account: job.account_id, operation: 'listJobEvents', filter: params };
    return { status: 200, ...(await eventsPage({ log, cursors }, params.job_id, binding, query)) };
  });
