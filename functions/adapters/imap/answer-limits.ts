/**
 * How much a server may send in answer to one command. Anybody can give us the address of a server that sends without
 * end: the limits bound the memory for reading it. They are far above what a mailbox of 200,000 messages needs.
 * `docs/decisions/0025-answers-have-limits.md` has the table and its reasons.
 */

const KB = 1024;
const MB = 1024 * KB;

/** A mailbox counts for at most this many messages, whatever the server reports. */
const MAX_MESSAGES = 250_000;
/** Numbers and ranges of one SEARCH, and the tolerance for servers that count messages wrongly. */
const MAX_FOUND = 500_000;
const MISCOUNTED = 100_000;
/** UIDs in the ranges of one SEARCH. */
export const MAX_UIDS = 5_000_000;
/** Messages of one FETCH of envelopes. */
const MAX_ENVELOPES = 1_000;

export type AnswerLimits = {
  /** All bytes until the command is complete. */
  readonly bytes: number;
  /** Lines, each with its literals. */
  readonly answers: number;
  /** Bytes of one line or of one literal; an answer with several of them may have twice that. */
  readonly line: number;
  /** Words and lists of one answer: each needs a hundred bytes of memory for two bytes on the wire. */
  readonly tokens: number;
  /** Numbers and ranges of a SEARCH. */
  readonly found: number;
};

export type Asked = {
  /** Upper case. */
  readonly command: string;
  /** Messages named by the command; 0 if it names none. */
  readonly messages: number;
  /** A FETCH that asks for more than flags. */
  readonly envelopes: boolean;
  /** Messages of the selected mailbox, as the server counts them; 0 while none is selected. */
  readonly exists: number;
};

/** From the greeting to the end of the login: no answer is long. */
const LOGIN: AnswerLimits = { bytes: 256 * KB, answers: 1_000, line: 64 * KB, tokens: 5_000, found: 0 };
const LOGIN_COMMANDS = new Set(['CAPABILITY', 'STARTTLS', 'ID', 'LOGIN', 'AUTHENTICATE', 'NAMESPACE', 'ENABLE']);

const ORDINARY: AnswerLimits = { bytes: MB, answers: 10_000, line: MB, tokens: 50_000, found: 0 };

/** The limits before the first command. */
export const GREETING = LOGIN;

/** The limits while no command runs: a server may then only report changes of the selected mailbox. */
export const idleLimits = (exists: number): AnswerLimits => more(ORDINARY, news(exists));

/** The limits of the answer to a command. */
export function limitsOf({ command, messages, envelopes, exists }: Asked): AnswerLimits {
  if (LOGIN_COMMANDS.has(command)) return LOGIN;
  const usual = idleLimits(exists);
  const known = Math.min(messages, Math.max(exists, 0) + ORDINARY.answers, MAX_MESSAGES);
  switch (command) {
    case 'LIST':
    case 'XLIST':
      return { ...ORDINARY, bytes: 8 * MB, answers: 30_000 };
    case 'UID SEARCH': {
      const found = MISCOUNTED + Math.min(exists, MAX_FOUND);
      const bytes = 11 * found;
      // A list with irregular syntax is read word by word.
      return { ...more(usual, { bytes, answers: 0 }), line: bytes, tokens: 4 * ORDINARY.tokens, found };
    }
    case 'UID FETCH': {
      const asked = Math.min(messages, MAX_ENVELOPES);
      if (envelopes) return more(usual, { bytes: MB + asked * 32 * KB, answers: 4 * asked });
      return more(usual, { bytes: known * 256, answers: 2 * known });
    }
    case 'UID STORE':
      return more(usual, { bytes: known * 512, answers: 2 * known });
    case 'UID COPY':
    case 'UID MOVE':
    case 'UID EXPUNGE':
      return more(usual, { bytes: known * 64, answers: 2 * known });
    default:
      return usual;
  }
}

type Share = Pick<AnswerLimits, 'bytes' | 'answers'>;

/** Any answer may also report changes by other clients, such as the removal of every message at once. */
function news(exists: number): Share {
  const messages = Math.min(exists, MAX_MESSAGES);
  return { bytes: messages * 64, answers: messages };
}

function more(limits: AnswerLimits, { bytes, answers }: Share): AnswerLimits {
  return { ...limits, bytes: limits.bytes + bytes, answers: limits.answers + answers };
}
