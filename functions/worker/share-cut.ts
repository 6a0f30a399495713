/**
 * Ends an attempt of an account that holds more than its share of workers. The connection is cut at once, but never
 * during a command that changes the mailbox: what that command did would be unknown. So nothing has been lost by it, and
 * the job is handed back uncounted.
 */
import type { AttemptOutcome } from '../domain/attempt/outcome.ts';
import { deadlineExceeded } from './attempt/deadline-exceeded.ts';

export type ShareCut = {
  /** Aborted when the attempt is to stop. */
  readonly signal: AbortSignal;
  /** Runs a command that must not be cut. Throws MailboxFailure, with nothing sent, when the attempt is to stop. */
  unbroken<Result>(command: () => Promise<Result>): Promise<Result>;
  release(): void;
};

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

/** The outcome of an attempt that was cut: the job is handed back until then (ms), from where it has come to. */
export function handedBack(outcome: AttemptOutcome, until: number): AttemptOutcome {
  const because = 'account_share' as const;
  if (outcome.kind === 'yielded') return { kind: 'postponed', until, because, checkpoint: outcome.checkpoint };
  const wasCut =
    outcome.kind === 'failed' && outcome.failure.code === 'deadline_exceeded' && !outcome.failure.outcomeUnknown;
  return wasCut ? { kind: 'postponed', until, because } : outcome;
}
