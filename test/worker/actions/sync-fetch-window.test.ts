/** A window of messages from a server that cannot return some of them: which are requested, read, and bad. */
import { describe, expect, it } from 'vitest';
import { formatUidSet, iterateUids, parseUidSet, uidCount } from '../../../functions/domain/sync/uid-set.ts';
import type { MailboxFailure, MailboxSession, MessageRow } from '../../../functions/ports/mailbox.ts';
import { fetchWindow } from '../../../functions/worker/actions/sync/fetch-window.ts';
import type { MailboxWork } from '../../../functions/worker/actions/sync/mailbox-work.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, selectedAs } from './bare-context.ts';

const row = (uid: number): MessageRow => ({
  ...{ uid, modseq: null, flags: [], size: 1, internalDate: null, messageId: `<${uid}@x>`, subject: null, date: null },
  ...{ providerMessageId: null, providerThreadId: null, from: [], to: [], cc: [] },
});

type Server = {
  /** The error of the n-th command for these UIDs; null: they are read. */
  readonly failureOf: (uids: readonly number[], n: number) => Error | null;
  /** The error of the n-th request for flags. */
  readonly flagsFail?: (n: number) => Error | null;
  /** Messages that were readable before. */
  readonly known?: string;
  /** Rows that come with every answer although they were not requested. */
  readonly extra?: readonly number[];
  /** Messages that do not exist: no answer has them. */
  readonly gone?: readonly number[];
  /** The connection is lost after each failure. */
  readonly drops?: boolean;
  /** Milliseconds left after this many commands. */
  readonly remainingMs?: (commands: number) => number;
  readonly signal?: AbortSignal;
};

function workOn(server: Server) {
  const asked: string[] = [];
  const flagsAsked: string[] = [];
  let reselected = 0;
  let usable = true;
  const fail = (error: Error): never => {
    usable = server.drops !== true;
    throw error;
  };
  const session: MailboxSession = bareSession({
    async fetchMessages(uids) {
      asked.push(uids);
      const wanted = [...iterateUids(parseUidSet(uids))];
      const error = server.failureOf(wanted, asked.length);
      const there = wanted.filter((uid) => !(server.gone ?? []).includes(uid));
      return error === null ? [...there, ...(server.extra ?? [])].map(row) : fail(error);
    },
    async fetchFlags(uids) {
      flagsAsked.push(uids);
      const error = server.flagsFail?.(flagsAsked.length) ?? null;
      if (error !== null) fail(error);
    },
  });
  const mail = { ...noMail, newestUids: async () => parseUidSet(server.known ?? '') };
  const given = {
    mail,
    session: async () => session,
    remainingMs: () => server.remainingMs?.(asked.length) ?? 600_000,
  };
  const context = bareContext(server.signal === undefined ? given : { ...given, signal: server.signal });
  const record = { ...storedMailbox('pc_1', 'A'), key: '00000000000000aa', version: 1, doubt: 0, lastError: null };
  const { sync } = record;
  if (sync === null) throw new Error('not synced');
  const opened = selectedAs('A');
  const work: MailboxWork = {
    run: startRun({ folder: null, full: false }, context),
    ...{ record, state: sync, generation: { mailboxKey: record.key, uidValidity: 7 }, opened, selected: opened },
    plan: { state: sync, generation: 'same', flags: { kind: 'none' }, enumerate: false },
    arrivedFrom: null,
    session: Object.defineProperty(session, 'usable', { get: () => usable }),
    commit: async () => {},
    async reselect() {
      reselected += 1;
      usable = true;
    },
    release: async () => {},
  };
  async function fetched(window: string, mayAllBeBad?: boolean) {
    const { rows, bad, unread, end, trouble } = await fetchWindow(work, parseUidSet(window), mayAllBeBad);
    const read = rows.map(({ uid }) => uid).sort((one, other) => one - other);
    return { read, bad: [...bad].sort((one, other) => one - other), unread: formatUidSet(unread), end, trouble };
  }
  return { fetched, asked, flagsAsked, reselected: () => reselected };
}

