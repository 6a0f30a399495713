import { endpoint } from '../../http/endpoint.ts';
import { owned, ownJob } from '../own.ts';
import type { ReadPorts } from '../read-ports.ts';
import { getJobContract } from './contracts.ts';
import { showJob } from './show-job.ts';
import { waitForJob } from './wait.ts';

/** Gets one job, folded from the log: strongly consistent. With `Prefer: wait` it waits for the job's end. */
export const getJob = (ports: ReadPorts) =>
  endpoint(getJobContract, async ({ accounts, params, now, actor: { role }, headers: { waitMs } }) => {
    const first = await ownJob(ports.log, params.job_id, accounts);
    if (waitMs === 0) return { status: 200, data: await showJob(ports, first, { role, now }), etag: first.version };
    const { thing, isApplied } = await waitForJob(first, now + waitMs, ports);
    const job = owned(thing, accounts);
    const data = await showJob(ports, job, { role, now: Date.now() });
    return { status: 200, data, etag: job.version, ...(isApplied ? { waitedMs: waitMs } : {}) };
  });
