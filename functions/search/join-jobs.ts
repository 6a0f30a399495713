import type { Credential } from '../domain/credential/credential.ts';
import type { Job } from '../domain/job/job.ts';
import { CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import type { Views } from '../ports/views.ts';

/** A job with what it does not tell itself: its credential's health, and the lease of its attempt while it runs. */
export type JoinedJob = { readonly job: Job; readonly credential: Credential | null; readonly lease: Lease | null };
export type JoinPorts = { readonly views: Views; readonly leases: Pick<Leases, 'read'> };

export async function joinJobs(jobs: readonly Job[], { views, leases }: JoinPorts): Promise<readonly JoinedJob[]> {
  const ids = [...new Set(jobs.map((job) => job.credential_id))];
  const rows = await views.get(ids, { consistent: false });
  const credentials = new Map([...rows].map(([id, row]) => [id, CREDENTIAL_PROJECTION.fromRow(row)]));
  return Promise.all(
    jobs.map(async (job) => ({
      job,
      credential: credentials.get(job.credential_id) ?? null,
      lease: job.status === 'running' && job.lease_id !== null ? await leases.read(job.lease_id) : null,
    })),
  );
}
