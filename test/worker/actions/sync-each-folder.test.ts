/** Folders in sequence: which of them are opened, and how a failed, busy or slow folder affects the others. */
import { describe, expect, it } from 'vitest';
import type { SyncMessagesPayload } from '../../../functions/domain/action/imap-sync-messages.ts';
import { folderPlaceOf } from '../../../functions/domain/sync/folder-order.ts';
import type { Folder } from '../../../functions/worker/actions/sync/discover.ts';
import { MAX_IDLE, syncEach } from '../../../functions/worker/actions/sync/each-folder.ts';
import { refusalsOf } from '../../../functions/worker/actions/sync/refusals.ts';
import { type SyncCheckpoint, startRun } from '../../../functions/worker/actions/sync/run.ts';
import { emptyTally } from '../../../functions/worker/actions/sync/tally.ts';
import { bareContext, failed, NOW } from './bare-context.ts';
import { failedBefore, folderList, type ListGiven, SAME, shown, synced } from './folder-list.ts';

type Given = ListGiven & { readonly payload?: Partial<SyncMessagesPayload>; readonly counts?: Partial<SyncCheckpoint> };

/** `remaining`: milliseconds left at each check; the last value is used for all later checks. */
function visits(given: Given = {}, remaining: readonly number[] = [600_000]) {
  const time = [...remaining];
  const remainingMs = () => (time.length > 1 ? time.shift() : time[0]) ?? 0;
  const isLater = given.counts !== undefined;
  const checkpoint = isLater ? { ...startRun(all, bareContext()).counts, ...given.counts } : null;
  const list = folderList({ ...given, context: { checkpoint, remainingMs, ...given.context } });
  const run = startRun({ ...all, ...given.payload }, list.context);
  const tally = emptyTally();
  const refusals = refusalsOf(run, { witness: null, anyWell: false });
  return { ...list, run, tally, refusals, sync: (...folders: Folder[]) => syncEach(run, folders, tally, refusals) };
}

const all = { folder: null, full: false };
const REFUSED = failed('command_failed');
const [A, B, C] = [synced('A'), synced('B'), synced('C')];
const placeOf = (record: Folder['record']) => folderPlaceOf(record, NOW);

describe('a folder without changes', () => {
  it('is not opened if LIST has its state, and counts by its stored numbers', async () => {
    const { sync, asked, tally, noted } = visits();
    expect(await sync(shown(synced('A', { left: 2 }), { ...SAME, messages: 5 }))).toBe(true);
    expect([asked, noted, tally.left]).toEqual([[], [], 2]);
  });

  it('is not opened if STATUS shows no change, and this counts as progress', async () => {
    const { sync, asked, tally, run } = visits();
    expect(await sync(shown(synced('A', { left: 0 })))).toBe(true);
    expect([asked, run.progress.advanced]).toEqual([['status A'], true]);
    const left = visits({ states: () => ({ ...SAME, messages: 5 }) });
    await left.sync(shown(synced('A', { left: 2 })));
    expect([left.asked, left.tally.left, tally.left]).toEqual([['status A'], 2, 0]);
  });

  it.each([
    ['by LIST', SAME],
    ['by STATUS', null],
  ])('has no error any more: %s', async (_, status) => {
    const { sync, noted } = visits();
    await sync(shown(synced('A', {}, { lastError: failedBefore(60, 1) }), status));
    expect(noted).toEqual([['A', null]]);
  });

  it('is not synced twice in an attempt: folders of an earlier continuation are skipped', async () => {
    const { sync, asked, tally } = visits({ counts: { startedAt: NOW - 1 } });
    await sync(shown(synced('A', { left: 4, syncedAt: new Date(NOW).toISOString() })));
    expect([asked, tally.left]).toEqual([[], 4]);
  });
});

