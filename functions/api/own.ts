/** What the caller's accounts own, as the log has it now. Another account's thing is as good as none: the same not_found. */
import { type Credential, foldCredential } from '../domain/credential/credential.ts';
import type { Envelope } from '../domain/event/event.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import type { EventLog } from '../ports/event-log.ts';
import { Problem } from '../runtime/http/problem.ts';

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

export const ownJob = (log: EventLog, jobId: string, accounts: readonly string[]): Promise<Job> =>
  own(log, jobId, accounts, foldJob);
