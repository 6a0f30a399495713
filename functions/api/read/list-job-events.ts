import { endpoint } from '../../runtime/http/endpoint.ts';
import { listJobEventsContract } from '../contracts/jobs.ts';
import { ownJob } from '../own.ts';
import { eventsPage } from './events-page.ts';
import type { ReadPorts } from './ports.ts';

/** A job's timeline: every event, oldest first. */
export const listJobEvents = ({ log, cursors }: ReadPorts) =>
  endpoint(listJobEventsContract, async ({ accounts, params, query }) => {
    const job = await ownJob(log, params.job_id, accounts);
    const binding = { account: job.account_id, operation: 'listJobEvents', filter: params };
    return { status: 200, ...(await eventsPage({ log, cursors }, params.job_id, binding, query)) };
  });
