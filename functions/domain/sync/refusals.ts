/**
 * What a folder that cannot be opened or read means for it and for the sync. One folder's failure costs that folder: it
 * is noted, passed over, and tried again later and later. Only what is true of the whole credential or host ends a sync.
 */
import { categoryOf, condemnsCredential, type FailureCode } from '../failure/catalogue.ts';
import type { Failure } from '../failure/failure.ts';
import type { FolderError } from '../mail/mailbox.ts';

const MINUTE_MS = 60_000;
const FIRST_WAIT_MS = 10 * MINUTE_MS;
const MOST_WAIT_MS = 6 * 60 * MINUTE_MS;
/** Enough to reach the longest wait. */
const MOST_TRIES = 20;

/** Not answers of a folder, though their scope is the job. */
const OF_THE_JOB: readonly FailureCode[] = [
  'credential_not_found',
  'credential_changed',
  'credential_of_another_account',
  'worker_lost',
];

/** Whether other folders may be well when one fails like this. */
export function concernsFolder(code: FailureCode): boolean {
  const category = categoryOf(code);
  if (category === 'rate_limit' || category === 'authentication' || category === 'configuration') return false;
  return !condemnsCredential(code) && !OF_THE_JOB.includes(code);
}

/** Whether the server itself may be in trouble when folder after folder fails like this. */
function mayBeOfServer(code: FailureCode): boolean {
  // A limit may be one folder's own, or a rate limit without a text that says so.
  if (code === 'limit_reached') return true;
  return ['transient', 'interrupted'].includes(categoryOf(code)) && concernsFolder(code);
}

/** Folders in a row that fail for the same such reason before the server is asked about another one. */
const MOST_ALIKE = 3;

/** Whether the last folders, one after the other, give reason to ask whether it is the server. `codes`: oldest first. */
export function suggestsServer(codes: readonly FailureCode[]): boolean {
  const last = codes.slice(-MOST_ALIKE);
  const [code] = last;
  return code !== undefined && last.length === MOST_ALIKE && mayBeOfServer(code) && last.every((each) => each === code);
}

/**
 * The error to store for a folder, after the one stored before it. `at`: ms since the epoch. `own`: another folder could
 * be read meanwhile, so the folder is at fault and not the server. Only then does it wait before it is tried again.
 */
export function refusedAgain(
  before: FolderError | null,
  { code, detail }: Pick<Failure, 'code' | 'detail'>,
  at: number,
  own: boolean,
): FolderError {
  const now = new Date(at).toISOString();
  const tries = before?.tries ?? 0;
  return { code, detail, since: before?.since ?? now, at: now, tries: own ? Math.min(tries + 1, MOST_TRIES) : 0 };
}

/** When a sync of all folders tries the folder again, ms since the epoch: 10 minutes later, then twice as long, up to 6 hours. */
export function triedAgainAt({ at, tries }: Pick<FolderError, 'at' | 'tries'>): number {
  if (tries === 0) return Date.parse(at);
  return Date.parse(at) + Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
}

export type Turn = {
  /** Ms since the epoch. */
  readonly now: number;
  /** When the attempt's first part began, ms since the epoch: what an earlier part has tried is not tried twice. Null in the first. */
  readonly startedAt: number | null;
  /** A full sync does not wait. */
  readonly full: boolean;
};

/** Whether a sync of all folders passes the folder over without a command. */
export function isWaiting(error: FolderError | null, { now, startedAt, full }: Turn): boolean {
  if (error === null) return false;
  return (startedAt !== null && Date.parse(error.at) >= startedAt) || (!full && triedAgainAt(error) > now);
}
