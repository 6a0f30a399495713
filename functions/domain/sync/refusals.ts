/**
 * What a folder that cannot be opened or read means for the folder and for the sync. One folder's failure affects that
 * folder only: it is recorded, skipped, and tried again with growing waits. Only a failure of the whole credential or
 * host ends a sync.
 */
import { categoryOf, condemnsCredential, type FailureCode } from '../failure/catalogue.ts';
import type { Failure } from '../failure/failure.ts';
import type { FolderError } from '../mail/mailbox.ts';

const MINUTE_MS = 60_000;
const FIRST_WAIT_MS = 10 * MINUTE_MS;
const MAX_WAIT_MS = 6 * 60 * MINUTE_MS;
/** Enough to reach the maximum wait. */
const MAX_TRIES = 20;

/** Failures with the scope `job` that are not about a folder. */
const OF_THE_JOB: readonly FailureCode[] = [
  'credential_not_found',
  'credential_changed',
  'credential_of_another_account',
  'worker_lost',
];

/** Whether other folders may work although one fails with this code. */
export function concernsFolder(code: FailureCode): boolean {
  const category = categoryOf(code);
  if (category === 'rate_limit' || category === 'authentication' || category === 'configuration') return false;
  return !condemnsCredential(code) && !OF_THE_JOB.includes(code);
}

/** Whether the server itself may have a problem when several folders in a row fail with this code. */
function mayBeOfServer(code: FailureCode): boolean {
  // It may be the limit of one folder, or a rate limit that the server did not name.
  if (code === 'limit_reached') return true;
  return ['transient', 'interrupted'].includes(categoryOf(code)) && concernsFolder(code);
}

/** After this many folders in a row with the same such failure, the server is checked before the next folder. */
const MAX_ALIKE = 3;

/** Whether the failures of the last folders suggest a problem of the server. `codes`: oldest first. */
export function suggestsServer(codes: readonly FailureCode[]): boolean {
  const last = codes.slice(-MAX_ALIKE);
  const [code] = last;
  return code !== undefined && last.length === MAX_ALIKE && mayBeOfServer(code) && last.every((each) => each === code);
}

/**
 * The error to store for a folder, given the one stored before. `at`: ms since the epoch. `own`: another folder was
 * read meanwhile, so the problem is in the folder and not in the server. Only then does the folder wait before the
 * next try.
 */
export function refusedAgain(
  before: FolderError | null,
  { code, detail }: Pick<Failure, 'code' | 'detail'>,
  at: number,
  own: boolean,
): FolderError {
  const now = new Date(at).toISOString();
  const tries = before?.tries ?? 0;
  return { code, detail, since: before?.since ?? now, at: now, tries: own ? Math.min(tries + 1, MAX_TRIES) : 0 };
}

/**
 * When a sync of all folders tries the folder again, in ms since the epoch: after 10 minutes, then twice as long each
 * time, up to 6 hours.
 */
export function triedAgainAt({ at, tries }: Pick<FolderError, 'at' | 'tries'>): number {
  if (tries === 0) return Date.parse(at);
  return Date.parse(at) + Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
}

export type Turn = {
  /** Ms since the epoch. */
  readonly now: number;
  /**
   * When the attempt started, in ms since the epoch: a folder that it has already tried is not tried twice. Null in
   * its first run.
   */
  readonly startedAt: number | null;
  /** In a full sync folders do not wait. */
  readonly full: boolean;
};

/** Whether a sync of all folders skips the folder without a command. */
export function isWaiting(error: FolderError | null, { now, startedAt, full }: Turn): boolean {
  if (error === null) return false;
  return (startedAt !== null && Date.parse(error.at) >= startedAt) || (!full && triedAgainAt(error) > now);
}
