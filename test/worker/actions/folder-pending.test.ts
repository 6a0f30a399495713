/** Messages of one folder that are to be stored: window by window, newest first, whatever the server does. */
import { describe, expect, it } from 'vitest';
import { parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { storePending } from '../../../functions/worker/actions/sync/pending-messages.ts';
import { failed, NOW } from './bare-context.ts';
import { folderWork } from './folder-work.ts';

const AT = new Date(NOW).toISOString();

const unread = (uid: number) => ({
  ...{ uid, modseq: null, flags: [], messageId: `<${uid}@x>`, providerMessageId: null, providerThreadId: null },
  ...{ subject: null, date: null, from: [], to: [], cc: [] },
});

describe('pending messages', () => {
  const pending = { known: 0, pending: '1:99', left: 99, window: 32 };

  it('are stored in windows, newest first; the state of each window is written after its rows', async () => {
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

  it('of a new UIDVALIDITY are counted as a reset, and not as added', async () => {
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

  it('are requested as recorded if there is no list, and do not count for the total', async () => {
    const { work, run, asked } = folderWork({ state: { ...pending, pending: '95:99' } });
    await storePending(work, null);
    expect([asked, run.progress.total]).toEqual([['fetch 95:99'], 0]);
  });

  it('wait for the next continuation when time is over', async () => {
    const { work, commits } = folderWork({ state: pending, remaining: [600_000, 60_000, 0] });
    expect(await storePending(work, parseUidSet('1:99'))).toBe(false);
    expect(commits.at(-1)?.pending).not.toBe('');
  });

  it('of a sync since a day are those from the day before on; the others are known to be older', async () => {
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

  it('are requested in larger windows while these are quick, and in smaller ones when they are slow', async () => {
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

  it('are unreadable one by one, and counted', async () => {
    const failureOf = (uids: readonly number[]) => (uids.includes(5) ? failed('command_failed') : null);
    const { work, run, stored } = folderWork({ state: { ...pending, pending: '1:9' }, failureOf });
    expect(await storePending(work, parseUidSet('1:9'))).toBe(true);
    expect([run.counts.added, run.counts.unreadable, stored()]).toEqual([9, 1, '1:9']);
  });

  it('fail the folder if not even flags arrive; messages read before are stored', async () => {
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

  it('are not requested any more when the folder has failed', async () => {
    const silent = failed('provider_timeout');
    const { work, asked } = folderWork({
      state: { ...pending, window: 32 },
      failureOf: (uids) => (uids.includes(99) ? silent : null),
      session: { fetchFlags: () => Promise.reject(silent) },
    });
    await expect(storePending(work, all)).rejects.toBe(silent);
    expect(asked).toEqual(['fetch 68:99', 'reselect']);
  });

  it('are awaited even if earlier ones cannot be stored, because no other command may use the connection meanwhile', async () => {
    let underWay = 0;
    const session = {
      async fetchMessages() {
        underWay += 1;
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return [];
      },
    };
    const { work } = folderWork({ state: { ...pending, window: 50 }, session });
    const lost = { ...work, commit: () => Promise.reject(new Error('lost')) };
    await expect(storePending(lost, all)).rejects.toThrow('lost');
    expect(underWay).toBe(0);
  });

  it('are not searched by day if there is no list of UIDs', async () => {
    const { work, commits } = folderWork({ state: { ...pending, pending: '95:99' }, since: '2026-10-01' });
    expect(await storePending(work, null)).toBe(true);
    expect(commits.at(-1)?.floor).toBeNull();
  });
});
