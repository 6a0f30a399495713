/**
 * UIDNEXT is not trusted: a sync is complete when it has stored what SEARCH lists, whatever SELECT and STATUS report
 * as UIDNEXT.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, defaultCapabilities, type Mailbox, type Script } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  edited,
  imapServer,
  lines,
  message,
  messages,
  settingsFor,
} from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const WITHOUT_MODSEQS = capabilitiesWithout('CONDSTORE', 'ENABLE', 'ESEARCH', 'LIST-STATUS');

/** The UIDNEXT in SELECT, STATUS and LIST; null: they omit it. `status`: replaces the answer to STATUS. */
type Claim = { uidNext: string | null; status?: readonly string[]; exists?: number };

function claiming(claim: Claim): Script {
  const edit = (line: string): readonly string[] => {
    if (line.includes('[UIDNEXT')) {
      return claim.uidNext === null ? [] : [line.replace(/\[UIDNEXT \d+\]/, `[UIDNEXT ${claim.uidNext}]`)];
    }
    if (line.endsWith(' EXISTS') && claim.exists !== undefined) return [`* ${claim.exists} EXISTS`];
    const told = claim.uidNext === null ? '' : `UIDNEXT ${claim.uidNext}`;
    return [line.replace(/UIDNEXT \d+ ?/, told === '' ? '' : `${told} `).replace(' )', ')')];
  };
  return ({ name }) => {
    if (name === 'STATUS' && claim.status !== undefined) return lines(...claim.status);
    return ['EXAMINE', 'SELECT', 'STATUS', 'LIST'].includes(name) ? edited(edit) : { kind: 'normal' };
  };
}

async function start(inbox: Mailbox, claim: Claim, capabilities: readonly string[] = defaultCapabilities) {
  const server = await imapServer({ ...account(inbox), capabilities, script: claiming(claim) });
  const world = await syncWorld(engine, settingsFor(server));
  const uids = async (): Promise<readonly number[]> =>
    (await world.stored()).map((row) => Number(row.split(' ')[1])).sort((one, other) => one - other);
  const sent = (from: number): readonly string[] => server.log.slice(from).map(({ name }) => name);
  return { server, world, uids, sent };
}

const inboxOf = (count: number): Mailbox => createMailbox({ path: 'INBOX', messages: messages(count) });
const sparse = (...uids: readonly number[]): Mailbox =>
  createMailbox({ path: 'INBOX', messages: uids.map((uid) => ({ ...message(uid), uid })) });
const uidsOf = ({ messages: all }: Mailbox): readonly number[] => all.map(({ uid }) => uid);

describe.each([
  ['with mod-sequences', defaultCapabilities],
  ['without mod-sequences', WITHOUT_MODSEQS],
])('a first sync %s stores every message', (_what, capabilities) => {
  it.each<[string, Claim]>([
    ['where UIDNEXT is missing and STATUS is empty', { uidNext: null, status: ['* STATUS "INBOX" ()', '{tag} OK'] }],
    ['where UIDNEXT is missing and STATUS is refused', { uidNext: null, status: ['{tag} NO Not now'] }],
    ['where UIDNEXT is missing and the server has no STATUS', { uidNext: null, status: ['{tag} BAD Unknown command'] }],
    ['where UIDNEXT is missing and STATUS has no answer', { uidNext: null, status: ['{tag} OK'] }],
    ['where UIDNEXT is 3', { uidNext: '3' }],
    ['where UIDNEXT is 1', { uidNext: '1' }],
    ['where UIDNEXT is the highest UID', { uidNext: '5' }],
    ['where UIDNEXT is 0', { uidNext: '0' }],
    ['where UIDNEXT is far too high', { uidNext: '4294967295' }],
    ['where UIDNEXT has more than 32 bits', { uidNext: '9999999999' }],
    ['where UIDNEXT is negative', { uidNext: '-6' }],
    ['where UIDNEXT is NIL', { uidNext: 'NIL' }],
    ['where UIDNEXT is not a number', { uidNext: 'soon' }],
    ['where EXISTS is too low', { uidNext: '6', exists: 2 }],
    ['where EXISTS is too high', { uidNext: '6', exists: 9 }],
    ['where EXISTS and UIDNEXT are too low', { uidNext: '2', exists: 3 }],
  ])('%s', async (_case, claim) => {
    const inbox = inboxOf(5);
    const { world, uids } = await start(inbox, claim, capabilities);
    expect(resultOf(await world.messages())).toMatchObject({ added: 5, removed: 0, unreadable: 0, complete: true });
    expect(await uids()).toEqual([1, 2, 3, 4, 5]);
  });

  it('if most are above UIDNEXT', async () => {
    const inbox = sparse(1, 500, 90_000);
    const { world, uids } = await start(inbox, { uidNext: '600' }, capabilities);
    expect(resultOf(await world.messages())).toMatchObject({ added: 3, complete: true });
    expect(await uids()).toEqual([1, 500, 90_000]);
  });
});