describe('the state of a folder', () => {
  const opened = ['select A'];

  it.each([
    ['without mod-sequences', A, { features: { condstore: false } }],
    ['whose LIST would have had it', A, { features: { listStatus: true } }],
    ['of which nothing is stored', synced('A', null), {}],
    ['of which all is to be read', A, { payload: { full: true } }],
  ] as const)('is not requested if it cannot save an EXAMINE: a folder %s', async (_, record, given) => {
    const { sync, asked } = visits(given);
    await sync(shown(record));
    expect(asked.slice(0, 1)).toEqual(opened);
  });

  it('that shows a change causes the folder to be opened', async () => {
    const { sync, asked } = visits({ states: () => ({ ...SAME, highestModseq: '10' }) });
    await sync(shown(synced('A')));
    expect(asked).toEqual(['status A', ...opened]);
  });

  it.each([
    ['NO', REFUSED, true],
    ['a connection that is closed', failed('connection_closed'), false],
  ])('that cannot be read proves nothing, so the folder is opened: %s', async (_, error, usable) => {
    const { sync, asked, noted } = visits({ states: () => error, usable });
    expect(await sync(shown(A))).toBe(true);
    expect([asked, noted]).toEqual([['status A', ...opened], []]);
  });

  it('of a folder that does not answer is not requested twice: the folder is refused', async () => {
    const { sync, asked, refusals } = visits({ states: () => failed('provider_timeout'), usable: false });
    expect(await sync(shown(A))).toBe(true);
    expect([asked, refusals.isRefused(A)]).toEqual([['status A'], true]);
  });

  it('that is refused for the whole credential ends the sync', async () => {
    const locked = failed('auth_failed');
    const { sync, asked } = visits({ states: () => locked });
    await expect(sync(shown(A), shown(B))).rejects.toBe(locked);
    expect(asked).toEqual(['status A']);
  });
});

describe('a folder that cannot be read', () => {
  const selects = (error: Error) => (name: string) => (name === 'A' ? error : {});

  it('is skipped, counts by its stored numbers, and gets an error when another folder can be read', async () => {
    const { sync, asked, noted, tally, run } = visits({ selects: selects(REFUSED) });
    expect(await sync(shown(synced('A', { highestModseq: null, left: 5 })), shown(synced('B', null)))).toBe(true);
    expect(asked.filter((line) => line.startsWith('select'))).toEqual(['select A', 'select B']);
    expect(noted).toMatchObject([['A', { code: 'command_failed', tries: 1 }]]);
    expect([tally.left, run.counts.passed]).toEqual([5, placeOf(B)]);
  });

  it.each([
    ['a failure of the whole credential', failed('auth_failed')],
    ['an error that is not from the server', new Error('a bug')],
  ])('ends the sync by %s', async (_, error) => {
    const { sync, asked, run } = visits({ selects: selects(error) });
    await expect(sync(shown(synced('A', null)), shown(B))).rejects.toBe(error);
    expect([asked, run.counts.passed]).toEqual([['select A'], null]);
  });

  it('waits as long as its error says, and gets no command meanwhile', async () => {
    const { sync, asked, tally, noted } = visits();
    const record = synced('A', { left: 3 }, { lastError: failedBefore(9, 1) });
    expect(await sync(shown(record))).toBe(true);
    expect([asked, tally.left, noted]).toEqual([[], 3, []]);
  });

  it.each([
    ['once it has waited', failedBefore(11, 1), {}],
    ['at once in a full sync', failedBefore(1, 1), { payload: { full: true } }],
  ])('is tried again %s', async (_, lastError, given) => {
    const { sync, asked } = visits(given);
    await sync(shown(synced('A', null, { lastError })));
    expect(asked).toContain('select A');
  });

  it('is tried once in an attempt, in any of its continuations', async () => {
    const record = synced('A', null, { lastError: failedBefore(1, 0) });
    const later = visits({ counts: { startedAt: NOW - 90_000 } });
    await later.sync(shown(record));
    expect(later.asked).toEqual([]);
    const first = visits();
    await first.sync(shown(synced('A', null, { lastError: failedBefore(0, 0) })));
    expect(first.asked).toContain('select A');
  });
});

describe('a folder that another run works on', () => {
  const lock = { by: 'job_2', until: NOW + 1_000 };
  const busy = synced('B', null, { lock });

  it('is deferred, and the sync continues with the next folder', async () => {
    const { sync, asked, run, noted } = visits();
    expect(await sync(shown(A, SAME), shown(busy), shown(synced('C', null)))).toBe(true);
    expect([run.counts.busy, noted]).toEqual([{ after: placeOf(A) }, []]);
    expect([asked[0], run.counts.passed]).toEqual(['select C', placeOf(C)]);
  });

  it('is where the sync continues later: at the first such folder, even if it is the first of all', async () => {
    const { sync, run } = visits();
    await sync(shown(synced('A', null, { lock })), shown(busy));
    expect(run.counts.busy).toEqual({ after: null });
  });
});

