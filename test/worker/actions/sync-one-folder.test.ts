/** One folder from its opening to its release: the order of reading, and what is recorded if the sync ends early. */
import { describe, expect, it } from 'vitest';
import type { SyncMessagesPayload } from '../../../functions/domain/action/imap-sync-messages.ts';
import type { MailboxRecord, SyncState } from '../../../functions/domain/mail/mailbox.ts';
import { syncNamed } from '../../../functions/worker/actions/sync/named-folder.ts';
import { syncMailbox } from '../../../functions/worker/actions/sync/one-mailbox.ts';
import { type SyncCheckpoint, startRun } from '../../../functions/worker/actions/sync/run.ts';
import { emptyTally } from '../../../functions/worker/actions/sync/tally.ts';
import { bareContext, failed, NOW } from './bare-context.ts';
import { ago, failedBefore, folderList, type ListGiven, SAME, shown, synced } from './folder-list.ts';

const AT = new Date(NOW).toISOString();
const all = { folder: null, full: false };
const LOST = { name: 'MailboxLost' };

type Given = ListGiven & {
  readonly payload?: Partial<SyncMessagesPayload>;
  readonly counts?: Partial<SyncCheckpoint>;
  /** Milliseconds left at the start, and after the command with this beginning. */
  readonly msAfter?: readonly [string, number];
};

function one(given: Given = {}) {
  const { counts, msAfter } = given;
  const checkpoint = counts === undefined ? null : { ...startRun(all, bareContext()).counts, ...counts };
  const [command, ms] = msAfter ?? ['never', 0];
  const remainingMs = () => (list.asked.some((line) => line.startsWith(command)) ? ms : 600_000);
  const list: ReturnType<typeof folderList> = folderList({
    ...given,
    context: { checkpoint, remainingMs, ...given.context },
  });
  const run = startRun({ ...all, ...given.payload }, list.context);
  const tally = emptyTally();
  const sync = (record: MailboxRecord) => syncMailbox(run, record);
  const named = (record: MailboxRecord, status = shown(record).listed.status) =>
    syncNamed(run, shown(record, status), tally);
  return { ...list, run, tally, sync, named, released: () => list.put.at(-1) };
}

describe('a folder', () => {
  it('that is read completely is recorded as synced now and released without an error', async () => {
    const { sync, asked, released } = one();
    const record = synced('A', {}, { lastError: failedBefore(5, 1) });
    expect(await sync(record)).toEqual({ kind: 'done', left: 0, suspected: null, exactFlags: true });
    expect(asked).toEqual(['select A']);
    expect(released()).toMatchObject({ lock: null, lastError: null, sync: { syncedAt: AT } });
  });

  it('without mod-sequences is not exact in its flags', async () => {
    const { sync } = one({ selects: () => ({ modseqs: false, highestModseq: null }) });
    expect(await sync(synced('A', { highestModseq: null, reconciledAt: ago(1) }))).toMatchObject({ exactFlags: false });
  });

  it('that gets another UIDVALIDITY each time is not read, and its stored rows stay', async () => {
    const { sync, asked, released, erased, run } = one({ selects: () => ({ uidValidity: 8 }) });
    const record = synced('A', { resets: 5 }, { lastError: failedBefore(5, 1) });
    await expect(sync(record)).rejects.toMatchObject({ failure: { code: 'uidvalidity_changed' } });
    expect([asked, erased, run.counts.resets]).toEqual([['select A'], [], 0]);
    expect(released()).toMatchObject({ lock: null, sync: { uidValidity: 7, unfollowed: 8, syncedAt: ago(60) } });
    expect(released()?.lastError).toEqual(record.lastError);
  });

  it.each([
    [7, 0],
    [8, 1],
  ])('counts as reset when its UIDVALIDITY has changed: %i', async (uidValidity, resets) => {
    const { sync, run } = one({ selects: () => ({ uidValidity }) });
    await sync(synced('A'));
    expect(run.counts.resets).toBe(resets);
  });

  it('is released when it fails, as not synced, and the failure is thrown', async () => {
    const error = failed('command_failed');
    const given = { fetched: () => failed('auth_failed') };
    const record = synced('A', { known: 0, pending: '97:99', left: 3 });
    const { sync, released } = one(given);
    await expect(sync(record)).rejects.toMatchObject({ failure: { code: 'auth_failed' } });
    expect(released()).toMatchObject({ lock: null, sync: { syncedAt: ago(60) } });
    const lost = one({ fetched: () => failed('auth_failed'), isChanged: ({ lock }) => lock === null });
    await expect(lost.sync(record)).rejects.toMatchObject({ failure: { code: 'auth_failed' } });
    const search = one({ searches: () => error });
    await expect(search.sync(synced('A', { known: 2 }))).rejects.toBe(error);
  });

  it('that another writer has changed meanwhile is lost, and its flags get a doubt', async () => {
    const { sync, doubted } = one({ isChanged: ({ lock }) => lock === null });
    await expect(sync(synced('A'))).rejects.toMatchObject(LOST);
    expect(doubted).toEqual(['A']);
  });
});

