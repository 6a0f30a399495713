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
  /** Until when the caller would wait, ms since the epoch. */
  readonly until: number;
  readonly isOver: (thing: Thing) => boolean;
  /** The thing as it is now, from what was known of it. */
  readonly look: (thing: Thing) => Promise<Thing>;
};

/** `isApplied`: it was waited for, or there was nothing to wait for. */
export type Waited<Thing> = { readonly thing: Thing; readonly isApplied: boolean };

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 2_000;
const GROWTH = 1.5;

/** How long to pause before the next look, ms; `previous`: the pause before the last one, null before the first. */
export const nextPause = (previous: number | null): number =>
  previous === null ? FIRST_PAUSE_MS : Math.min(previous * GROWTH, MAX_PAUSE_MS);

/**
 * The thing once its wait is over, or as it is when the time is. It is looked at after a quarter of a second and then
 * less and less often, up to every two seconds: 14 looks in 20 s. An account whose share of requests that wait is used up
 * is answered at once: to wait is a preference (RFC 7240, section 2), and what is waited for goes on anyway.
 */
export async function waitFor<Thing>(
  thing: Thing,
  { accountId, until, isOver, look }: Wait<Thing>,
  { slots, ids, accountWaits }: WaitPorts,
): Promise<Waited<Thing>> {
  if (isOver(thing)) return { thing, isApplied: true };
  if (Date.now() + FIRST_PAUSE_MS >= until) return { thing, isApplied: false };
  // The other half is for tests of credentials: they are refused where no place is free.
  const share = { kind: 'waits', most: Math.ceil(accountWaits / 2) } as const;
  // What is waited for has been accepted: when the store does not answer, nobody waits for it.
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
 * The job once it has ended or was deleted, or once an event has put it off to a time after `until` (ms): an attempt
 * failed and is made again later, say. A job that was put off before is waited for all the same, so that a client that
 * asks again and again does not ask faster.
 */
export function waitForJob(
  job: Job,
  until: number,
  { log, ...ports }: WaitPorts & { readonly log: Pick<EventLog, 'read'> },
): Promise<Waited<Job>> {
  const isOver = (seen: Job): boolean =>
    seen.deleted || isTerminal(seen.status) || (seen.version !== job.version && isPutOff(seen, until));
  const look = async (seen: Job): Promise<Job> => foldJob(await log.read(job.id, seen.version), seen) ?? seen;
  return waitFor(job, { accountId: job.account_id, until, isOver, look }, ports);
}

const isPutOff = ({ next_attempt_at: at }: Job, until: number): boolean => at !== null && Date.parse(at) > until;
