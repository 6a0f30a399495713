import type { Job } from '../domain/job/job.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { openOfCredential } from '../domain/views/keys.ts';
import type { IndexName, Views } from '../ports/views.ts';

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
  const partition = openPartition(credential);
  let last: string | null = null;
  for (let more = true; more; ) {
    const range = newestFirst ? { above: null, below: last } : { above: last, below: null };
    const page: Awaited<ReturnType<Views['page']>> = await views.page({ ...partition, newestFirst, limit, ...range });
    const ids = page.entries.map(({ id }) => id);
    const rows = await views.get(ids, { consistent: false });
    yield [...rows.values()].flatMap((row) => jobOf(row) ?? []);
    last = page.entries.at(-1)?.sort ?? last;
    more = page.more;
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