describe.each([
  ['with mod-sequences', defaultCapabilities],
  ['without mod-sequences', WITHOUT_MODSEQS],
])('a later sync %s', (_what, capabilities) => {
  it.each<[string, Claim]>([
    ['is missing', { uidNext: null, status: ['* STATUS "INBOX" ()', '{tag} OK'] }],
    ['is 3', { uidNext: '3' }],
    ['does not increase', { uidNext: '6' }],
    ['is far too high', { uidNext: '4294967295' }],
  ])('stores new mail and removes deleted messages if UIDNEXT %s', async (_case, claim) => {
    const inbox = inboxOf(5);
    const { world, uids } = await start(inbox, claim, capabilities);
    await world.messages();
    inbox.add(message(6), message(7));
    expect(resultOf(await world.messages())).toMatchObject({ added: 2, removed: 0, complete: true });
    inbox.expunge([5, 7]);
    expect(resultOf(await world.messages())).toMatchObject({ added: 0, removed: 2, complete: true });
    expect(await uids()).toEqual(uidsOf(inbox));
    expect(resultOf(await world.messages())).toMatchObject({ added: 0, removed: 0, complete: true });
  });

  it.each<[string, Claim]>([
    ['is missing', { uidNext: null, status: ['{tag} NO Not now'] }],
    ['is 3', { uidNext: '3' }],
  ])('notices one new and one deleted message, with an unchanged count, if UIDNEXT %s', async (_case, claim) => {
    const inbox = inboxOf(5);
    const { world, uids } = await start(inbox, claim, capabilities);
    await world.messages();
    inbox.expunge([3]);
    inbox.add(message(6));
    expect(resultOf(await world.messages())).toMatchObject({ added: 1, removed: 1, complete: true });
    expect(await uids()).toEqual(uidsOf(inbox));
  });

  it('loses nothing when UIDNEXT decreases', async () => {
    const inbox = inboxOf(5);
    const claim: Claim = { uidNext: '6' };
    const { world, uids } = await start(inbox, claim, capabilities);
    await world.messages();
    for (const uidNext of ['4', '1', null, '6']) {
      claim.uidNext = uidNext;
      inbox.setFlags(2, [`seen-with-${uidNext}`]);
      expect(resultOf(await world.messages())).toMatchObject({ added: 0, removed: 0, complete: true });
    }
    inbox.add(message(6));
    expect(resultOf(await world.messages())).toMatchObject({ added: 1, removed: 0, complete: true });
    expect(await uids()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

it.each([
  ['with mod-sequences', defaultCapabilities],
  ['without mod-sequences', WITHOUT_MODSEQS],
])(
  'a sync %s that keeps rows because of EXISTS, although SEARCH does not list them, is not complete',
  async (_, capabilities) => {
    const inbox = inboxOf(5);
    const claim: Claim = { uidNext: '6' };
    const { world, uids } = await start(inbox, claim, capabilities);
    expect(resultOf(await world.messages())).toMatchObject({ added: 5, complete: true });
    inbox.expunge([4]);
    for (const exists of [5, 2]) {
      claim.exists = exists;
      expect(resultOf(await world.messages({ full: true }))).toMatchObject({ removed: 0, complete: false });
      expect(await uids()).toEqual([1, 2, 3, 4, 5]);
    }
    delete claim.exists;
    expect(resultOf(await world.messages({ full: true }))).toMatchObject({ removed: 1, complete: true });
  },
);

it('mail that arrives between SELECT and SEARCH is stored at once and nothing is removed', async () => {
  const inbox = inboxOf(600);
  const { server, world, uids } = await start(inbox, { uidNext: '601' });
  server.script = ({ name }) => {
    if (name !== 'UID SEARCH' || inbox.uidNext > 601) return { kind: 'normal' };
    inbox.add(message(601));
    return edited((line) => [line.replace('ALL 1:600', 'ALL 1:601').replace('COUNT 600', 'COUNT 601')]);
  };
  expect(resultOf(await world.messages())).toMatchObject({ added: 601, removed: 0, complete: true });
  expect(await uids()).toEqual(uidsOf(inbox));
});

it('a folder whose UIDNEXT in LIST is missing or too low is not opened when its mod-sequence is unchanged', async () => {
  for (const uidNext of [null, '3']) {
    const { server, world, sent } = await start(inboxOf(5), { uidNext });
    await world.messages();
    const before = server.log.length;
    expect(resultOf(await world.messages())).toMatchObject({ unchanged: 1, complete: true });
    expect(sent(before).filter((name) => /EXAMINE|SEARCH|FETCH/.test(name))).toEqual([]);
  }
});

it('a message that appears in covered space is stored when its flags are returned', async () => {
  // UIDNEXT was far too high: the whole space was read, and a new message and a lost one leave the number unchanged.
  const inbox = inboxOf(5);
  const { world, uids } = await start(inbox, { uidNext: '4294967295' });
  await world.messages();
  inbox.expunge([2]);
  inbox.add(message(6));
  expect(resultOf(await world.messages())).toMatchObject({ added: 1, complete: true });
  expect(await uids()).toEqual(uidsOf(inbox));
});

it('a mailbox whose SEARCH is refused and whose UIDNEXT is implausible is refused and keeps its rows', async () => {
  const inbox = inboxOf(5);
  const claim: Claim = { uidNext: null };
  const { server, world, uids } = await start(inbox, claim);
  await world.messages();
  inbox.add(message(6));
  const script = server.script;
  server.script = (command) =>
    command.name === 'UID SEARCH'
      ? lines('{tag} NO [SERVERBUG] Internal error')
      : (script?.(command) ?? { kind: 'normal' });
  await world.messages().catch(() => {});
  expect(await uids()).toEqual([1, 2, 3, 4, 5]);
});
