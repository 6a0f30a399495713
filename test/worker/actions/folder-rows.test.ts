/** Rows of one folder and the UIDs that the server lists: removed, kept, and read again. */
import { describe, expect, it } from 'vitest';
import { parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { enumerate, reconcile } from '../../../functions/worker/actions/sync/expunged.ts';
import { failed, NOW } from './bare-context.ts';
import { folderWork } from './folder-work.ts';

const AT = new Date(NOW).toISOString();

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
    for (const first of ['1:2', '']) {
      const again = folderWork({ opened: { messages: 3 }, session: answers(first, '1:3') });
      expect(await enumerate(again.work)).toMatchObject({ complete: true });
    }
  });

  it.each([
    ['SEARCH counts more than it lists', '1:2', 2],
    ['SELECT counts more than SEARCH lists', '1:3', 4],
  ])('are incomplete if %s', async (_, uids, messages) => {
    const { work } = folderWork({ opened: { messages }, session: answers(uids, uids) });
    expect(await enumerate(work)).toMatchObject({ complete: false });
  });

  it('are not complete if a second SELECT does not include the messages that SEARCH showed', async () => {
    const counts = [9, 4];
    const allUids = async () => ({ uids: '1:3,105', count: counts.shift() ?? 0 });
    const { work, asked } = folderWork({ opened: { messages: 3 }, session: { allUids } });
    expect(await enumerate(work)).toMatchObject({ complete: false });
    expect(asked).toEqual(['reselect']);
  });

  it('count without messages that arrived after SELECT, and are pending above the known UIDs', async () => {
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

  it('are not deleted without enough time, and the recorded suspicion stays', async () => {
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

describe('messages that an earlier list left out', () => {
  it('are pending again if they now fail, and this fails the folder', async () => {
    const silent = failed('provider_timeout');
    const { work, commits, run, asked } = folderWork({
      ...{ stored: '1:50', state: { known: 50, window: 2 }, failureOf: () => silent },
      session: { fetchFlags: () => Promise.reject(silent) },
    });
    const server = { uids: parseUidSet('1:50,60:63'), complete: true };
    await expect(reconcile(work, server, false)).rejects.toBe(silent);
    expect(commits.at(-1)).toMatchObject({ known: 50, pending: '60:63', left: 4 });
    expect([run.progress.trouble, asked]).toEqual([silent, ['fetch 62:63', 'reselect']]);
  });

  it('are fetched window by window, newest first, as long as there is time', async () => {
    const given = { stored: '1:50', state: { known: 50, window: 2 } };
    const server = { uids: parseUidSet('1:50,60:63'), complete: true };
    const all = folderWork(given);
    await reconcile(all.work, server, false);
    expect([all.asked, all.stored()]).toEqual([['fetch 62:63', 'fetch 60:61'], '1:50,60:63']);
    const late = folderWork({ ...given, remaining: [600_000, 25_000, 24_999] });
    await reconcile(late.work, server, false);
    expect([late.asked, late.stored(), late.state().pending]).toEqual([['fetch 62:63'], '1:50,62:63', '60:61']);
    const slow = folderWork({
      ...{ ...given, remaining: [600_000, 25_000, 24_999, 24_999] },
      failureOf: () => failed('command_failed'),
    });
    expect(await reconcile(slow.work, server, false)).toBe(true);
    expect([slow.asked, slow.state().pending]).toEqual([['fetch 62:63'], '60:63']);
  });

  it('do not count as arrived', async () => {
    const session = { fetchMessages: async () => [{ ...unread(60), internalDate: AT, size: 1 }] };
    const { work, run } = folderWork({ stored: '1:50', state: { known: 50 }, session });
    await reconcile(work, { uids: parseUidSet('1:50,60'), complete: true }, false);
    expect(run.moves.take().added.map(({ arrived }) => arrived)).toEqual([false]);
  });

  it('are unreadable if they are listed but not returned', async () => {
    const session = { fetchMessages: async () => [{ ...unread(60), internalDate: AT, size: 1 }] };
    const { work, wrote, run } = folderWork({ stored: '1:50', state: { known: 50 }, session });
    await reconcile(work, { uids: parseUidSet('1:50,60:61'), complete: true }, false);
    expect([wrote, run.counts.added, run.counts.unreadable]).toEqual([['put 60,61!'], 2, 1]);
  });
});

const unread = (uid: number) => ({
  ...{ uid, modseq: null, flags: [], messageId: `<${uid}@x>`, providerMessageId: null, providerThreadId: null },
  ...{ subject: null, date: null, from: [], to: [], cc: [] },
});
