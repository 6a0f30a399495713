/**
 * What the caller's accounts own, as the log has it now. Another account's thing is as good as none: the same not_found.
 * The thing that the path names may be of any account in `accounts` (endpoint.ts narrows them to the path's own, if it
 * has one). What is named beside it must be of that thing's account: `credentialOf`.
 */
import type { Credential } from '../domain/credential/credential.ts';
import { foldCredential } from '../domain/credential/history.ts';
import type { Envelope } from '../domain/event/event.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import { Problem } from '../http/problem.ts';
import type { EventLog } from '../ports/event-log.ts';

export type Owned = { readonly account_id: string; readonly deleted: boolean; readonly version: number };
export type Fold<State extends Owned> = (history: readonly Envelope[]) => State | null;

/** Throws Problem not_found for none, a deleted one, and another account's alike. */
export async function own<State extends Owned>(
  log: EventLog,
  streamId: string,
  accounts: readonly string[],
  fold: Fold<State>,
): Promise<State> {
  return owned(fold(await log.current(streamId)), accounts);
}

/** What was folded, if it is the caller's. Throws Problem not_found. */
export function owned<State extends Owned>(state: State | null, accounts: readonly string[]): State {
  if (state === null || state.deleted || !accounts.includes(state.account_id)) throw new Problem('not_found');
  return state;
}

export const ownCredential = (log: EventLog, credentialId: string, accounts: readonly string[]): Promise<Credential> =>
  own(log, credentialId, accounts, foldCredential);

/**
 * The credential that something of this one account names: a request's body or query, or a stored task. Throws Problem
 * not_found for none, a deleted one, and another account's alike, whatever else the token reaches.
 */
export const credentialOf = (log: EventLog, credentialId: string, accountId: string): Promise<Credential> =>
  own(log, credentialId, [accountId], foldCredential);

export const ownJob = (log: EventLog, jobId: string, accounts: readonly string[]): Promise<Job> =>
  own(log, jobId, accounts, foldJob);
