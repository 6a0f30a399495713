import type { ImapAttribute, ImapFlow, ImapResponse, StatusObject } from 'imapflow';
import { parseStatusList } from 'imapflow/lib/commands/status-fields.js';
import { getStringList, getStringValue } from 'imapflow/lib/tools.js';
import { canonicalPath } from '../../domain/action/message-set.ts';
import type { FailureCode } from '../../domain/failure/catalogue.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import { nameOfOctets } from '../../domain/mail/mailbox-name.ts';
import type { MailboxList } from '../../ports/mailbox.ts';
import { evidenceOf } from './evidence.ts';
import { atom, execute } from './execute.ts';
import type { Line } from './line.ts';
import { type ListCircumstances, type ListRow, toListedMailboxes } from './mailbox-list.ts';
import { problem } from './problem.ts';
import { assertUnlimited } from './read-messages.ts';

/** Further mailboxes are skipped. */
const MAX_MAILBOXES = 10_000;
/** Octets. Servers allow at most 4,096, for all levels together. */
const MAX_NAME = 4_096;
const MAX_FLAGS = 50;

type Answer = {
  readonly rows: ListRow[];
  /** By name. */
  readonly statuses: Map<string, StatusObject>;
  /** Lines of LIST that could not be read. */
  damaged: number;
  /** Number of mailboxes above the maximum. */
  passedOver: number;
};

const nameIn = (word: ImapAttribute | undefined): string | null => {
  const value = word?.value;
  if ((typeof value !== 'string' && !Buffer.isBuffer(value)) || value.length > MAX_NAME) return null;
  if (typeof value === 'string') return value.includes('\0') ? null : canonicalPath(value);
  return canonicalPath(nameOfOctets(value));
};

/** Adds a line to the answer, or counts it as damaged. */
function takeRow({ attributes }: ImapResponse, answer: Answer): void {
  const [flags, separator, word, ...more] = attributes ?? [];
  const listed = nameIn(word);
  const delimiter = separator === null ? '' : getStringValue(separator);
  const isWhole = Array.isArray(flags) && delimiter !== undefined && more.every((each) => Array.isArray(each));
  if (!isWhole || listed === null) {
    answer.damaged += 1;
    return;
  }
  // The root is not a mailbox.
  if (listed === '') return;
  if (answer.rows.length >= MAX_MAILBOXES) {
    answer.passedOver += 1;
    return;
  }
  // A delimiter has one character; the name itself is still valid.
  if (delimiter.length > 1) answer.damaged += 1;
  const lower = new Set(getStringList(flags.slice(0, MAX_FLAGS)).map((flag) => flag.toLowerCase()));
  // XLIST gives INBOX a name in the user's language, and the server accepts both names.
  const name = lower.has('\\inbox') ? 'INBOX' : listed;
  answer.rows.push({ name, delimiter: delimiter.length === 1 ? delimiter : null, flags: lower });
}

/** The status of one mailbox, without the parts that cannot be read. */
function takeStatus({ attributes }: ImapResponse, { statuses }: Answer): void {
  const [word, list] = attributes ?? [];
  const name = nameIn(word);
  if (name === null || !Array.isArray(list) || statuses.size >= MAX_MAILBOXES) return;
  const status: StatusObject = { path: name };
  parseStatusList(list, (key, value) => Object.assign(status, { [key]: value }));
  statuses.set(name, status);
}

const nothing = (): Answer => ({ rows: [], statuses: new Map(), damaged: 0, passedOver: 0 });

/** Fills the answer with what arrives. */
async function ask(
  client: ImapFlow,
  command: string,
  pattern: string,
  options: readonly unknown[],
  answer: Answer,
): Promise<void> {
  const take = (line: ImapResponse): void => takeRow(line, answer);
  const words = ['', { type: 'STRING', value: pattern }, ...(options.length === 0 ? [] : [atom('RETURN'), options])];
  await execute(client, command, words, { [command]: take, STATUS: (line) => takeStatus(line, answer) });
}

