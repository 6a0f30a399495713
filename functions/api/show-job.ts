import { foldAccount } from '../domain/account/account.ts';
import { foldCredential } from '../domain/credential/credential.ts';
import type { Job } from '../domain/job/job.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import { type JobResource, toJobResource } from './resources/job.ts';

/** A job as the API shows it, joined with what its credential's and its account's logs say now. `now` in ms. */
export async function showJob(
  { log, leases }: { readonly log: EventLog; readonly leases: Pick<Leases, 'read'> },
  job: Job,
  now: number,
): Promise<JobResource> {
  const [credential, account, lease] = await Promise.all([
    log.read(job.credential_id),
    log.read(job.account_id),
    job.status === 'running' && job.lease_id !== null ? leases.read(job.lease_id) : null,
  ]);
  const holders = { credential: foldCredential(credential), account: foldAccount(account) };
  return toJobResource(job, holders, lease, now);
}
