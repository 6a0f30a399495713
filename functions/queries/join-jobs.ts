import { crossesAccounts } from '../domain/account/tenancy.ts';
import type { Credential } from '../domain/credential/credential.ts';
import type { Job } from '../domain/job/job.ts';
import { type Circumstances, type Holders, isDue } from '../domain/job/waiting.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import type { ViewRow } from '../domain/views/row.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import type { Slots } from '../ports/slots.ts';
import type { Views } from '../ports/views.ts';
import { shareKey } from '../sharing/account-share.ts';

/** A job with data from outside its own events: what blocks it, and the lease of its running attempt. */
export type JoinedJob = Circumstances & { readonly job: Job; readonly lease: Lease | null };

/** The ports for the data that a job shows in addition to its own row. */
export type JoinPorts = {
  readonly views: Views;
  readonly leases: Pick<Leases, 'read'>;
  readonly slots: Pick<Slots, 'fullUntil'>;
};

/** `now` in ms. */
export async function joinJobs(
  jobs: readonly Job[],
  { views, leases, slots }: JoinPorts,
  now: number,
): Promise<readonly JoinedJob[]> {
  const ids = [...new Set(jobs.flatMap((job) => [job.credential_id, job.account_id]))];
  const rows = await views.get(ids, { consistent: false });
  const full = new Map<string, Promise<number | null>>();
  const isOwn = (job: Job): boolean => !crossesAccounts(job, namedCredential(job, rows));
  for (const { credential_id: credentialId, account_id: accountId } of jobs.filter(
    (job) => isDue(job, now) && isOwn(job),
  ))
    for (const id of [credentialId, shareKey('workers', accountId)])
      if (!full.has(id)) full.set(id, slots.fullUntil(id, now));
  return Promise.all(
    jobs.map(async (job) => ({
      job,
      ...holdersOf(job, rows),
      fullUntil: isOwn(job) ? ((await full.get(job.credential_id)) ?? null) : null,
      shareFullUntil: (await full.get(shareKey('workers', job.account_id))) ?? null,
      lease: job.status === 'running' && job.lease_id !== null ? await leases.read(job.lease_id) : null,
    })),
  );
}

/** What blocks a job, from view rows by id. A credential of another account does not count, and is not shown. */
export function holdersOf(job: Pick<Job, 'credential_id' | 'account_id'>, rows: ReadonlyMap<string, ViewRow>): Holders {
  const credential = namedCredential(job, rows);
  const account = rows.get(job.account_id);
  return {
    credential: crossesAccounts(job, credential) ? null : credential,
    account: account === undefined ? null : ACCOUNT_PROJECTION.fromRow(account),
  };
}

/** The credential that a job names, of any account, from view rows by id. */
export function namedCredential(
  { credential_id: id }: Pick<Job, 'credential_id'>,
  rows: ReadonlyMap<string, ViewRow>,
): Credential | null {
  const row = rows.get(id);
  return row === undefined ? null : CREDENTIAL_PROJECTION.fromRow(row);
}
