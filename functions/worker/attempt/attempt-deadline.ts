/**
 * The time limit of an attempt, apart from its lease: it ends while its function still has the time to say so. At the
 * limit the connection is cut, and the command under way fails with `deadline_exceeded`, unknown if it changes
 * something. An attempt that does not notice is left behind: it has no connection any more, and no place in the log.
 */
import { isMutating } from '../../domain/action/catalogue.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import type { Job } from '../../domain/job/job.ts';

/** For the action to give up what it was doing when it was cut off. */
const GRACE_MS = 3_000;
const DETAIL = 'The attempt was stopped at its time limit.';

/** Runs an attempt for at most `ms`; its signal is aborted then. */
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
  failure: { code: 'deadline_exceeded', detail: DETAIL, retryAfterMs: null, outcomeUnknown },
});
