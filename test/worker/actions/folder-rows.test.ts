/** Rows of one folder: stored window by window, compared, removed and read again. */
import { describe, expect, it } from 'vitest';
import { parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { enumerate, reconcile } from '../../../functions/worker/actions/sync/expunged.ts';
import { syncFlags } from '../../../functions/worker/actions/sync/flags.ts';
import { storePending } from '../../../functions/worker/actions/sync/pending-messages.ts';
import { failed, NOW } from './bare-context.ts';
import { folderWork } from './folder-work.ts';

const AT = new Date(NOW).toISOString();

describe('pending messages', () => {
  const pending = { known: 0, pending: '1:99', left: 99, window: 32 };

  it('are stored newest first, window by window, each recorded after its rows', async () => {
    const { work, run, commits, wrote, asked } = folderWork({ state: pending, arrivedFrom: 90 });
    expect(await storePending(work, parseUidSet('10:69,90:94'))).toBe(true);
    expect(asked[0]).toBe('fetch 43:69,90:94');
    expect(wrote[0]).toBe(`replace 43:99 by ${[...Array.from({ length: 27 }, (_, n) => 43 + n), 90, 91, 92, 93, 94]}`);
    expect(commits[0]).toMatchObject({ known: 32, pending: '1:42', left: 33 });
    expect(commits.at(-1)).toMatchObject({ known: 65, pending: '', left: 0 });
    expect(run.counts).toMatchObject({ added: 65, stored: 65, unreadable: 0 });
    expect(run.progress).toMatchObject({ total: 65 });
    const { added } = run.moves.take();
    expect(added).toHaveLength(0);
  });

  it('count as arrived if their UID is at or above the UIDNEXT of the last sync', async () => {
    const session = {
      fetchMessages: async () => [88, 90].map((uid) => ({ ...unread(uid), internalDate: AT, size: uid })),
    };
    const { work, run } = folderWork({ state: { ...pending, pending: '88:99' }, arrivedFrom: 90, session });
    await storePending(work, parseUidSet('88,90'));
    expect(run.moves.take().added.map(({ arrived }) => arrived)).toEqual([false, true]);
    const first = folderWork({ state: { ...pending, pending: '88:99' }, session });
    await storePending(first.work, parseUidSet('88,90'));
    expect(first.run.moves.take().added.map(({ arrived }) => arrived)).toEqual([false, false]);
  });

  it('of a new UIDVALIDITY are not counted as added: the reset reports them', async () => {
    const { work, run } = folderWork({ state: { ...pending, old: [6] } });
    await storePending(work, parseUidSet('1:9'));
    expect([run.counts.added, run.counts.stored]).toEqual([0, 9]);
  });

  it('that the server does not have get no row', async () => {
    const { work, wrote, commits } = folderWork({ state: { ...pending, pending: '50:99', left: 4 }, stored: '60' });
    expect(await storePending(work, [])).toBe(true);
    expect(wrote).toEqual(['replace 50:99 by ']);
    expect(commits).toMatchObject([{ pending: '', left: 0 }]);
  });

  it('are requested directly if there is no list, without a total', async () => {
    const { work, run, asked } = folderWork({ state: { ...pending, pending: '95:99' } });
    await storePending(work, null);
    expect([asked, run.progress.total]).toEqual([['fetch 95:99'], 0]);
  });

  it('wait for the next run when time is over', async () => {
    const { work, commits } = folderWork({ state: pending, remaining: [600_000, 60_000, 0] });
    expect(await storePending(work, parseUidSet('1:99'))).toBe(false);
    expect(commits.at(-1)?.pending).not.toBe('');
  });

  it('of a sync since a day are those since the day before, and the rest is recorded as older', async () => {
    const searched: unknown[] = [];
    const session = {
      searchMessages: async (criteria: unknown) => {
        searched.push(criteria);
        return { uids: '80:85', count: 6 };
      },
    };
    const { work, commits, stored } = folderWork({ state: pending, session, since: '2026-10-01' });
    expect(await storePending(work, parseUidSet('1:99'))).toBe(true);
    expect([searched, stored()]).toEqual([[{ since: '2026-09-30' }], '80:85']);
    expect(commits.at(-1)).toMatchObject({ floor: { uid: 100, date: '2026-10-01' }, left: 93, pending: '1:79,86:99' });
  });
});

describe('messages that the server returns slowly or not at all', () => {
  const pending = { known: 0, pending: '1:99', left: 99 };
  const all = parseUidSet('1:99');
  const windows = (commits: readonly { readonly window: number }[]) => commits.map(({ window }) => window);

  it('are requested in larger windows while those are quick, and in smaller ones once they are slow', async () => {
    const quick = folderWork({ state: { ...pending, window: 40 } });
    await storePending(quick.work, all);
    expect(windows(quick.commits)).toEqual([80, 160]);
    const slow = folderWork({ state: { ...pending, window: 60 }, tookMs: 30_001 });
    await storePending(slow.work, all);
    expect(windows(slow.commits)).toEqual([32, 32, 32]);
    const steady = folderWork({ state: { ...pending, window: 60 }, tookMs: 20_000 });
    await storePending(steady.work, all);
    expect(windows(steady.commits)).toEqual([60, 60]);
  });

  it.each([
    ['response_too_large', [32, 32, 32]],
    ['command_failed', [32, 64, 128]],
  ] as const)('are requested in smaller windows after %s', async (code, expected) => {
    const error = failed(code);
    const failureOf = (uids: readonly number[]) => (uids.length > 32 && uids.includes(99) ? error : null);
    const { work, commits, run } = folderWork({ state: { ...pending, window: 64 }, failureOf });
    expect(await storePending(work, all)).toBe(true);
    expect(windows(commits).slice(0, 3)).toEqual(expected.slice(0, commits.length));
    expect([run.progress.trouble, run.counts.added]).toEqual([error, 99]);
  });

  it('are recorded as unreadable one by one, and counted', async () => {
    const failureOf = (uids: readonly number[]) => (uids.includes(5) ? failed('command_failed') : null);
    const { work, run, stored } = folderWork({ state: { ...pending, pending: '1:9' }, failureOf });
    expect(await storePending(work, parseUidSet('1:9'))).toBe(true);
    expect([run.counts.added, run.counts.unreadable, stored()]).toEqual([9, 1, '1:9']);
  });

  it('fail the folder if not even flags arrive, after earlier messages were stored', async () => {
    const silent = failed('provider_timeout');
    const given = {
      state: { ...pending, window: 60 },
      failureOf: (uids: readonly number[]) => (uids.includes(1) ? silent : null),
      session: { fetchFlags: () => Promise.reject(silent) },
    };
    const { work, stored, commits } = folderWork(given);
    await expect(storePending(work, all)).rejects.toBe(silent);
    expect([stored(), commits.at(-1)?.pending]).toEqual(['40:99', '1:39']);
  });

  it('become pending again if they were omitted and now fail: the folder fails with that error', async () => {
    const silent = failed('provider_timeout');
    const { work, commits } = folderWork({
      ...{ stored: '1:50', state: { known: 50 }, failureOf: () => silent },
      session: { fetchFlags: () => Promise.reject(silent) },
    });
    const server = { uids: parseUidSet('1:50,60:61'), complete: true };
    await expect(reconcile(work, server, false)).rejects.toBe(silent);
    expect(commits.at(-1)).toMatchObject({ known: 50, pending: '60:61', left: 2 });
  });

  it('are unreadable if they were omitted, are listed, and are not returned', async () => {
    const session = { fetchMessages: async () => [{ ...unread(60), internalDate: AT, size: 1 }] };
    const { work, wrote, run } = folderWork({ stored: '1:50', state: { known: 50 }, session });
    await reconcile(work, { uids: parseUidSet('1:50,60:61'), complete: true }, false);
    expect([wrote, run.counts.added, run.counts.unreadable]).toEqual([['put 60,61!'], 2, 1]);
  });

  it('are not searched by day without a list of them', async () => {
    const { work, commits } = folderWork({ state: { ...pending, pending: '95:99' }, since: '2026-10-01' });
    expect(await storePending(work, null)).toBe(true);
    expect(commits.at(-1)?.floor).toBeNull();
  });
});

const unread = (uid: number) => ({
  ...{ uid, modseq: null, flags: [], messageId: `<${uid}@x>`, providerMessageId: null, providerThreadId: null },
  ...{ subject: null, date: null, from: [], to: [], cc: [] },
});

describe('the UIDs of a folder', () => {
  const answers = (...uids: readonly string[]) => {
    const left = [...uids];
    return { allUids: async () => ({ uids: left.shift() ?? '', count: 3 }) };
  };

  it('are complete when their number equals the one in SELECT and SEARCH', async () => {
    const { work, asked, commits } = folderWork({ opened: { messages: 3 }, session: answers('1:3') });
    expect(await enumerate(work)).toEqual({ uids: [[1, 3]], complete: true });
    expect([asked, commits]).toEqual([[], []]);
  });

  it('are requested at most twice, and then count as incomplete', async () => {
    const { work, asked } = folderWork({ opened: { messages: 3 }, session: answers('1:2', '1:2', '1:3') });
    expect(await enumerate(work)).toEqual({ uids: [[1, 2]], complete: false });
    expect(asked).toEqual(['reselect']);
    const again = folderWork({ opened: { messages: 3 }, session: answers('1:2', '1:3') });
    expect(await enumerate(again.work)).toMatchObject({ complete: true });
  });

  it.each([
    ['SEARCH counts more than it lists', '1:2', 2],
    ['SELECT counts more than SEARCH lists', '1:3', 4],
  ])('are incomplete if %s', async (_, uids, messages) => {
    const { work } = folderWork({ opened: { messages }, session: answers(uids, uids) });
    expect(await enumerate(work)).toMatchObject({ complete: false });
  });

  it('are counted without new ones after SELECT, and new ones become pending', async () => {
    const { work, commits } = folderWork({
      ...{ opened: { messages: 2 }, session: { allUids: async () => ({ uids: '1:2,105', count: 3 }) } },
    });
    expect(await enumerate(work)).toMatchObject({ complete: true });
    expect(commits).toMatchObject([{ uidNext: 106, pending: '100:105' }]);
  });
});

describe('rows compared with the UIDs of a folder', () => {
  const complete = (uids: string) => ({ uids: parseUidSet(uids), complete: true });

  it('are not read if the numbers agree; the remaining number is stored', async () => {
    const { work, commits, wrote } = folderWork({ stored: '1:3', state: { known: 3, left: 0 } });
    expect(await reconcile(work, complete('1:3'), false)).toBe(true);
    expect(commits).toEqual([]);
    const more = folderWork({ stored: '1:3', state: { known: 3, left: 9, pending: '90:99' } });
    expect(await reconcile(more.work, complete('1:3,95'), false)).toBe(true);
    expect([more.commits.map(({ left }) => left), wrote]).toEqual([[1], []]);
  });

  it('are read if a complete comparison is requested', async () => {
    const { work, commits } = folderWork({ stored: '1:3', state: { known: 3 } });
    expect(await reconcile(work, complete('1:3'), true)).toBe(true);
    expect(commits).toMatchObject([{ known: 3, reconciledAt: AT, suspected: null }]);
  });

  it('are read if some of them seemed gone before', async () => {
    const suspected = { at: AT, count: 200 };
    const { work, state } = folderWork({ stored: '1:3', state: { known: 3, suspected } });
    expect(await reconcile(work, complete('1:3'), false)).toBe(true);
    expect(state()).toMatchObject({ suspected: null, reconciledAt: AT });
  });

  it('are deleted for removed messages, and added for omitted ones', async () => {
    const { work, run, wrote, commits, stored } = folderWork({ stored: '1:50', state: { known: 50 } });
    expect(await reconcile(work, complete('1:30,32:50,60:61'), false)).toBe(true);
    expect(wrote).toEqual(['remove 31', 'put 60,61']);
    expect([run.counts.removed, run.counts.added, stored()]).toEqual([1, 2, '1:30,32:50,60:61']);
    expect(commits.at(-1)).toMatchObject({ known: 51, pending: '', left: 0, reconciledAt: AT });
    const { added, removed } = run.moves.take();
    expect([added.length, removed.length]).toEqual([0, 1]);
  });

  it('are kept if the list is incomplete, and keep their last reconciliation time', async () => {
    const { work, wrote, commits } = folderWork({ stored: '1:50', state: { known: 50 } });
    await reconcile(work, { uids: parseUidSet('1:30'), complete: false }, false);
    expect([wrote, commits.at(-1)?.reconciledAt]).toEqual([[], null]);
    expect(commits.at(-1)?.known).toBe(50);
  });

  it('wait for a second pass if most are gone, and are then deleted', async () => {
    const first = folderWork({ stored: '1:400', state: { uidNext: 500, known: 400 } });
    expect(await reconcile(first.work, complete('1:5'), false)).toBe(true);
    expect(first.wrote).toEqual([]);
    const { suspected } = first.state();
    expect(suspected).toMatchObject({ at: AT });
    const earlier = { at: new Date(NOW - 3_600_000).toISOString(), count: suspected?.count ?? 0 };
    const second = folderWork({ stored: '1:400', state: { uidNext: 500, known: 400, suspected: earlier } });
    expect(await reconcile(second.work, complete('1:5'), false)).toBe(true);
    expect([second.stored(), second.state().suspected, second.run.counts.removed]).toEqual(['1:5', null, 395]);
  });

  it('are deleted as far as there is time, and the suspicion is kept', async () => {
    const earlier = { at: new Date(NOW - 3_600_000).toISOString(), count: 395 };
    const { work, stored, state } = folderWork({
      stored: '1:400',
      state: { uidNext: 500, known: 400, suspected: earlier },
      remaining: [600_000, 7_999],
    });
    expect(await reconcile(work, complete('1:5'), false)).toBe(false);
    expect([stored(), state().suspected, state().reconciledAt]).toEqual(['1:400', earlier, null]);
  });

  it('become unreadable for a message that the server lists but fails to return twice', async () => {
    const { work, run, wrote } = folderWork({
      stored: '1:50',
      state: { known: 50 },
      session: { fetchMessages: async () => [] },
    });
    await reconcile(work, complete('1:50,60'), false);
    expect([wrote, run.counts.unreadable, run.counts.added]).toEqual([['put 60!'], 1, 1]);
  });
});

describe('flags of a folder', () => {
  it('that have not changed are not requested, and are as new as SELECT reports', async () => {
    const { work, asked, commits } = folderWork({ stored: '1:4', opened: { highestModseq: '12' } });
    expect(await syncFlags(work, null)).toBe(true);
    expect([asked, commits]).toMatchObject([[], [{ highestModseq: '12', flagsAt: AT }]]);
    const none = folderWork({ opened: { highestModseq: '12', modseqs: false } });
    await syncFlags(none.work, null);
    expect(none.commits).toMatchObject([{ highestModseq: null }]);
  });

  it('that changed are compared with the rows: only differences are written', async () => {
    const { work, asked, wrote, run } = folderWork({ stored: '1:4', flags: { kind: 'changed', since: '9' } });
    expect(await syncFlags(work, null)).toBe(true);
    expect([asked, wrote, run.counts.updated]).toEqual([['flags 1:99 9'], ['flags 1,3'], 2]);
  });

  it('that changed do not cause unreadable messages to be read again', async () => {
    const { work, asked, wrote } = folderWork({
      stored: '1:4',
      unreadable: [3],
      flags: { kind: 'changed', since: '9' },
    });
    await syncFlags(work, null);
    expect([asked, wrote]).toEqual([['flags 1:99 9'], ['flags 1,3']]);
  });

  it('of pending messages are left until those are stored', async () => {
    const { work, wrote } = folderWork({
      stored: '1:4',
      state: { pending: '3:4' },
      flags: { kind: 'changed', since: '9' },
    });
    await syncFlags(work, null);
    expect(wrote).toEqual(['flags 1']);
  });

  it('of a window are those of the newest rows, and change no recorded mod-sequence', async () => {
    const { work, asked, wrote, commits } = folderWork({ stored: '2:5', flags: { kind: 'window' } });
    expect(await syncFlags(work, null)).toBe(true);
    expect([asked, wrote, commits]).toEqual([['flags 2:5 null'], ['flags 3,5'], []]);
  });

  it('of all messages are scanned from the top, window by window, and continue where time was over', async () => {
    const begun = { below: 4_294_967_296, highestModseq: '11', doubt: 2 };
    const given = { stored: '2:5', flags: { kind: 'scan' as const }, state: { scan: begun } };
    const { work, asked, commits } = folderWork(given);
    expect(await syncFlags(work, parseUidSet('2:5'))).toBe(true);
    expect(asked).toEqual(['flags 2:5 null']);
    expect(commits[0]).toMatchObject({ scan: { below: 2 } });
    expect(commits.at(-1)).toMatchObject({ scan: null, highestModseq: '11', healed: 2, flagsAt: AT, reconciledAt: AT });
    const late = folderWork({ ...given, remaining: [600_000, 7_999] });
    expect(await syncFlags(late.work, parseUidSet('2:5'))).toBe(false);
    expect([late.asked, late.commits]).toEqual([[], []]);
    const rest = folderWork({ ...given, state: { scan: { ...begun, below: 4 } } });
    await syncFlags(rest.work, parseUidSet('2:5'));
    expect(rest.asked).toEqual(['flags 2:3 null']);
  });

  it('of a scan without mod-sequences end with the newest, if an earlier run began it', async () => {
    const scan = { below: 4, highestModseq: null, doubt: 0 };
    const { work, asked } = folderWork({
      stored: '2:5',
      flags: { kind: 'scan' },
      state: { scan },
      opened: { modseqs: false },
    });
    await syncFlags(work, parseUidSet('2:5'));
    expect(asked).toEqual(['flags 2:3 null', 'flags 2:5 null']);
  });

  it('of a message without a row make it pending again', async () => {
    const session = {
      fetchFlags: async (
        _: string,
        __: string | null,
        onRow: (row: { uid: number; modseq: null; flags: string[] }) => void,
      ) => onRow({ uid: 7, modseq: null, flags: [] }),
    };
    const { work, commits } = folderWork({ stored: '1:4', flags: { kind: 'changed', since: '9' }, session });
    await syncFlags(work, null);
    expect(commits[0]).toMatchObject({ pending: '7', left: 1 });
  });

  it('of an unreadable message cause it to be read again', async () => {
    const { work, asked, wrote, run } = folderWork({ stored: '2:5', unreadable: [4], flags: { kind: 'window' } });
    await syncFlags(work, null);
    expect(asked).toEqual(['flags 2:5 null', 'fetch 4']);
    expect([wrote, run.counts.updated]).toEqual([['flags 3,5', 'put 4'], 3]);
  });
});