describe('the time of a continuation', () => {
  it('is checked before each folder; when it is over, the place of the last finished folder is stored', async () => {
    const { sync, asked, run } = visits({}, [600_000, 8_000, 7_999]);
    expect(await sync(shown(A), shown(B), shown(C))).toBe(false);
    expect([asked, run.counts.passed]).toEqual([['status A'], placeOf(A)]);
  });

  it('is not needed for folders that are proven unchanged without a command', async () => {
    const { sync, run } = visits({}, [0]);
    expect(await sync(shown(A, SAME), shown(B, SAME))).toBe(true);
    expect(run.counts.passed).toEqual(placeOf(B));
  });

  it('is not spent again on folders that earlier continuations have passed', async () => {
    const { sync, asked, tally } = visits({ counts: { passed: placeOf(B) } });
    await sync(shown(synced('A', { left: 1 })), shown(synced('B', { left: 2 })), shown(C));
    expect([asked, tally.left]).toEqual([['status C'], 3]);
  });

  it('ends when the worker has lost the job: no further folder is read', async () => {
    const ended = new AbortController();
    ended.abort();
    const { sync, asked } = visits({ context: { signal: ended.signal } });
    await expect(sync(shown(A))).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(asked).toEqual([]);
  });
});

describe('a folder that has messages to store', () => {
  const pending = () => synced('A', { known: 0, pending: '97:99', left: 3 });
  /** Time for the folder, but none for a FETCH: `begun` at its start, or when the continuation began. */
  const short = (begun: number, atStart = begun) => [atStart, begun, 20_000];

  it('is counted by its result', async () => {
    const { sync, run, tally } = visits({ searches: () => '97:99' });
    expect(await sync(shown(pending()))).toBe(true);
    expect([run.counts.added, run.counts.changed, run.counts.current, tally.left]).toEqual([3, 1, null, 0]);
    expect([run.progress.advanced, run.counts.passed]).toEqual([true, placeOf(A)]);
  });

  it('is continued by the next continuation when time is over', async () => {
    const { sync, run, refusals, tally } = visits({}, short(59_999));
    expect(await sync(shown(pending()), shown(B))).toBe(false);
    expect([run.counts.passed, refusals.isRefused(A), tally.left]).toEqual([null, false, 3]);
  });

  it.each([
    ['the first and the second time', MAX_IDLE - 2, 60_000, false],
    ['a third time', MAX_IDLE - 1, 60_000, true],
    ['a third time, if it had enough time', MAX_IDLE - 1, 59_999, false],
  ])('is noted as refused when a whole continuation makes no progress in it %s', async (_, idle, ms, isRefused) => {
    const { sync, run, refusals, asked, noted } = visits({ counts: { idle } }, short(ms));
    expect(await sync(shown(pending()), shown(B))).toBe(isRefused);
    expect(refusals.isRefused(A)).toBe(isRefused);
    expect(asked.includes('status B')).toBe(isRefused);
    await refusals.settle(true);
    const error = { code: 'deadline_exceeded', detail: expect.stringContaining('3') };
    expect(noted).toMatchObject(isRefused ? [['A', error]] : []);
    expect(run.progress.trouble).toBeNull();
  });

  it('is noted as refused at once when an error of the server prevents progress', async () => {
    const trouble = failed('provider_timeout');
    const { sync, refusals, noted } = visits({ fetched: () => trouble }, [60_000, 60_000, 30_000, 30_000, 20_000]);
    expect(await sync(shown(pending()))).toBe(true);
    await refusals.settle();
    expect(noted).toMatchObject([['A', { code: 'provider_timeout' }]]);
  });

  it('keeps the progress that the continuation made in earlier folders', async () => {
    const { sync, run } = visits({}, [600_000, 60_000, 60_000, 20_000]);
    expect(await sync(shown(synced('0')), shown(pending()))).toBe(false);
    expect(run.progress.advanced).toBe(true);
  });

  it('clears the errors of those before it: the server reads folders', async () => {
    const { sync, noted } = visits({ selects: (name) => (name === '0' ? REFUSED : {}) }, [
      ...[600_000, 30_000],
      ...short(30_000),
    ]);
    await sync(shown(synced('0', null)), shown(pending()));
    expect(noted).toMatchObject([['0', { code: 'command_failed', tries: 1 }]]);
  });
});
