import { expect } from 'vitest';
import type { ActionName } from '../../functions/domain/action/catalogue.ts';
import type { Command } from '../../local/imap/script.ts';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServer,
  type Mailbox,
  startImapServer,
} from '../../local/imap/server.ts';
import type { FaultWorld, Scenario } from '../fixtures/fault-world.ts';
import { plainMessage } from '../fixtures/messages.ts';

/** Lease plus one sweep a minute: a lost worker's job runs again within two sweeps. */
export const MAX_MINUTES = 2;

/** Message numbers of the two mailboxes, ascending. */
type Mail = Readonly<Record<'inbox' | 'target', readonly number[]>>;

export type FaultCase = {
  readonly name: string;
  readonly action: ActionName;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly without?: readonly string[];
  /** The expected place of each message at the end. */
  readonly ends: Mail;
  /** Whether the stored rows must equal the server. */
  readonly stores?: boolean;
};

const subjects = ({ messages }: Mailbox): readonly number[] =>
  messages.map(({ raw }) => Number(/Subject: Message (\d+)/.exec(String(raw))?.[1])).sort((one, other) => one - other);
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

const STARTS: Mail = { inbox: range(1, 60), target: [101] };
const REST = [1, 4, ...range(6, 60)];
const MEANT = [2, 3, 5];
const messages = { folder: 'INBOX', uid_validity: 1, uids: MEANT };
const move = { ...messages, target_folder: 'Target' };
const moved: Mail = { inbox: REST, target: [...MEANT, 101] };

export const CASES: readonly FaultCase[] = [
  {
    name: 'a sync',
    action: 'imap_sync_messages',
    payload: {},
    ends: STARTS,
    stores: true,
  },
  { name: 'a move', action: 'imap_move_messages', payload: move, ends: moved },
  {
    name: 'a move without MOVE',
    action: 'imap_move_messages',
    payload: move,
    without: ['MOVE'],
    ends: moved,
  },
];

const KINDS = [
  'jobs lost',
  'succeeded twice',
  'attempts side by side',
  'messages missing',
  'messages double',
  'moved or copied twice',
  'deleted unasked',
  'rows missing or wrong',
] as const;

/** The errors at the end, from outside: in the job's events, on the mail server and in the store. */
export type Harm = Readonly<Record<(typeof KINDS)[number], number>>;
export const NO_HARM: Harm = {
  'jobs lost': 0,
  'succeeded twice': 0,
  'attempts side by side': 0,
  'messages missing': 0,
  'messages double': 0,
  'moved or copied twice': 0,
  'deleted unasked': 0,
  'rows missing or wrong': 0,
};

export function harmOf(harms: readonly Harm[]): Harm {
  const sum: Record<(typeof KINDS)[number], number> = { ...NO_HARM };
  for (const harm of harms) for (const kind of KINDS) sum[kind] += harm[kind];
  return sum;
}

export type StartedCase = {
  readonly server: ImapServer;
  readonly scenario: Scenario;
  /** Errors of the job, of its attempts and of the mailboxes. */
  harm(): Promise<Harm>;
  /**
   * Asserts that there are none. A worker that was frozen may complete a read in progress: that does not count as
   * work.
   */
  check(): Promise<void>;
};

/** A mail server with 61 messages in two folders, and the case's job, which has not been started. */
export async function startCase(world: FaultWorld, one: FaultCase): Promise<StartedCase> {
  const message = (n: number) => ({ raw: plainMessage({ n }) });
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1, messages: STARTS.inbox.map(message) });
  const target = createMailbox({ path: 'Target', uidValidity: 2, messages: STARTS.target.map(message) });
  const server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [inbox, target] }],
    tls: 'none',
    capabilities: defaultCapabilities.filter((name) => !one.without?.includes(name)),
  });
  const before = one.action === 'imap_sync_messages' ? null : 'imap_sync_messages';
  const scenario = await world.scenario(server, one.action, one.payload, before);
  const prepared = server.log.length;

  async function harm(isWork: (command: string) => boolean = worksOn): Promise<Harm> {
    const types = (await scenario.events()).map(({ type }) => type);
    const found: Mail = { inbox: subjects(inbox), target: subjects(target) };
    const everywhere = [...found.inbox, ...found.target];
    const kept = [...STARTS.inbox, ...STARTS.target];
    const extra = (mailbox: keyof Mail): readonly number[] => without(found[mailbox], one.ends[mailbox]);
    const twice = extra('target').filter((n) => MEANT.includes(n)).length;
    return {
      'jobs lost': (await scenario.job()).status === 'succeeded' ? 0 : 1,
      'succeeded twice': Math.max(0, types.filter((type) => type === 'AttemptSucceeded').length - 1),
      'attempts side by side': overlapping(types) + overlappingSessions(server.log.slice(prepared), isWork),
      'messages missing': without(one.ends.inbox, found.inbox).length + without(one.ends.target, found.target).length,
      'messages double': extra('inbox').length + extra('target').length - twice,
      'moved or copied twice': twice,
      'deleted unasked': kept.filter((n) => !everywhere.includes(n)).length,
      'rows missing or wrong': one.stores ? await wrongRows([inbox, target], scenario) : 0,
    };
  }

  return { server, scenario, harm, check: async () => expect(await harm(changes)).toEqual(NO_HARM) };
}

/** The items that are in `all` more often than in `known`. */
function without<Item>(all: readonly Item[], known: readonly Item[]): readonly Item[] {
  const rest = [...known];
  return all.filter((item) => {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

async function wrongRows(mailboxes: readonly Mailbox[], { mail, credentialId }: Scenario): Promise<number> {
  const { items } = await mail.emails({ scope: { credential: credentialId }, limit: 100, after: null });
  const stored = items.map(({ mailbox, message }) => `${mailbox.path} ${message.uid} ${message.flags.join()}`);
  const served = mailboxes.flatMap(({ path, messages: all }) =>
    all.map(({ uid, flags }) => `${path} ${uid} ${[...flags].join()}`),
  );
  return without(stored, served).length + without(served, stored).length;
}

/** From the log: attempts that started before the previous one had ended. */
function overlapping(types: readonly string[]): number {
  let running = 0;
  let overlaps = 0;
  for (const type of types) {
    if (type === 'AttemptStarted') {
      overlaps += running > 0 ? 1 : 0;
      running += 1;
    } else if (/^(Attempt|JobPostponed)/.test(type)) running -= 1;
  }
  return overlaps;
}

/** Commands at the start and the end of a session; all others count as work. */
const AROUND_WORK = /^(CAPABILITY|ID|LOGIN|AUTHENTICATE|ENABLE|NAMESPACE|NOOP|LOGOUT)$/;
const CHANGES = /^(CREATE|RENAME|DELETE|APPEND|UID (STORE|COPY|MOVE|EXPUNGE))$/;
const worksOn = (command: string): boolean => !AROUND_WORK.test(command);
const changes = (command: string): boolean => CHANGES.test(command);

/** From the mail server: sessions that began to work before another one had ended. */
function overlappingSessions(commands: readonly Command[], isWork: (command: string) => boolean): number {
  const spans = new Map<number, { first: number; last: number }>();
  for (const [at, { name, session }] of commands.entries()) {
    if (!isWork(name)) continue;
    spans.set(session, { first: spans.get(session)?.first ?? at, last: at });
  }
  const all = [...spans.values()];
  return all.filter(({ first }) => all.some((other) => other.first < first && first < other.last)).length;
}
