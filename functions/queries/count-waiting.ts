import { type Account, foldAccount } from '../domain/account/account.ts';
import type { Credential } from '../domain/credential/credential.ts';
import { waitOfHolders, waitsForCredential } from '../domain/job/waiting.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { openOfCredential } from '../domain/views/keys.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';
import { pageOfViews } from './page-views.ts';

/** Jobs looked at, oldest first, since a job that waits is more often an old one: about as many half read units. */
const MOST_EXAMINED = 1_000;

/**
 * Jobs that this credential keeps from starting at `now` (ms), as a search by `credential_id` and the four reasons that
 * lie in a credential counts them. 0 without a look while it holds none. `account`: its own, null when never paused.
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
    { index: 'credential', key: openOfCredential(credential.account_id, credential.id) },
    { limit: MOST_EXAMINED, offset: 0, after: null },
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

/** The same with the account as its log has it. */
export async function countWaitingNow(
  credential: Credential,
  { log, views }: { readonly log: EventLog; readonly views: Views },
  now: number,
): Promise<number> {
  if (!holds(credential, now)) return 0;
  return countWaiting(credential, foldAccount(await log.current(credential.account_id)), views, now);
}