const REFUSED = failed('command_failed');
const SILENT = failed('provider_timeout');
/** The server cannot return these, alone or with others. */
const badOnes =
  (bad: readonly number[], error: MailboxFailure = REFUSED) =>
  (uids: readonly number[]): MailboxFailure | null =>
    uids.some((uid) => bad.includes(uid)) ? error : null;
const numbers = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, at) => low + at);

describe('a window', () => {
  it('that is read completely needs one command, and has only requested rows', async () => {
    const world = workOn({ failureOf: () => null, extra: [5, 900] });
    expect(await world.fetched('1:4,8')).toEqual({
      read: [1, 2, 3, 4, 8],
      bad: [],
      unread: '',
      end: 'whole',
      trouble: null,
    });
    expect(world.asked).toEqual(['1:4,8']);
    expect(world.flagsAsked).toEqual([]);
  });

  it('with one bad message is split into eight parts until that one is alone, which is requested twice', async () => {
    const world = workOn({ failureOf: badOnes([40]) });
    expect(await world.fetched('1:64')).toEqual({
      ...{ read: numbers(1, 64).filter((uid) => uid !== 40), bad: [40], unread: '', end: 'whole', trouble: REFUSED },
    });
    expect(world.asked[0]).toBe('1:64');
    // Level by level: first the eighths of the window, then those of the failed part.
    expect(world.asked.slice(1, 9).map((set) => uidCount(parseUidSet(set)))).toEqual(Array(8).fill(8));
    expect(world.asked.slice(9).map((set) => uidCount(parseUidSet(set)))).toEqual(Array(9).fill(1));
    expect(world.asked.filter((set) => set === '40')).toHaveLength(2);
  });

  it('whose bad message is readable at the second try is complete', async () => {
    const world = workOn({ failureOf: (uids, n) => (uids.includes(3) && n <= 7 ? REFUSED : null) });
    expect(await world.fetched('1:8')).toMatchObject({ read: numbers(1, 8), bad: [], end: 'whole', trouble: REFUSED });
    expect(world.asked.filter((set) => set === '3')).toHaveLength(2);
  });

  it.each([
    ['command_failed', 0],
    ['protocol_error', 0],
    ['response_too_large', 0],
    ['connection_closed', 4],
    ['provider_timeout', 4],
    ['deadline_exceeded', 4],
    ['expunge_issued', 4],
  ] as const)('is split after %s; the mailbox is selected again if the connection may be lost', async (code, again) => {
    const world = workOn({ failureOf: badOnes([1], failed(code)) });
    expect(await world.fetched('1:64')).toMatchObject({ read: numbers(2, 64), bad: [1], end: 'whole' });
    expect(world.reselected()).toBe(again);
  });

  it('continues over a new connection if the server ends it after its answer', async () => {
    const world = workOn({ failureOf: badOnes([1]), drops: true });
    expect(await world.fetched('1:64')).toMatchObject({ read: numbers(2, 64), bad: [1], end: 'whole' });
    expect(world.reselected()).toBe(4);
  });

  it.each(['auth_failed', 'rate_limited', 'uidvalidity_changed'] as const)(
    'is not split after %s: that fails at once',
    async (code) => {
      const error = failed(code);
      const world = workOn({ failureOf: () => error });
      await expect(world.fetched('1:64')).rejects.toBe(error);
      expect(world.asked).toEqual(['1:64']);
    },
  );

  it('that fails with an error of our own fails', async () => {
    const world = workOn({ failureOf: () => new Error('a bug') });
    await expect(world.fetched('1:64')).rejects.toThrow('a bug');
  });

  it('that is read in part keeps that part, whatever ends it', async () => {
    const limited = failed('rate_limited');
    const world = workOn({ failureOf: (uids) => (uids.length > 9 ? REFUSED : uids.includes(30) ? limited : null) });
    expect(await world.fetched('1:64')).toMatchObject({ bad: [], end: 'failed', trouble: limited });
    expect(await world.fetched('1:64')).toMatchObject({ read: numbers(33, 64), unread: '1:32' });
  });
});

