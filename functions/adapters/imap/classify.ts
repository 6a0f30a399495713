import { categoryOf, type FailureCode } from '../../domain/failure/catalogue.ts';
import { type Failure, MAX_HINT_MS } from '../../domain/failure/failure.ts';
import { CLOSED, type Evidence, evidenceOf, isBye } from './evidence.ts';
import type { Bye } from './observer.ts';
import { redact } from './redact.ts';
import { SIGNATURES } from './signatures.ts';
import type { Withheld } from './withhold-secrets.ts';

/** The facts about a failed command that are known without its answer. */
export type Circumstances = {
  /** The login is not complete. */
  readonly login: boolean;
  readonly oauth: boolean;
  /** The command changes something on the server. */
  readonly mutating: boolean;
  /** Texts that must not appear in a detail: user name, password, token. */
  readonly secrets: readonly Withheld[];
  /**
   * Texts that a server may quote in its answer, such as the mailbox's path. They must not count as the server's own
   * words.
   */
  readonly echoes: readonly string[];
  /** We ended the command: its deadline passed, or the session's signal was aborted. */
  readonly interrupted: boolean;
  /** Milliseconds to wait, which imapflow only logged before it paused. */
  readonly throttleMs: number | null;
  /** The first `error` event of the connection: the cause of a later NoConnection. */
  readonly cause: unknown;
  /** The BYE with which the server ended the connection, if it did. */
  readonly bye: Bye | null;
};

/** Codes that count in a greeting. It comes before the login, so other codes say nothing about the credential. */
const ABOUT_SERVER = new Set(['UNAVAILABLE', 'LIMIT', 'INUSE', 'THROTTLED', 'SERVERBUG']);

const codeOf = (bye: Bye | null): string =>
  bye === null || (bye.isGreeting && !ABOUT_SERVER.has(bye.code)) ? '' : bye.code;

function withoutEchoes(text: string, echoes: readonly string[]): string {
  return echoes.reduce((rest, echo) => {
    if (echo === '') return rest;
    const quoted = echo.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return rest.replace(new RegExp(`(?<![\\p{L}\\p{N}])${quoted}(?![\\p{L}\\p{N}])`, 'giu'), ' ');
  }, text);
}

/** Codes of the library and of this adapter, as text for people. */
const IN_WORDS: ReadonlyMap<string, string> = new Map([
  ['COMMAND_TIMEOUT', 'The answer was not complete at the deadline of the command.'],
  ['AnswerTooLarge', 'The answer is larger than the limit for one command.'],
  ['TooManyAnswers', 'The answer has more lines than the limit for one command.'],
  ['ResponseTooLarge', 'The answer has an item that is larger than the limit.'],
  ['LineTooLarge', 'The answer has a line that is too long.'],
  ['LiteralTooLarge', 'The answer has a literal that is too long.'],
  ['TooManyTokens', 'The answer has a line with too many words.'],
  ['TooManyMailboxes', 'The server lists too many mailboxes.'],
  ['TooManyMessages', 'The server lists more messages than one mailbox may have.'],
]);

function describe(evidence: Evidence): string {
  const responseCode = evidence.responseCode && `[${evidence.responseCode}]`;
  const status = evidence.status || (evidence.text && 'BYE');
  const said = [status, responseCode, evidence.text].filter((part) => part !== '').join(' ');
  // Node's messages contain hosts and addresses; its codes do not.
  return said || IN_WORDS.get(evidence.code) || evidence.code || evidence.message || 'No reason was given.';
}

function failure(code: FailureCode, evidence: Evidence, circumstances: Circumstances): Failure {
  const category = categoryOf(code);
  const hint = circumstances.throttleMs ?? evidence.throttleMs;
  return {
    code,
    detail: redact(describe(evidence), circumstances.secrets),
    retryAfterMs: category === 'rate_limit' && hint !== null ? Math.min(hint, MAX_HINT_MS) : null,
    outcomeUnknown: circumstances.mutating && isOutcomeUnknown(code, evidence, circumstances),
  };
}

/**
 * Without a tagged answer the command may have been carried out, however the connection ended, unless it was never
 * sent.
 */
function isOutcomeUnknown(code: FailureCode, { status }: Evidence, { throttleMs }: Circumstances): boolean {
  const category = categoryOf(code);
  if (category === 'transient' || category === 'interrupted') return true;
  return status === '' && throttleMs === null && category !== 'payload';
}

/** Classifies a failed command or login. Takes what imapflow threw; never throws. */
export function classify(error: unknown, circumstances: Circumstances): Failure {
  if (circumstances.throttleMs !== null) {
    const seconds = Math.ceil(circumstances.throttleMs / 1000);
    const throttled = evidenceOf({ message: `Throttled for ${seconds} s.` });
    return failure('rate_limited', throttled, circumstances);
  }
  if (circumstances.interrupted) {
    const stopped = evidenceOf({ message: 'Stopped at its own deadline.' });
    return failure('deadline_exceeded', stopped, circumstances);
  }
  const seen = evidenceOf(error);
  const isConsequence = CLOSED.test(seen.code) && seen.text === '' && circumstances.cause !== undefined;
  const known = isConsequence ? evidenceOf(circumstances.cause) : seen;
  const evidence = isBye(error) ? { ...known, responseCode: known.responseCode || codeOf(circumstances.bye) } : known;
  const subject = {
    ...evidence,
    text: withoutEchoes(evidence.text, circumstances.echoes),
    login: circumstances.login,
    oauth: circumstances.oauth,
    greeting: isBye(error) && circumstances.bye?.isGreeting === true,
  };
  const code = SIGNATURES.find((signature) => signature.when(subject))?.code ?? 'unknown';
  return failure(code, evidence, circumstances);
}
