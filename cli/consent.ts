/** Asks before a command that cannot be undone, or that changes many things. Without consent nothing is sent. */
import { Declined } from './errors.ts';
import { answerTo, hasTerminal } from './terminal.ts';

/** To delete more things than this, their number must be typed. */
const TYPED_FROM = 1_000;
/** What must be typed to delete things whose number is not known. */
const TYPED_SENTENCE = 'delete all that match';

export type Question = {
  /** What is to be done, as an imperative: `Delete 12 jobs`. */
  readonly what: string;
  /** How many things are deleted; 0 if none. */
  readonly deletions?: number | 'unknown';
};

/**
 * Returns when the user agrees, or has agreed by `--yes` (`isAgreed`). Throws Declined otherwise, and at once without a
 * terminal.
 */
export async function requireConsent({
  isAgreed,
  ...question
}: Question & { readonly isAgreed: boolean }): Promise<void> {
  if (isAgreed) return;
  if (!hasTerminal())
    throw new Declined(`${question.what}? There is no terminal to ask. Nothing was sent. Repeat it with --yes`);
  const { text, agrees } = asked(question);
  if (!agrees((await answerTo(text)).trim())) throw new Declined('Nothing was sent');
}

/** The text of the question, and which answers agree. */
export function asked({ what, deletions = 0 }: Question): { text: string; agrees(answer: string): boolean } {
  if (deletions === 'unknown')
    return {
      text: `${what}? Type "${TYPED_SENTENCE}" to go on: `,
      agrees: (answer) => answer.toLowerCase() === TYPED_SENTENCE,
    };
  if (deletions > TYPED_FROM)
    return {
      text: `${what}? Type the number to go on: `,
      agrees: (answer) => answer.replaceAll(',', '') === String(deletions),
    };
  return { text: `${what}? [y/N] `, agrees: (answer) => /^y(es)?$/i.test(answer) };
}
