/**
 * Stops an attempt of an account that holds more than its share of workers. The connection is closed at once, but never
 * during a command that changes the mailbox, because its outcome would be unknown. So nothing is lost, and the job is
 * handed back without counting the attempt.
 */
import type { AttemptOutcome } from '../domain/attempt/outcome.ts';
import { deadlineExceeded } from './attempt/deadline-exceeded.ts';

export type ShareCut = {
  /** Aborted when the attempt must stop. */
  readonly signal: AbortSignal;
  /**
   * Runs a command that must not be interrupted. Throws MailboxFailure, with nothing sent, when the attempt must stop.
   */
  unbroken<Result>(command: () => Promise<Result>): Promise<Result>;
  release(): void;
};

/** Stops an attempt when `over` is aborted. */
export function shareCut(over: AbortSignal): ShareCut {
  const cut = new AbortController();
  let running = 0;
  const check = (): void => {
    if (over.aborted && running === 0) cut.abort(over.reason);
  };
  check();
  over.addEventListener('abort', check, { once: true });
  return {
    signal: cut.signal,
    async unbroken(command) {
      if (cut.signal.aborted) throw deadlineExceeded('The account holds its share of workers.');
      running += 1;
      try {
        return await command();
      } finally {
        running -= 1;
        check();
      }
    },
    release: () => over.removeEventListener('abort', check),
  };
}

/** The outcome of a stopped attempt: the job is handed back until `until` (ms), at its last checkpoint. */
export function handedBack(outcome: AttemptOutcome, until: number): AttemptOutcome {
  const because = 'account_share' as const;
  if (outcome.kind === 'yielded') return { kind: 'postponed', until, because, checkpoint: outcome.checkpoint };
  const wasCut =
    outcome.kind === 'failed' && outcome.failure.code === 'deadline_exceeded' && !outcome.failure.outcomeUnknown;
  return wasCut ? { kind: 'postponed', until, because } : outcome;
}
