/**
 * An action is cut off at every step: before a command is carried out, after it but before its answer, and around the
 * storing of its plan. Then it is tried again, over new connections, until it succeeds. The result must not depend on
 * the step.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { createMailbox, type ImapServer, type Mailbox } from '../../../local/imap/server.ts';
import { account, capabilitiesWithout, imapServer, message, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, codeOf } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const UIDS = [2, 3, 5];

type Case = {
  readonly name: string;
  readonly action: ActionName;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly without?: readonly string[];
  /** What must hold for the mailboxes at the end. `unknown`: the outcome of an attempt was unknown. */
  check(mailboxes: readonly Mailbox[], unknown: boolean): void;
};

const idsIn = (mailboxes: readonly Mailbox[], path: string): readonly string[] =>
  (mailboxes.find((each) => each.path === path)?.messages ?? [])
    .map(({ raw }) => /Message-ID: <(m\d+)/.exec(String(raw))?.[1] ?? '?')
    .sort();
const ALL = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];
const MEANT = ['m2', 'm3', 'm5'];
const REST = ['m1', 'm4', 'm6'];

const isMoved = (mailboxes: readonly Mailbox[]): void => {
  expect(idsIn(mailboxes, 'INBOX')).toEqual(REST);
  expect(idsIn(mailboxes, 'Target')).toEqual([...MEANT, 'm9']);
};
const move = { folder: 'INBOX', uid_validity: 1, uids: UIDS, target_folder: 'Target' };

const CASES: readonly Case[] = [
  { name: 'a move', action: 'imap_move_messages', payload: move, check: isMoved },
  { name: 'a move without MOVE', action: 'imap_move_messages', payload: move, without: ['MOVE'], check: isMoved },
  {
    name: 'a deletion into the trash',
    action: 'imap_delete_messages',
    payload: { folder: 'INBOX', uid_validity: 1, uids: UIDS },
    check(mailboxes) {
      expect(idsIn(mailboxes, 'INBOX')).toEqual(REST);
      expect(idsIn(mailboxes, 'Trash')).toEqual(MEANT);
    },
  },
  {
    name: 'an expunge',
    action: 'imap_delete_messages',
    payload: { folder: 'INBOX', uid_validity: 1, uids: UIDS, mode: 'expunge' },
    check(mailboxes) {
      expect(idsIn(mailboxes, 'INBOX')).toEqual(REST);
      expect(idsIn(mailboxes, 'Target')).toEqual(['m9']);
    },
  },
  {
    name: 'a copy',
    action: 'imap_copy_messages',
    payload: move,
    check(mailboxes, unknown) {
      expect(idsIn(mailboxes, 'INBOX')).toEqual(ALL);
      const copies = idsIn(mailboxes, 'Target').filter((id) => id !== 'm9');
      expect(new Set(copies)).toEqual(new Set(MEANT));
      if (!unknown) expect(copies).toEqual(MEANT);
    },
  },
  {
    name: 'flags',
    action: 'imap_set_flags',
    payload: { folder: 'INBOX', uid_validity: 1, uids: UIDS, add: ['\\Flagged'] },
    check(mailboxes) {
      const flagged = mailboxes
        .find(({ path }) => path === 'INBOX')
        ?.messages.filter(({ flags }) => flags.includes('\\Flagged'));
      expect(flagged?.map(({ uid }) => uid)).toEqual(UIDS);
      expect(idsIn(mailboxes, 'INBOX')).toEqual(ALL);
    },
  },
  {
    name: 'a rename',
    action: 'imap_rename_mailbox',
    payload: { folder: 'Target', uid_validity: 2, name: 'Renamed' },
    check(mailboxes) {
      expect(idsIn(mailboxes, 'Renamed')).toEqual(['m9']);
      expect(mailboxes.some(({ path }) => path === 'Target')).toBe(false);
    },
  },
  {
    name: 'the deletion of a folder',
    action: 'imap_delete_mailbox',
    payload: { folder: 'Target', uid_validity: 2, if_messages_at_most: 1 },
    check(mailboxes) {
      expect(mailboxes.map(({ path }) => path).sort()).toEqual(['INBOX', 'Trash']);
      expect(idsIn(mailboxes, 'INBOX')).toEqual(ALL);
    },
  },
];

type Cut = 'before the command' | 'after the command' | 'before the plan' | 'after the plan';

