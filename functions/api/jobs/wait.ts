import { setTimeout as pause } from 'node:timers/promises';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal, type Job } from '../../domain/job/job.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { type SharePorts, takePlace } from '../../sharing/account-share.ts';

export type WaitPorts = Pick<SharePorts, 'slots' | 'ids'> & {
  /** How many requests of one account may wait at once. */
  readonly accountWaits: number;
};

export type Wait<Thing> = {
  readonly accountId: string;
  /** The end of the wait, ms since the epoch. */
  readonly until: number;
  readonly isOver: (thing: Thing) => boolean;
  /** Reads the present state of the resource, starting from the known one. */
  readonly look: (thing: Thing) => Promise<Thing>;
};

/** `isApplied`: the request waited, or did not need to. */
export type Waited<Thing> = { readonly thing: Thing; readonly isApplied: boolean };

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 2_000;
const GROWTH = 1.5;

/** Time before the next read, ms. `previous`: the time before the last read; null before the first one. */
export const nextPause = (previous: number | null): number =>
  previous === null ? FIRST_PAUSE_MS : Math.min(previous * GROWTH, MAX_PAUSE_MS);

/**
 * Waits until the work has ended, or until the time is over; returns the state then. It reads after a quarter of a
 * second and then less often, at last every two seconds: 14 reads in 20 s. If too many requests of the account
 * wait already, the answer comes at once: waiting is a preference (RFC 7240, section 2), and the work continues anyway.
 */
export async function waitFor<Thing>(
  thing: Thing,
  { accountId, until, isOver, look }: Wait<Thing>,
  { slots, ids, accountWaits }: WaitPorts,
): Promise<Waited<Thing>> {
  if (isOver(thing)) return { thing, isApplied: true };
  if (Date.now() + FIRST_PAUSE_MS >= until) return { thing, isApplied: false };
  // The other half is reserved for tests of credentials, which are refused if no place is free.
  const share = { kind: 'waits', most: Math.ceil(accountWaits / 2) } as const;
  // The work is accepted already: if the store does not answer, the request just does not wait.
  const place = await takePlace(accountId, share, { slots, ids, now: () => Date.now() }).catch(() => null);
  if (place === null) return { thing, isApplied: false };
  const lookAgain = (seen: Thing): Promise<Thing> => look(seen).catch(() => seen);
  try {
    let seen = thing;
    let next = nextPause(null);
    while (!isOver(seen) && Date.now() < until) {
      await pause(Math.min(next, until - Date.now()));
      seen = await lookAgain(seen);
      next = nextPause(next);
    }
    return { thing: seen, isApplied: true };
  } finally {
    await place.release();
  }
}

/**
 * Waits until the job has ended or was deleted, or until an event defers it to a time after `until` (ms), for example a
 * failed attempt with a later retry. A job that was deferred before the request is waited for as well. Otherwise a
 * client that polls would poll without a pause.
 */
export function waitForJob(
  job: Job,
  until: number,
  { log, ...ports }: WaitPorts & { readonly log: Pick<EventLog, 'read'> },
): Promise<Waited<Job>> {
  const isOver = (seen: Job): boolean =>
    seen.deleted || isTerminal(seen.status) || (seen.version !== job.version && isDeferred(seen, until));
  const look = async (seen: Job): Promise<Job> => foldJob(await log.read(job.id, seen.version), seen) ?? seen;
  return waitFor(job, { accountId: job.account_id, until, isOver, look }, ports);
}

const isDeferred = ({ next_attempt_at: at }: Job, until: number): boolean => at !== null && Date.parse(at) > until;
