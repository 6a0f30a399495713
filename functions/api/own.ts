/**
 * Reads the resources of the caller's accounts, with their present state in the log. A resource of another account
 * gives the same not_found as one that does not exist. The resource that the path names may belong to any account in
 * `accounts` (endpoint.ts narrows them to the account in the path, if there is one). Other resources that the request
 * names must belong to the same account as that resource: see `credentialOf`.
 */
import type { Credential } from '../domain/credential/credential.ts';
import { foldCredential } from '../domain/credential/history.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import { Problem } from '../http/problem.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Fold } from '../streams/decide-and-append.ts';

export type Owned = {
  readonly id: string;
  readonly account_id: string;
  readonly deleted: boolean;
  readonly version: number;
};

/** Reads a resource. Throws Problem not_found if it does not exist, is deleted or belongs to another account. */
export async function own<State extends Owned>(
  log: EventLog,
  streamId: string,
  accounts: readonly string[],
  fold: Fold<State>,
): Promise<State> {
  return owned(fold(await log.current(streamId)), accounts);
}

/** The folded resource, if it belongs to the caller's accounts. Throws Problem not_found. */
export function owned<State extends Owned>(state: State | null, accounts: readonly string[]): State {
  if (state === null || state.deleted || !accounts.includes(state.account_id)) throw new Problem('not_found');
  return state;
}

export const ownCredential = (log: EventLog, credentialId: string, accounts: readonly string[]): Promise<Credential> =>
  own(log, credentialId, accounts, foldCredential);

/**
 * The credential that a body, a query or a stored task of this account names. Throws Problem not_found if it does not
 * exist, is deleted or belongs to another account, even to another one of the same token.
 */
export const credentialOf = (log: EventLog, credentialId: string, accountId: string): Promise<Credential> =>
  own(log, credentialId, [accountId], foldCredential);

export const ownJob = (log: EventLog, jobId: string, accounts: readonly string[]): Promise<Job> =>
  own(log, jobId, accounts, foldJob);
