import { foldAccount } from '../../domain/account/account.ts';
import { crossesAccounts } from '../../domain/account/tenancy.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import type { Job } from '../../domain/job/job.ts';
import { isDue } from '../../domain/job/waiting.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Leases } from '../../ports/leases.ts';
import type { Slots } from '../../ports/slots.ts';
import type { JoinedJob } from '../../queries/join-jobs.ts';
import type { ServersOf } from '../../queries/servers-of-jobs.ts';
import { shareKey } from '../../sharing/account-share.ts';
import { type JobResource, toJobResource, type Viewing } from './resource.ts';

export type ShowPorts = {
  readonly log: EventLog;
  readonly leases: Pick<Leases, 'read'>;
  readonly slots: Pick<Slots, 'fullUntil'>;
  readonly serversOf: ServersOf;
};

/**
 * A job as the API shows it, joined with the present state of its credential and its account. `known`: the credential,
 * if the caller has just read it.
 */
export async function showJob(
  { log, leases, slots, serversOf }: ShowPorts,
  job: Job,
  viewing: Viewing,
  known: Credential | null = null,
): Promise<JobResource> {
  const { now } = viewing;
  const [named, account, lease, full, shareFullUntil, serverOf] = await Promise.all([
    known ?? log.current(job.credential_id).then(foldCredential),
    log.current(job.account_id),
    job.status === 'running' && job.lease_id !== null ? leases.read(job.lease_id) : null,
    isDue(job, now) ? slots.fullUntil(job.credential_id, now) : null,
    isDue(job, now) ? slots.fullUntil(shareKey('workers', job.account_id), now) : null,
    serversOf([job]),
  ]);
  const isOwn = !crossesAccounts(job, named);
  const held = { credential: isOwn ? named : null, fullUntil: isOwn ? full : null };
  const holders = { ...held, account: foldAccount(account), shareFullUntil };
  return toJobResource(job, { ...holders, lease, server: serverOf(job) }, viewing);
}

/** Jobs of a list as the API shows them. Each credential's connection is read once. */
export async function showJoined(
  { serversOf }: Pick<ShowPorts, 'serversOf'>,
  joined: readonly JoinedJob[],
  viewing: Viewing,
): Promise<JobResource[]> {
  const serverOf = await serversOf(joined.map(({ job }) => job));
  return joined.map(({ job, ...circumstances }) =>
    toJobResource(job, { ...circumstances, server: serverOf(job) }, viewing),
  );
}
