import type { Job } from '../domain/job/job.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { openOfCredential } from '../domain/views/keys.ts';
import type { IndexName, Views } from '../ports/views.ts';
import { indexPages } from './index-pages.ts';

/** A credential and its account. */
export type CredentialRef = { readonly accountId: string; readonly credentialId: string };

/** The index partition of the credential's jobs that have not ended. */
export const openPartition = ({ accountId, credentialId }: CredentialRef) =>
  ({ index: 'credential', key: openOfCredential(accountId, credentialId) }) as const satisfies {
    readonly index: IndexName;
    readonly key: string;
  };

/** The direction of a walk over the open jobs of a credential. */
export type OpenJobsRange = {
  readonly newestFirst: boolean;
  /** Entries read at a time. */
  readonly page: number;
};

/** The credential's jobs that have not ended, a page at a time, by the views: they may be behind. */
export async function* openJobs(
  views: Pick<Views, 'page' | 'get'>,
  credential: CredentialRef,
  { newestFirst, page: limit }: OpenJobsRange,
): AsyncGenerator<readonly Job[]> {
  for await (const { entries } of indexPages(views, { ...openPartition(credential), newestFirst, limit })) {
    const rows = await views.get(
      entries.map(({ id }) => id),
      { consistent: false },
    );
    yield [...rows.values()].flatMap((row) => jobOf(row) ?? []);
  }
}

/** The first page of the open jobs. */
export async function someOpenJobs(
  views: Pick<Views, 'page' | 'get'>,
  credential: CredentialRef,
  range: OpenJobsRange,
): Promise<readonly Job[]> {
  for await (const jobs of openJobs(views, credential, range)) return jobs;
  return [];
}