describe('a window whose failure gives no bad message', () => {
  it('of messages that do not exist is complete, and requests no flags', async () => {
    const world = workOn({ failureOf: () => null, gone: numbers(1, 64) });
    expect(await world.fetched('1:64')).toEqual({ read: [], bad: [], unread: '', end: 'whole', trouble: null });
    expect([world.asked, world.flagsAsked]).toEqual([['1:64'], []]);
  });

  it('of one message that is readable at the second try requests no flags', async () => {
    const world = workOn({ failureOf: (_, n) => (n === 1 ? REFUSED : null) });
    expect(await world.fetched('3')).toEqual({ read: [3], bad: [], unread: '', end: 'whole', trouble: REFUSED });
    expect(world.flagsAsked).toEqual([]);
  });

  it('of one message reports it as bad only if the server returns flags', async () => {
    const silent = workOn({ failureOf: () => SILENT, flagsFail: () => SILENT, known: '700' });
    expect(await silent.fetched('3')).toEqual({ read: [], bad: [], unread: '3', end: 'failed', trouble: SILENT });
    const answers = workOn({ failureOf: () => SILENT, known: '700' });
    expect(await answers.fetched('3')).toEqual({ read: [], bad: [3], unread: '', end: 'whole', trouble: SILENT });
    expect(answers.flagsAsked).toEqual(['700']);
  });

  it.each([
    ['a bug', false],
    ['the end of the attempt', true],
  ])('fails with %s, even if some of it was read', async (_, isOver) => {
    const ended = new AbortController();
    const last = isOver ? failed('rate_limited') : new Error('a bug');
    const failureOf = (uids: readonly number[]) => {
      if (uids.length > 8) return REFUSED;
      if (!uids.includes(1)) return null;
      if (isOver) ended.abort();
      return last;
    };
    await expect(workOn({ failureOf, signal: ended.signal }).fetched('1:64')).rejects.toBe(last);
  });

  it.each([
    ['a bug', false],
    ['the end of the attempt', true],
  ])('fails with %s that comes during a request for flags', async (_, isOver) => {
    const ended = new AbortController();
    const last = isOver ? SILENT : new Error('a bug');
    const flagsFail = () => {
      if (isOver) ended.abort();
      return last;
    };
    const world = workOn({ failureOf: () => REFUSED, flagsFail, known: '700,900', signal: ended.signal });
    await expect(world.fetched('1:64')).rejects.toBe(last);
    expect(world.flagsAsked).toEqual(['900']);
  });
});