/**
 * The options to request with the names, from most to least: some servers refuse options with BAD although they
 * advertise them.
 */
function optionsOf(client: ImapFlow, statuses: boolean, condstore: boolean): readonly (readonly unknown[])[] {
  const has = (name: string): boolean => client.capabilities.has(name);
  if (!statuses || !has('LIST-STATUS')) return [[]];
  const items = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', ...(condstore ? ['HIGHESTMODSEQ'] : [])].map(atom);
  // If options are requested, servers omit what they would otherwise send.
  const more = [
    ...(has('SPECIAL-USE') ? ['SPECIAL-USE'] : []),
    ...(has('CHILDREN') || has('LIST-EXTENDED') ? ['CHILDREN'] : []),
  ].map(atom);
  return [[atom('STATUS'), items, ...more], ...(more.length === 0 ? [] : [[atom('STATUS'), items]]), []];
}

/**
 * Runs one LIST and returns what could be read of the answer, also of one that was too long or stopped in the middle,
 * which ends the connection. Throws every other error that ended the connection, and the refusal of a LIST without options.
 */
export async function listMailboxes(
  line: Line,
  statuses: boolean,
  circumstances: ListCircumstances,
): Promise<MailboxList> {
  const { client, observer } = line;
  const command = client.capabilities.has('XLIST') && !circumstances.specialUse ? 'XLIST' : 'LIST';
  const stages = optionsOf(client, statuses, circumstances.condstore);
  for (const [stage, options] of stages.entries()) {
    const before = observer.damagedLines;
    const answer = nothing();
    const read = () => toListedMailboxes(answer.rows, answer.statuses, circumstances);
    try {
      await ask(client, command, '*', options, answer);
      return { mailboxes: read(), fault: faultOf(line, answer, answer.damaged + observer.damagedLines - before) };
    } catch (error) {
      const failure = line.failureOf(error);
      if (isCutOff(failure.code, answer)) return { mailboxes: read(), fault: failure };
      const { status, code } = evidenceOf(error);
      if (stage === stages.length - 1 || status !== 'BAD' || code === 'ETHROTTLE') throw error;
    }
  }
  throw problem('InternalError');
}

/**
 * Whether the end of the answer was unreadable: it was too long, or the server went silent after some mailboxes, as it
 * seems to do when a literal is shorter than announced.
 */
const isCutOff = (code: FailureCode, { rows }: Answer): boolean =>
  code === 'response_too_large' || (code === 'provider_timeout' && rows.length > 0);

/** The detail names no mailbox: an unreadable line may contain anything. */
function faultOf(line: Line, { rows, passedOver }: Answer, damaged: number): Failure | null {
  if (passedOver > 0) {
    const tooMany = line.failureOf(problem('TooManyMailboxes'));
    return { ...tooMany, detail: `Mailboxes beyond the first ${MAX_MAILBOXES}, passed over: ${passedOver}.` };
  }
  const failure = line.failureOf(problem('DamagedAnswer'));
  if (damaged > 0) return { ...failure, detail: `Lines of LIST that could not be read: ${damaged}.` };
  if (rows.length === 0) return { ...failure, detail: 'The answer to LIST was empty.' };
  try {
    assertUnlimited(line.observer);
    return null;
  } catch (error) {
    return line.failureOf(error);
  }
}

/** Whether LIST shows a mailbox of this name; null when the answer does not say. */
export async function isListed({ client, observer }: Line, name: string): Promise<boolean | null> {
  const before = observer.damagedLines;
  const answer = nothing();
  try {
    // LIST reads the name as a pattern: `%` and `*` in it match other names too.
    await ask(client, 'LIST', name, [], answer);
    const { rows, damaged, passedOver } = answer;
    const found = rows.some((row) => row.name === canonicalPath(name) && !row.flags.has('\\nonexistent'));
    return found || (damaged + passedOver === 0 && observer.damagedLines === before ? found : null);
  } catch {
    return null;
  }
}
