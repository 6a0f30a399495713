import { type Account, foldAccount } from '../domain/account/account.ts';
import type { Credential } from '../domain/credential/credential.ts';
import { waitOfHolders, waitsForCredential } from '../domain/job/waiting.ts';
import { jobOf } from '../domain/views/job-view.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';
import { openPartition } from './open-jobs.ts';
import { pageOfViews } from './page-views.ts';

/**
 * Maximum number of jobs to examine, oldest first, since waiting jobs are usually old. It costs about half as many
 * read units.
 */
const MAX_EXAMINED = 1_000;

/**
 * Number of jobs that this credential blocks at `now` (ms), the same as a search by `credential_id` and the four
 * reasons of a credential. 0 without a read while it blocks none. `account`: the credential's own; null when it was
 * never paused.
 */
export async function countWaiting(
  credential: Credential,
  account: Account | null,
  views: Views,
  now: number,
): Promise<number> {
  if (!holds(credential, now)) return 0;
  const page = await pageOfViews(
    views,
    openPartition({ accountId: credential.account_id, credentialId: credential.id }),
    { limit: MAX_EXAMINED, offset: 0, after: null },
    (row) => {
      const job = jobOf(row);
      return job !== null && waitsForCredential(job, { credential, account }, now) ? job.id : null;
    },
    false,
  );
  return page.items.length;
}

const holds = (credential: Credential, now: number): boolean =>
  waitOfHolders({ credential, account: null }, now) !== null;

/** The same number; the account is read from its log. */
export async function countWaitingNow(
  credential: Credential,
  { log, views }: { readonly log: EventLog; readonly views: Views },
  now: number,
): Promise<number> {
  if (!holds(credential, now)) return 0;
  return countWaiting(credential, foldAccount(await log.current(credential.account_id)), views, now);
}