describe('the messages of a folder', () => {
  it('are listed again if their number differs from SELECT, and missing ones are fetched', async () => {
    const { sync, asked, released } = one({ searches: () => '1:3,50', selects: () => ({ messages: 4 }) });
    expect(await sync(synced('A'))).toMatchObject({ kind: 'done', left: 0 });
    expect(asked).toEqual(['select A', 'select A', 'search A', 'fetch 50']);
    expect(released()?.sync).toMatchObject({ known: 4, pending: '', syncedAt: AT });
  });

  it('are stored also if only that list shows them', async () => {
    const { sync, asked, released } = one({
      searches: () => '1:3,105',
      selects: () => ({ messages: 4, uidNext: null }),
    });
    const late = one({ searches: () => '1:2,105', selects: () => ({ messages: 3 }) });
    expect(await sync(synced('A'))).toMatchObject({ kind: 'done' });
    expect(asked).toContain('fetch 105');
    expect(released()?.sync).toMatchObject({ known: 4, uidNext: 106, pending: '' });
    await late.sync(synced('A', { known: 2 }));
    expect(late.asked).toEqual(['select A', 'select A', 'search A', 'select A', 'search A', 'fetch 105']);
  });

  it.each([
    ['as many', '1:3', false],
    ['fewer', '1:2', true],
  ])(
    'are reported as not listed only if the list has fewer UIDs than there are rows (here: %s)',
    async (_, uids, unlisted) => {
      const { sync, run } = one({ searches: () => uids, payload: { full: true } });
      await sync(synced('A'));
      expect(run.counts.unlisted).toBe(unlisted);
    },
  );

  it('that are not yet stored count as listed', async () => {
    const given = {
      searches: () => '1:5',
      selects: () => ({ messages: 5 }),
      payload: { full: true, since: '2026-10-01' },
    };
    const floor = { uid: 100, date: '2026-10-01' };
    const { sync, run } = one(given);
    await sync(synced('A', { known: 3, pending: '4:99', left: 2, floor }));
    expect(run.counts.unlisted).toBe(false);
  });
});

describe('the end of the time', () => {
  const early = { kind: 'out_of_time' };
  const gone: Given = { selects: () => ({ messages: 0 }), searches: () => '' };
  const pending = { known: 0, pending: '97:99', left: 3 };

  const stages: readonly (readonly [string, Partial<SyncState>, Given, readonly string[]])[] = [
    ['in the removal of rows', {}, { ...gone, msAfter: ['search', 0], payload: { full: true } }, []],
    ['in the scan of flags', {}, { msAfter: ['search', 0], payload: { full: true } }, []],
    ['in the storing of messages', pending, { msAfter: ['select', 20_000] }, []],
    ['in the removal of rows after a second list', {}, { ...gone, msAfter: ['search', 0] }, ['select A']],
    [
      'in the storing of what a second list shows',
      { known: 2 },
      { searches: () => '1:2,105', selects: () => ({ messages: 3 }), msAfter: ['search', 20_000] },
      ['select A'],
    ],
  ];

  it.each(stages)(
    '%s leaves the folder to a later continuation: nothing more is requested',
    async (_, state, given, before) => {
      const { sync, asked, released } = one(given);
      expect(await sync(synced('A', state))).toMatchObject(early);
      expect(asked.slice(0, 1 + before.length)).toEqual(['select A', ...before]);
      expect(asked.filter((line) => /^(fetch|flags)/.test(line))).toEqual([]);
      expect(released()).toMatchObject({ lock: null, sync: { syncedAt: ago(60) } });
    },
  );
});

