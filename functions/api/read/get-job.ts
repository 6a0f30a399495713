import { foldCredential } from '../../domain/credential/credential.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { getJobContract } from '../contracts/jobs.ts';
import { ownJob } from '../own.ts';
import { toJobResource } from '../resources/job.ts';
import type { ReadPorts } from './ports.ts';

/** One job, folded from the log: strongly consistent. */
export const getJob = ({ log, leases }: ReadPorts) =>
  endpoint(getJobContract, async ({ accounts, params, now }) => {
    const job = await ownJob(log, params.job_id, accounts);
    const credential = foldCredential(await log.read(job.credential_id));
    const lease = job.status === 'running' && job.lease_id !== null ? await leases.read(job.lease_id) : null;
    return { status: 200, data: toJobResource(job, credential, lease, now), etag: job.version };
  });
