import { expect } from 'vitest';
import type { ActionName } from '../../functions/domain/action/catalogue.ts';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServer,
  type Mailbox,
  startImapServer,
} from '../../local/imap/server.ts';
import type { FaultWorld, Scenario } from '../fixtures/fault-world.ts';
import { plainMessage } from '../fixtures/messages.ts';

/** Lease and a sweep a minute: a lost worker's job runs again within two of them, a mutating one within three. */
const MOST_MINUTES = { sync: 2, mutation: 3 };

export type FaultCase = {
  readonly name: string;
  readonly action: ActionName;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly without?: readonly string[];
  readonly minutes: number;
  check(mailboxes: Record<'inbox' | 'target', Mailbox>, scenario: Scenario): Promise<void>;
};

const subjects = ({ messages }: Mailbox): readonly number[] =>
  messages.map(({ raw }) => Number(/Subject: Message (\d+)/.exec(String(raw))?.[1])).sort((one, other) => one - other);
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

const isMoved: FaultCase['check'] = async ({ inbox, target }) => {
  expect(subjects(inbox)).toEqual([1, 4, ...range(6, 60)]);
  expect(subjects(target)).toEqual([2, 3, 5, 101]);
};
const move = { folder: 'INBOX', uid_validity: 1, uids: [2, 3, 5], target_folder: 'Target' };

export const CASES: readonly FaultCase[] = [
  {
    name: 'a sync',
    action: 'imap_sync_messages',
    payload: {},
    minutes: MOST_MINUTES.sync,
    async check({ inbox, target }, { mail, credentialId }) {
      const { items } = await mail.emails({ scope: { credential: credentialId }, limit: 100, after: null });
      const stored = items.map(({ mailbox, message }) => `${mailbox.path} ${message.uid} ${message.flags.join()}`);
      const served = [inbox, target].flatMap(({ path, messages }) =>
        messages.map(({ uid, flags }) => `${path} ${uid} ${[...flags].join()}`),
      );
      expect(stored.sort()).toEqual(served.sort());
      expect([subjects(inbox), subjects(target)]).toEqual([range(1, 60), [101]]);
    },
  },
  { name: 'a move', action: 'imap_move_messages', payload: move, minutes: MOST_MINUTES.mutation, check: isMoved },
  {
    name: 'a move without MOVE',
    action: 'imap_move_messages',
    payload: move,
    without: ['MOVE'],
    minutes: MOST_MINUTES.mutation,
    check: isMoved,
  },
];

export type StartedCase = { readonly server: ImapServer; readonly scenario: Scenario; check(): Promise<void> };

/** A mail server of 61 messages in two folders, and the case's job, which nobody has begun. */
export async function startCase(world: FaultWorld, one: FaultCase): Promise<StartedCase> {
  const message = (n: number) => ({ raw: plainMessage({ n }) });
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1, messages: range(1, 60).map(message) });
  const target = createMailbox({ path: 'Target', uidValidity: 2, messages: [message(101)] });
  const server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [inbox, target] }],
    tls: 'none',
    capabilities: defaultCapabilities.filter((name) => !one.without?.includes(name)),
  });
  const before = one.action === 'imap_sync_messages' ? null : 'imap_sync_messages';
  const scenario = await world.scenario(server, one.action, one.payload, before);
  return {
    server,
    scenario,
    /** What must hold in the end of the job, of its attempts and of the mailboxes, whatever happened. */
    async check() {
      expect((await scenario.job()).status).toBe('succeeded');
      expectOneAtATime((await scenario.events()).map(({ type }) => type));
      await one.check({ inbox, target }, scenario);
    },
  };
}

/** No attempt starts before the one ahead of it has ended. */
function expectOneAtATime(types: readonly string[]): void {
  let running = 0;
  for (const type of types) {
    if (type === 'AttemptStarted') running += 1;
    else if (/^(Attempt|JobPostponed)/.test(type)) running -= 1;
    expect(running, types.join(' ')).toBeLessThanOrEqual(1);
  }
  expect(types.filter((type) => type === 'AttemptSucceeded')).toHaveLength(1);
}
