/** Flags of one folder: requested, compared and updated. */
import { describe, expect, it } from 'vitest';
import { iterateUids, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { MailboxSession } from '../../../functions/ports/mailbox.ts';
import { syncFlags } from '../../../functions/worker/actions/sync/flags.ts';
import { failed, NOW } from './bare-context.ts';
import { folderWork } from './folder-work.ts';

const AT = new Date(NOW).toISOString();

describe('flags of a folder', () => {
  it('that have not changed are not requested, and are current at the mod-sequence in SELECT', async () => {
    const { work, asked, commits } = folderWork({ stored: '1:4', opened: { highestModseq: '12' } });
    expect(await syncFlags(work, null)).toBe(true);
    expect([asked, commits]).toMatchObject([[], [{ highestModseq: '12', flagsAt: AT }]]);
    const none = folderWork({ opened: { highestModseq: '12', modseqs: false } });
    await syncFlags(none.work, null);
    expect(none.commits).toMatchObject([{ highestModseq: null }]);
  });

  it('that changed are compared with the rows: only what differs is written', async () => {
    const { work, asked, wrote, run } = folderWork({ stored: '1:4', flags: { kind: 'changed', since: '9' } });
    expect(await syncFlags(work, null)).toBe(true);
    expect([asked, wrote, run.counts.updated]).toEqual([['flags 1:99 9'], ['flags 1,3'], 2]);
  });

  it('that changed do not cause unreadable messages to be fetched again', async () => {
    const { work, asked, wrote } = folderWork({
      stored: '1:4',
      unreadable: [3],
      flags: { kind: 'changed', since: '9' },
    });
    await syncFlags(work, null);
    expect([asked, wrote]).toEqual([['flags 1:99 9'], ['flags 1,3']]);
  });

  it('of pending messages are stored later, with the messages', async () => {
    const { work, wrote } = folderWork({
      stored: '1:4',
      state: { pending: '3:4' },
      flags: { kind: 'changed', since: '9' },
    });
    await syncFlags(work, null);
    expect(wrote).toEqual(['flags 1']);
  });

  it('of a window are those of the newest rows, and do not change the recorded mod-sequence', async () => {
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

  it('of a complete scan are requested once, also without mod-sequences', async () => {
    const scan = { below: 4_294_967_296, highestModseq: null, doubt: 0 };
    const given = { stored: '2:5', flags: { kind: 'scan' as const }, state: { scan }, opened: { modseqs: false } };
    const { work, asked } = folderWork(given);
    await syncFlags(work, parseUidSet('2:5'));
    expect(asked).toEqual(['flags 2:5 null']);
  });

  it('are not requested if no message is stored', async () => {
    const { work, asked } = folderWork({ flags: { kind: 'window' } });
    expect(await syncFlags(work, null)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('that need more than the allowed memory are requested again, and compared once', async () => {
    const long = 'x'.repeat(17_000_000);
    const ranges: string[] = [];
    const session: Partial<MailboxSession> = {
      async fetchFlags(uids, since, onRow) {
        ranges.push(`${uids} ${since}`);
        if (since === null) for (const uid of [2, 3]) onRow({ uid, modseq: null, flags: [] });
        else for (const uid of [1, 2, 3, 2]) onRow({ uid, modseq: null, flags: uid === 3 ? [] : [long] });
      },
    };
    const { work, wrote } = folderWork({ stored: '1:4', flags: { kind: 'changed', since: '9' }, session });
    await syncFlags(work, null);
    expect([ranges, wrote]).toEqual([
      ['1:99 9', '2:3 null'],
      ['flags 1', 'flags 2,3'],
    ]);
  });

  it('are not compared after the job has gone to another worker', async () => {
    const ended = new AbortController();
    const session: Partial<MailboxSession> = {
      async fetchFlags(_, __, onRow) {
        onRow({ uid: 1, modseq: null, flags: [] });
        ended.abort();
      },
    };
    const given = { stored: '1:4', flags: { kind: 'changed' as const, since: '9' }, session, signal: ended.signal };
    const { work, wrote } = folderWork(given);
    await expect(syncFlags(work, null)).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(wrote).toEqual([]);
  });

  it('of any number of messages that stay unreadable are no failure of the folder', async () => {
    const unreadable = Array.from({ length: 40 }, (_, n) => n + 1);
    const { work, wrote } = folderWork({
      ...{ stored: '1:40', unreadable, flags: { kind: 'window' } },
      failureOf: () => failed('command_failed'),
    });
    expect(await syncFlags(work, null)).toBe(true);
    expect(wrote).toEqual(['put ']);
  });

  it('of an unreadable message fail the folder if it returns nothing any more', async () => {
    const silent = failed('provider_timeout');
    let asked = 0;
    const session: Partial<MailboxSession> = {
      async fetchFlags(_, __, onRow) {
        asked += 1;
        if (asked > 1) throw silent;
        onRow({ uid: 4, modseq: null, flags: [] });
      },
    };
    const given = { stored: '2:5', unreadable: [4], flags: { kind: 'window' as const }, session };
    const { work } = folderWork({ ...given, failureOf: () => silent });
    await expect(syncFlags(work, null)).rejects.toBe(silent);
  });

  it('are requested again for the newest messages after a scan that an earlier continuation began without mod-sequences', async () => {
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

describe('flags that the server does not return', () => {
  const answer = failed('protocol_error');
  /** A server that refuses each FETCH of flags for which `refuses` says so, with the failure. */
  const refusing = (refuses: (uids: string, since: string | null) => boolean, failure = answer) => {
    const asked: string[] = [];
    const session: Partial<MailboxSession> = {
      async fetchFlags(uids, since, onRow) {
        asked.push(since === null ? uids : `${uids} since ${since}`);
        const isRefused = refuses(uids, since);
        for (const uid of iterateUids(parseUidSet(uids))) onRow({ uid, modseq: null, flags: ['\\Flagged'] });
        // Also a refused answer has rows.
        if (isRefused) throw failure;
      },
    };
    return { asked, session };
  };
  const holds3 = (uids: string): boolean => [...iterateUids(parseUidSet(uids))].includes(3);

  it('of one message stay as stored; those of the others are updated, and are not called exact', async () => {
    const { asked, session } = refusing(holds3);
    const { work, wrote, run } = folderWork({ stored: '1:4', flags: { kind: 'window' }, session });
    expect(await syncFlags(work, null)).toBe(true);
    // The server answers for UID 4, so it is not at fault.
    expect(asked).toEqual(['1:4', '1:4', '4', '4', '3', '3', '2', '1']);
    expect([wrote, run.counts.updated, [...run.progress.staleFlags]]).toEqual([
      ['flags 1,2,4'],
      3,
      ['00000000000000aa'],
    ]);
  });

  it('at the first try only are all compared', async () => {
    let tries = 0;
    const { session } = refusing(() => {
      tries += 1;
      return tries === 1;
    });
    const { work, wrote, run } = folderWork({ stored: '1:4', flags: { kind: 'window' }, session });
    expect(await syncFlags(work, null)).toBe(true);
    expect([wrote, run.progress.staleFlags.size]).toEqual([['flags 1,2,3,4'], 0]);
  });

  it('for any message fail the folder', async () => {
    const { session } = refusing(() => true);
    const { work, wrote } = folderWork({ stored: '1:4', flags: { kind: 'window' }, session });
    await expect(syncFlags(work, null)).rejects.toBe(answer);
    expect(wrote).toEqual([]);
  });

  it.each(['provider_timeout', 'auth_failed', 'rate_limited'] as const)(
    'because of %s fail the folder at once',
    async (code) => {
      const { asked, session } = refusing(() => true, failed(code));
      const { work } = folderWork({ stored: '1:4', flags: { kind: 'window' }, session });
      await expect(syncFlags(work, null)).rejects.toMatchObject({ failure: { code } });
      expect(asked).toEqual(['1:4']);
    },
  );

  it('in a list of changes are looked for among all stored messages, and the mod-sequence of SELECT is recorded', async () => {
    const { asked, session } = refusing((uids, since) => since !== null || holds3(uids));
    const { work, wrote, commits, state } = folderWork({
      ...{ stored: '1:4', flags: { kind: 'changed', since: '9' }, session },
      ...{ opened: { highestModseq: '12' }, state: { healed: 5 } },
    });
    expect(await syncFlags(work, null)).toBe(true);
    expect(asked.slice(0, 2)).toEqual(['1:99 since 9', '1:4']);
    expect(wrote).toEqual(['flags 1,2,4']);
    expect(commits[0]).toMatchObject({ scan: { below: 4_294_967_296, highestModseq: '12', doubt: 5 } });
    expect(state()).toMatchObject({ scan: null, highestModseq: '12', healed: 5 });
  });

  it('in a list of changes are looked for among the listed UIDs if there are any', async () => {
    const { asked, session } = refusing((_, since) => since !== null);
    const { work } = folderWork({ stored: '1:4', flags: { kind: 'changed', since: '9' }, session });
    expect(await syncFlags(work, parseUidSet('2:3'))).toBe(true);
    expect(asked).toEqual(['1:99 since 9', '2:3']);
  });

  it('are read by a later continuation when time is over', async () => {
    const { session } = refusing(holds3);
    const given = { stored: '1:4', flags: { kind: 'window' as const }, session };
    const { work, wrote } = folderWork({ ...given, remaining: [600_000, 600_000, 600_000, 0, 0, 0, 0, 0] });
    expect(await syncFlags(work, null)).toBe(false);
    expect(wrote).toEqual([]);
  });

  it('leave the scan where it was when time is over', async () => {
    const { session } = refusing(holds3);
    const scan = { below: 4_294_967_296, highestModseq: '11', doubt: 2 };
    const given = { stored: '1:4', flags: { kind: 'scan' as const }, state: { scan }, session };
    const { work, commits } = folderWork({ ...given, remaining: [600_000, 0, 0, 0, 0, 0, 0, 0] });
    expect(await syncFlags(work, parseUidSet('1:4'))).toBe(false);
    expect(commits).toEqual([]);
  });

  it('because the connection ended are requested over a new one', async () => {
    const { session } = refusing((uids) => uids === '1:4', failed('response_too_large'));
    const { work, asked, wrote } = folderWork({
      ...{ stored: '1:4', flags: { kind: 'window' as const } },
      session: { ...session, usable: false },
    });
    expect(await syncFlags(work, null)).toBe(true);
    expect(asked).toContain('reselect');
    expect(wrote).toEqual(['flags 1,2,3,4']);
    const changes = refusing((_, since) => since !== null, failed('response_too_large'));
    const given = { stored: '1:4', flags: { kind: 'changed' as const, since: '9' } };
    const lost = folderWork({ ...given, session: { ...changes.session, usable: false } });
    expect(await syncFlags(lost.work, null)).toBe(true);
    expect([lost.asked, lost.wrote]).toEqual([['reselect'], ['flags 1,2,3,4']]);
    const open = folderWork({ ...given, session: changes.session });
    expect(await syncFlags(open.work, null)).toBe(true);
    expect(open.asked).toEqual([]);
  });
});
