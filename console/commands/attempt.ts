import { ApiProblem } from '../../client/index.ts';
import { SignInNeeded } from '../session/sign-in-needed.ts';

/** A command that has been sent, and has not succeeded. Its further tries are the same command for the service. */
export type Attempt = {
  readonly idempotencyKey: string;
  /** When its first try was sent, ms. Times in its body are counted from here, so that each try has the same body. */
  readonly at: number;
  /** A try of it got no answer that says whether it was carried out. */
  readonly mayBeDone: boolean;
};

/** The attempt of this try: the one that is held, or a new one that starts now. `now` in ms. */
export const attemptOf = (held: Attempt | null, now: number): Attempt =>
  held ?? { idempotencyKey: crypto.randomUUID(), at: now, mayBeDone: false };

/** Whether the service has carried out a command under this key that had another body. */
export const isDoneAlready = (error: unknown): boolean =>
  error instanceof ApiProblem && error.code === 'idempotency_key_reused';

/**
 * What the next try goes on with after a failure; null: it is a command of its own. A refusal ends the attempt only if
 * the service has judged the command, and no earlier try can have been carried out.
 */
export function afterFailure(attempt: Attempt, error: unknown): Attempt | null {
  const status = error instanceof ApiProblem ? error.status : null;
  if (error instanceof SignInNeeded || status === 401 || status === 403) return attempt;
  const isJudged = status !== null && status < 500 && status !== 429 && !isDoneAlready(error);
  if (!isJudged) return { ...attempt, mayBeDone: true };
  return attempt.mayBeDone ? attempt : null;
}
