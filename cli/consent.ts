/** Asks before something is done that cannot be undone, or that is done to many. Without an agreement nothing is sent. */
import { Declined } from './errors.ts';
import { answerTo, hasTerminal } from './terminal.ts';

/** From so many deletions on, the number must be typed. */
const TYPED_FROM = 1_000;

type Question = {
  /** What is to be done, as an imperative: `Delete 12 jobs`. */
  readonly what: string;
  /** Whether `--yes` is given. */
  readonly isAgreed: boolean;
  /** How many things are deleted; 0 if nothing is. */
  readonly deletions?: number;
};

/** Returns when somebody agrees. Throws Declined otherwise, and at once without a terminal. */
export async function requireConsent({ what, isAgreed, deletions = 0 }: Question): Promise<void> {
  if (isAgreed) return;
  if (!hasTerminal())
    throw new Declined(`${what}? There is no terminal to ask. Nothing was sent. Repeat it with --yes`);
  if (deletions > TYPED_FROM) {
    const answer = await answerTo(`${what}? Type the number to go on: `);
    if (answer.replaceAll(',', '').trim() === String(deletions)) return;
  } else {
    const answer = await answerTo(`${what}? [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  }
  throw new Declined('Nothing was sent');
}
