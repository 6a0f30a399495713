import { endpoint } from '../../runtime/http/endpoint.ts';
import { getJobContract } from '../contracts/jobs.ts';
import { ownJob } from '../own.ts';
import { showJob } from '../show-job.ts';
import type { ReadPorts } from './ports.ts';

/** One job, folded from the log: strongly consistent. */
export const getJob = ({ log, leases, slots }: ReadPorts) =>
  endpoint(getJobContract, async ({ accounts, params, now }) => {
    const job = await ownJob(log, params.job_id, accounts);
    return { status: 200, data: await showJob({ log, leases, slots }, job, now), etag: job.version };
  });
