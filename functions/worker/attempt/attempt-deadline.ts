/**
 * The time limit of an attempt, apart from its lease. It leaves the function enough time to record the outcome. At the
 * limit the connection is closed, and the running command fails with `deadline_exceeded`; its outcome is unknown if it
 * changes the mailbox. An action that does not react is abandoned: it has no connection any more and cannot append to
 * the log.
 */

import { isMutating } from '../../domain/action/catalogue.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import { failureOf } from '../../domain/failure/failure.ts';
import type { Job } from '../../domain/job/job.ts';

/** Time for the action to end after its connection was closed. */
const GRACE_MS = 3_000;
const DETAIL = 'The attempt was stopped at its time limit.';

/**
 * Runs an attempt for at most `ms`, then aborts its signal. Returns its outcome, or `deadline_exceeded` if the action
 * does not end.
 */
export async function withinTime(
  job: Job,
  ms: number,
  run: (limit: AbortSignal) => Promise<AttemptOutcome>,
): Promise<AttemptOutcome> {
  const limit = new AbortController();
  const { promise: leftBehind, resolve } = Promise.withResolvers<AttemptOutcome>();
  const timers = [
    setTimeout(() => limit.abort(new Error(DETAIL)), ms),
    setTimeout(() => resolve(stopped(isMutating(job.action))), ms + GRACE_MS),
  ];
  try {
    const outcome = await Promise.race([run(limit.signal), leftBehind]);
    const wasCut = limit.signal.aborted && outcome.kind === 'failed' && outcome.failure.code === 'deadline_exceeded';
    return wasCut ? stopped(outcome.failure.outcomeUnknown) : outcome;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

const stopped = (outcomeUnknown: boolean): AttemptOutcome => ({
  kind: 'failed',
  failure: { ...failureOf('deadline_exceeded', DETAIL), outcomeUnknown },
});
