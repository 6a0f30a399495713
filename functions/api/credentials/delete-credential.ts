import { userActor } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal } from '../../domain/job/job.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { openOfCredential } from '../../domain/views/keys.ts';
import { jobEvent } from '../../jobs/job-event.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendRetrying } from '../command/append-retrying.ts';
import { deleteCredentialContract } from '../contracts/credentials.ts';
import { ownCredential } from '../own.ts';
import { pageOfViews } from '../page-views.ts';
import { appendCredentialEvent } from './append-credential-event.ts';
import type { CredentialPorts } from './ports.ts';

/** What is left of the mail metadata by then is unreachable: no route shows mail of a deleted credential. */
const ERASE_MS = 15_000;

/**
 * Deletes a credential. With unfinished jobs only by force: then the secret is destroyed at once, so that whatever
 * still runs can log in no more, and the jobs are resolved, which fences running attempts off. Jobs beyond the first
 * thousand fail with `credential_not_found` when their turn comes.
 */
export const deleteCredential = (ports: CredentialPorts) =>
  endpoint(deleteCredentialContract, async ({ accounts, actor, params, query: { force }, headers, now, requestId }) => {
    const { log, vault, mail } = ports;
    const { id, version, account_id: accountId } = await ownCredential(log, params.credential_id, accounts);
    if (headers.ifMatch !== null && headers.ifMatch !== version) throw new Problem('version_conflict');
    const open = await openJobs(ports, accountId, id);
    const forced = force === 'true';
    if (open.length > 0 && !forced) throw new Problem('credential_in_use', { members: { open_jobs: open.length } });
    const at = new Date(now).toISOString();
    // The secret first: were it the other way round, a crash in between would leave a secret that nobody can name.
    await vault.destroy(id);
    await appendCredentialEvent(log, id, { uid: actor.uid, at, requestId, accounts, ifMatch: null, key: null }, () => ({
      type: 'CredentialDeleted',
      data: { force: forced },
    }));
    for (const jobId of open) await resolve(ports, jobId, { uid: actor.uid, at, requestId });
    const until = now + ERASE_MS;
    await mail.eraseCredential(id, () => Date.now() < until);
    return { status: 204 };
  });

async function openJobs(
  { views }: CredentialPorts,
  accountId: string,
  credentialId: string,
): Promise<readonly string[]> {
  const page = await pageOfViews(
    views,
    { index: 'credential', key: openOfCredential(accountId, credentialId) },
    { limit: 1_000, offset: 0, after: null },
    (row) => {
      const job = jobOf(row);
      return job !== null && !isTerminal(job.status) ? job.id : null;
    },
  );
  return page.items;
}

/** Whatever a worker appends meanwhile: the job is resolved, unless it has ended by itself. */
function resolve(
  { log }: CredentialPorts,
  jobId: string,
  { uid, at, requestId }: { readonly uid: string; readonly at: string; readonly requestId: string },
): Promise<null> {
  const by = { actor: userActor(uid), at: Date.parse(at) };
  return appendRetrying(log, async () => {
    const job = foldJob(await log.read(jobId));
    if (job === null || job.deleted || isTerminal(job.status)) return { events: null, result: null };
    return {
      events: [
        {
          ...jobEvent(job, { type: 'JobResolved', data: { note: 'the credential was deleted' } }, by),
          requestId,
          audited: true,
        },
      ],
      result: null,
    };
  });
}