describe('a server that can read few messages', () => {
  it('is at fault, not the messages, when more are bad than readable', async () => {
    const bad = numbers(1, 33);
    const world = workOn({ failureOf: badOnes(bad) });
    const { end, bad: named, trouble } = await world.fetched('1:64');
    expect([end, named, trouble]).toEqual(['failed', [], REFUSED]);
  });

  it('has bad messages when as many are readable', async () => {
    const world = workOn({ failureOf: badOnes(numbers(1, 32)) });
    expect(await world.fetched('1:64')).toMatchObject({ read: numbers(33, 64), bad: numbers(1, 32), end: 'whole' });
  });

  it('fails after sixteen bad messages and fewer readable ones', async () => {
    const world = workOn({ failureOf: badOnes(numbers(1, 500)) });
    const { end, unread } = await world.fetched('1:500');
    expect([end, unread]).toEqual(['failed', '1:500']);
    // Two tries for each of the sixteen, after the levels above them.
    expect(world.asked.filter((set) => !/[:,]/.test(set))).toHaveLength(32);
  });

  it.each([
    ['may return none of 31 messages', '1:31', undefined, 'whole'],
    ['is at fault if it returns none of 32 messages', '1:32', undefined, 'failed'],
    ['may return none of 32 messages if all of them may be bad', '1:32', true, 'whole'],
    ['is at fault if it returns none of 31 messages of which some must be readable', '1:31', false, 'failed'],
    ['is at fault if it returns none of 10 messages of which some must be readable', '1:10', false, 'failed'],
  ])('%s', async (_, window, mayAllBeBad, end) => {
    const world = workOn({ failureOf: () => REFUSED });
    const bad = end === 'failed' ? [] : numbers(1, uidCount(parseUidSet(window)));
    expect(await world.fetched(window, mayAllBeBad)).toMatchObject({ read: [], bad, end });
    expect(world.flagsAsked).toHaveLength(1);
  });

  it('that returns no flags fails at once: two messages that were readable are requested', async () => {
    const world = workOn({ failureOf: () => SILENT, flagsFail: () => SILENT, known: '700,900' });
    expect(await world.fetched('1:64')).toMatchObject({
      read: [],
      bad: [],
      unread: '1:64',
      end: 'failed',
      trouble: SILENT,
    });
    expect(world.asked).toEqual(['1:64']);
    expect(world.flagsAsked).toEqual(['900', '700']);
  });

  it('gets requests for both ends of the window if none was readable before', async () => {
    const world = workOn({ failureOf: () => SILENT, flagsFail: () => SILENT });
    expect(await world.fetched('5:64')).toMatchObject({ end: 'failed' });
    expect(world.flagsAsked).toEqual(['64', '5']);
  });

  it.each([true, false])(
    'gets requests for flags over a new connection only if the last one was lost: %s',
    async (drops) => {
      const first = (n: number) => (n === 1 ? REFUSED : null);
      const world = workOn({ failureOf: badOnes(numbers(1, 8)), flagsFail: first, known: '700,900', drops });
      expect(await world.fetched('1:64')).toMatchObject({ read: numbers(9, 64), bad: numbers(1, 8), end: 'whole' });
      expect(world.flagsAsked).toEqual(['900', '700']);
      // After the window, the first flags, the eighth with the bad ones, and twice for each of those.
      expect(world.reselected()).toBe(drops ? 19 : 0);
    },
  );

  it('whose flags fail for another kind of reason fails with that reason', async () => {
    const limited = failed('rate_limited');
    const world = workOn({ failureOf: () => REFUSED, flagsFail: () => limited, known: '700' });
    await expect(world.fetched('1:64')).rejects.toBe(limited);
  });
});

describe('a window without time', () => {
  it('is not begun', async () => {
    const world = workOn({ failureOf: () => null, remainingMs: () => 24_999 });
    expect(await world.fetched('1:64')).toEqual({
      read: [],
      bad: [],
      unread: '1:64',
      end: 'out_of_time',
      trouble: null,
    });
    expect(world.asked).toEqual([]);
  });

  it('keeps the part that was read, and leaves the rest unread', async () => {
    const world = workOn({
      failureOf: (uids) => (uids.length > 8 ? REFUSED : null),
      remainingMs: (commands) => (commands < 4 ? 25_000 : 24_999),
    });
    const { read, unread, end, trouble } = await world.fetched('1:64');
    expect([read, unread, end, trouble]).toEqual([numbers(41, 64), '1:40', 'out_of_time', REFUSED]);
  });

  it("is not the server's fault if there is no time to request flags", async () => {
    const world = workOn({
      failureOf: () => SILENT,
      remainingMs: (commands) => (commands < 1 ? 25_000 : 24_999),
    });
    expect(await world.fetched('1:64')).toMatchObject({ end: 'out_of_time', unread: '1:64' });
    expect(world.flagsAsked).toEqual([]);
  });

  it('fails when the job belongs to another worker, before a request and after it', async () => {
    const ended = new AbortController();
    const failureOf = () => {
      ended.abort();
      return REFUSED;
    };
    const world = workOn({ failureOf, signal: ended.signal });
    await expect(world.fetched('1:64')).rejects.toBe(REFUSED);
    expect(world.asked).toEqual(['1:64']);
    await expect(world.fetched('1:64')).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(world.asked).toEqual(['1:64']);
  });
});
