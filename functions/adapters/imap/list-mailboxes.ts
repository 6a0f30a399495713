import type { ImapAttribute, ImapFlow, ImapResponse, StatusObject } from 'imapflow';
import { parseStatusList } from 'imapflow/lib/commands/status-fields.js';
import { getStringList, getStringValue } from 'imapflow/lib/tools.js';
import { canonicalPath } from '../../domain/action/message-set.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import { nameOfOctets } from '../../domain/mail/mailbox-name.ts';
import type { MailboxList } from '../../ports/mailbox.ts';
import { evidenceOf } from './evidence.ts';
import { atom, execute } from './execute.ts';
import type { Line } from './line.ts';
import { type ListCircumstances, type ListRow, toListedMailboxes } from './mailbox-list.ts';
import { problem } from './problem.ts';
import { assertUnlimited } from './read-messages.ts';

/** More are passed over. */
const MAX_MAILBOXES = 10_000;
/** Octets. Servers allow 4,096 at most, in all levels together. */
const MAX_NAME = 4_096;
const MAX_FLAGS = 50;

type Answer = {
  readonly rows: ListRow[];
  /** By name. */
  readonly statuses: Map<string, StatusObject>;
  /** Lines of LIST that made no sense. */
  damaged: number;
  /** Mailboxes that are one too many. */
  passedOver: number;
};

const nameIn = (word: ImapAttribute | undefined): string | null => {
  const value = word?.value;
  if ((typeof value !== 'string' && !Buffer.isBuffer(value)) || value.length > MAX_NAME) return null;
  if (typeof value === 'string') return value.includes('\0') ? null : canonicalPath(value);
  return canonicalPath(nameOfOctets(value));
};

/** Takes a line in, or counts it as damaged. */
function takeRow({ attributes }: ImapResponse, answer: Answer): void {
  const [flags, separator, word, ...more] = attributes ?? [];
  const listed = nameIn(word);
  const delimiter = separator === null ? '' : getStringValue(separator);
  const isWhole = Array.isArray(flags) && delimiter !== undefined && more.every((each) => Array.isArray(each));
  if (!isWhole || listed === null) {
    answer.damaged += 1;
    return;
  }
  // The root, which is no mailbox.
  if (listed === '') return;
  if (answer.rows.length >= MAX_MAILBOXES) {
    answer.passedOver += 1;
    return;
  }
  // Several characters separate nothing, but the name is the server's own.
  if (delimiter.length > 1) answer.damaged += 1;
  const lower = new Set(getStringList(flags.slice(0, MAX_FLAGS)).map((flag) => flag.toLowerCase()));
  // XLIST names INBOX in the user's language, and the server takes both names.
  const name = lower.has('\\inbox') ? 'INBOX' : listed;
  answer.rows.push({ name, delimiter: delimiter.length === 1 ? delimiter : null, flags: lower });
}

/** The state of one mailbox; what cannot be read of it is left out. */
function takeStatus({ attributes }: ImapResponse, { statuses }: Answer): void {
  const [word, list] = attributes ?? [];
  const name = nameIn(word);
  if (name === null || !Array.isArray(list) || statuses.size >= MAX_MAILBOXES) return;
  const status: StatusObject = { path: name };
  parseStatusList(list, (key, value) => Object.assign(status, { [key]: value }));
  statuses.set(name, status);
}

const nothing = (): Answer => ({ rows: [], statuses: new Map(), damaged: 0, passedOver: 0 });

/** Fills the answer in, as far as it comes. */
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

/** What to ask for with the names, from most to least: servers refuse options by BAD that they advertise. */
function optionsOf(client: ImapFlow, statuses: boolean, condstore: boolean): readonly (readonly unknown[])[] {
  const has = (name: string): boolean => client.capabilities.has(name);
  if (!statuses || !has('LIST-STATUS')) return [[]];
  const items = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', ...(condstore ? ['HIGHESTMODSEQ'] : [])].map(atom);
  // With options asked for, servers leave out what they would have said without.
  const more = [
    ...(has('SPECIAL-USE') ? ['SPECIAL-USE'] : []),
    ...(has('CHILDREN') || has('LIST-EXTENDED') ? ['CHILDREN'] : []),
  ].map(atom);
  return [[atom('STATUS'), items, ...more], ...(more.length === 0 ? [] : [[atom('STATUS'), items]]), []];
}

/**
 * One LIST, and what could be read of the answer: also of one that was too long, which ends the connection. Throws what
 * else ended it, and what a LIST without options was refused with.
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
      if (failure.code === 'response_too_large') return { mailboxes: read(), fault: failure };
      const { status, code } = evidenceOf(error);
      if (stage === stages.length - 1 || status !== 'BAD' || code === 'ETHROTTLE') throw error;
    }
  }
  throw problem('InternalError');
}

/** The detail names no mailbox: a line that cannot be read may hold anything. */
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

/** Whether LIST knows a mailbox of this name; null when the answer does not tell. */
export async function isListed({ client, observer }: Line, name: string): Promise<boolean | null> {
  const before = observer.damagedLines;
  const answer = nothing();
  try {
    // The name is a pattern there: `%` and `*` in it show others too.
    await ask(client, 'LIST', name, [], answer);
    const { rows, damaged, passedOver } = answer;
    const found = rows.some((row) => row.name === canonicalPath(name) && !row.flags.has('\\nonexistent'));
    return found || (damaged + passedOver === 0 && observer.damagedLines === before ? found : null);
  } catch {
    return null;
  }
}