async function start(without: readonly string[]) {
  const mailboxes = [
    createMailbox({ path: 'INBOX', uidValidity: 1, messages: [1, 2, 3, 4, 5, 6].map((n) => message(n)) }),
    createMailbox({ path: 'Target', uidValidity: 2, messages: [message(9)] }),
    createMailbox({ path: 'Trash', uidValidity: 3, specialUse: '\\Trash' }),
  ];
  const options = account(...mailboxes);
  const server = await imapServer({ ...options, capabilities: capabilitiesWithout(...without) });
  const world = await actionWorld(engine, settingsFor(server));
  return { server, world, mailboxes: (): readonly Mailbox[] => options.accounts[0]?.mailboxes ?? [] };
}

const lost = () => new MailboxFailure({ code: 'worker_lost', detail: '', retryAfterMs: null, outcomeUnknown: false });

/** Cuts the first attempt at the k-th step of a kind; false when it never reached that step. */
async function cutAt(one: Case, kind: Cut, k: number): Promise<{ reached: boolean; unknown: boolean }> {
  const { server, world, mailboxes } = await start(one.without ?? []);
  const { attempt } = world.job(one.action, one.payload);
  let step = 0;
  let reached = false;
  if (kind.endsWith('command')) {
    server.script = ({ name }) => {
      if (name === 'LOGOUT') return { kind: 'normal' };
      step += 1;
      if (step !== k) return { kind: 'normal' };
      reached = true;
      return kind === 'before the command' ? { kind: 'drop' } : { kind: 'drop', afterLines: 0 };
    };
  }
  let planned: unknown = null;
  const outcomes = [
    await attempt({
      ...(kind.endsWith('plan')
        ? {
            record: async (plan: unknown) => {
              step += 1;
              if (kind === 'after the plan' || step !== k) planned = JSON.parse(JSON.stringify(plan));
              if (step === k) {
                reached = true;
                throw lost();
              }
            },
          }
        : {}),
    }),
  ];
  server.script = () => ({ kind: 'normal' });
  for (let more = 0; more < 3 && outcomes.at(-1)?.kind !== 'succeeded'; more += 1)
    outcomes.push(await attempt(planned === null ? {} : { plan: planned, record: async () => {} }));
  expect(outcomes.map(codeOf).at(-1), `${one.name}, cut ${kind} ${k}: ${outcomes.map(codeOf)}`).toBe('succeeded');
  const unknown = outcomes.some((outcome) => outcome.kind === 'failed' && outcome.failure.outcomeUnknown);
  one.check(mailboxes(), unknown);
  assertNeverWide(server);
  return { reached, unknown };
}

/** A plain EXPUNGE or CLOSE would remove other messages too. */
function assertNeverWide(server: ImapServer): void {
  expect(server.log.map(({ name }) => name).filter((name) => name === 'EXPUNGE' || name === 'CLOSE')).toEqual([]);
}

describe('an action that is cut off and tried again', () => {
  const table: string[] = [];
  afterAll(() => {
    console.log(['action, cut, points, outcome unknown', ...table].join('\n'));
  });

  const cuts: readonly Cut[] = ['before the command', 'after the command', 'before the plan', 'after the plan'];
  it.each(CASES.flatMap((one) => cuts.map((cut) => ({ ...one, one, cut }))))(
    '$name gives the same result when $cut is cut at any step',
    async ({ one, cut }) => {
      let points = 0;
      let unknown = 0;
      for (let k = 1; ; k += 1) {
        const result = await cutAt(one, cut, k);
        if (!result.reached) break;
        points += 1;
        if (result.unknown) unknown += 1;
      }
      table.push(`${one.name}, ${cut}, ${points}, ${unknown}`);
      if (cut.endsWith('command')) expect(points).toBeGreaterThan(3);
    },
  );
});

describe('an action that has succeeded and is triggered again', () => {
  it.each(CASES.filter(({ action }) => action !== 'imap_copy_messages' && action !== 'imap_set_flags'))(
    '$name finds everything done, changes nothing and succeeds',
    async (one) => {
      const { server, world, mailboxes } = await start(one.without ?? []);
      const { attempt } = world.job(one.action, one.payload);
      expect(codeOf(await attempt())).toBe('succeeded');
      await world.messages();
      const before = server.log.length;
      const again = await attempt();
      expect(codeOf(again)).toBe('succeeded');
      if (one.action.endsWith('_messages'))
        expect(again).toMatchObject({ result: { already_done: UIDS.length, missing: '' } });
      one.check(mailboxes(), false);
      const changing = ['MOVE', 'COPY', 'STORE', 'EXPUNGE', 'RENAME', 'DELETE'];
      expect(
        server.log
          .slice(before)
          .map(({ name }) => name)
          .filter((name) => changing.some((each) => name.endsWith(each))),
      ).toEqual([]);
    },
  );
});