describe('rows of an old UIDVALIDITY', () => {
  const old = (given: Partial<NonNullable<MailboxRecord['sync']>> = {}) => synced('A', { old: [5, 6], ...given });

  it('are erased once all messages of the new one are stored', async () => {
    const { sync, erased, released } = one();
    expect(await sync(old())).toMatchObject({ kind: 'done' });
    expect([erased, released()?.sync?.old]).toEqual([['A 5', 'A 6'], []]);
  });

  it('are kept while messages of the new one are pending', async () => {
    const floor = { uid: 100, date: '2026-10-01' };
    const { sync, erased, released } = one({ payload: { since: '2026-10-01' } });
    await sync(old({ pending: '50:99', floor }));
    expect([erased, released()?.sync?.old]).toEqual([[], [5, 6]]);
  });

  it('are erased in as many calls as it takes', async () => {
    const { sync, erased } = one({ erasing: 2 });
    expect(await sync(old())).toMatchObject({ kind: 'done' });
    expect(erased).toEqual(['A 5', 'A 5', 'A 5', 'A 6']);
  });

  it('are erased by the next continuation when time is over; this one still counts as progress', async () => {
    const { sync, erased, run, released } = one({ erasing: 2, msAfter: ['select', 7_999] });
    expect(await sync(old())).toMatchObject({ kind: 'out_of_time' });
    expect([erased, run.progress.advanced, released()?.sync?.old]).toEqual([['A 5'], true, [5, 6]]);
  });
});

describe('a folder requested by name', () => {
  it.each([
    ['by the state in LIST', {}, SAME, ago(60)],
    ['by an earlier continuation', { counts: { startedAt: NOW } }, null, AT],
  ] as const)('is not read if it is known to be unchanged: %s', async (_, given, status, syncedAt) => {
    const { named, asked, noted, tally } = one(given);
    expect(await named(synced('A', { left: 0, syncedAt }, { syncLevel: 'basic' }), status)).toBe(true);
    expect([asked, noted, tally.exact]).toEqual([[], [], false]);
    const record = synced('A', { syncedAt }, { lastError: failedBefore(5, 1) });
    expect(await named(record, status)).toBe(true);
    expect([asked, noted]).toEqual([[], [['A', null]]]);
  });

  it('is left to the next continuation when time is over', async () => {
    const { named, asked } = one({ context: { remainingMs: () => 7_999 } });
    expect(await named(synced('A'))).toBe(false);
    expect(asked).toEqual([]);
  });

  it('is counted by its result', async () => {
    const { named, run, tally } = one({ searches: () => '97:99' });
    expect(await named(synced('A', { known: 0, pending: '97:99', left: 3 }))).toBe(true);
    expect([run.counts.added, run.counts.changed, run.counts.current, tally.left]).toEqual([3, 1, null, 0]);
  });

  it('is continued where messages are left, and counted as changed once over all continuations', async () => {
    const { named, run, tally } = one({ msAfter: ['fetch', 20_000] });
    const record = synced('A', { known: 0, pending: '50:99', left: 50, window: 32 });
    expect(await named(record)).toBe(false);
    expect([run.counts.changed, run.counts.current]).toEqual([1, record.key]);
    expect(tally.left).toBeGreaterThan(0);
  });

  it('that another run works on is waited for, without a failure', async () => {
    const { named, run, noted } = one();
    expect(await named(synced('A', {}, { lock: { by: 'job_2', until: NOW + 1 } }))).toBe(true);
    expect([run.counts.busy, noted]).toEqual([{ after: null }, []]);
  });

  it.each([
    ['a folder that has waited for it waits longer', 2, 3],
    ['a folder with an error that has not waited does not wait', 0, 0],
    ['a folder without an earlier error does not wait', null, 0],
  ])('fails with its own failure, which is recorded: %s', async (_, before, tries) => {
    const error = failed('permission_denied');
    const { named, noted } = one({ selects: () => error });
    const lastError = before === null ? null : failedBefore(5, before);
    await expect(named(synced('A', {}, { lastError }))).rejects.toBe(error);
    expect(noted).toMatchObject([['A', { code: 'permission_denied', tries }]]);
  });

  it('fails with a failure of the whole credential, which is not recorded for the folder', async () => {
    const error = failed('auth_failed');
    const { named, noted } = one({ selects: () => error });
    await expect(named(synced('A'))).rejects.toBe(error);
    expect(noted).toEqual([]);
  });
});
