import { describe, expect, test } from 'vitest';
import type { MailboxRecord, SyncState } from '../../../functions/domain/mail/mailbox.ts';
import {
  below,
  coveredOf,
  extendedTo,
  isAccountedFor,
  isFurther,
  isPlausible,
  isUnchanged,
  mayBeUnchanged,
  pendingAgain,
  planSession,
  recentOf,
  type ServerState,
  wantedOf,
} from '../../../functions/domain/sync/plan-messages.ts';
import { fromUids, MAX_UID, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';

const NOW = Date.parse('2026-11-02T00:00:00.000Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const OPTIONS = { full: false, since: null, now: NOW };
/** As stored in these tests: UIDs below 100, three messages, mod-sequence 9. */
const SERVER: ServerState = { uidValidity: 7, uidNext: 100, messages: 3, highestModseq: '9', modseqs: true };
const mailbox = storedMailbox('pc_one', 'A');

function state(changes: Partial<SyncState> = {}): SyncState {
  if (mailbox.sync === null) throw new Error('never synced');
  return { ...mailbox.sync, ...changes };
}

const record = (sync: SyncState | null, changes: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...mailbox,
  key: '00000000000000aa',
  version: 1,
  doubt: 0,
  lastError: null,
  sync,
  ...changes,
});

const plan = (sync: Partial<SyncState>, server: Partial<ServerState> = {}, options: Partial<typeof OPTIONS> = {}) =>
  planSession(record(state(sync)), { ...SERVER, ...server }, { ...OPTIONS, ...options });

describe('the UID space of a mailbox', () => {
  test('ends below UIDNEXT and at the highest UID', () => {
    expect([below(0), below(1), below(2), below(2 ** 40)]).toEqual([[], [], [[1, 1]], [[1, MAX_UID]]]);
  });

  test('is covered except for the pending part', () => {
    expect(coveredOf(state({ uidNext: 10, pending: '3:4,9' }))).toEqual(parseUidSet('1:2,5:8'));
  });

  test("is wanted from the floor on by a sync since the floor's day or later", () => {
    const floored = state({ pending: '1:50,60', floor: { uid: 40, date: '2026-10-01' } });
    expect(wantedOf(floored, '2026-10-01')).toEqual(parseUidSet('40:50,60'));
    expect(wantedOf(floored, '2026-10-02')).toEqual(parseUidSet('40:50,60'));
    expect(wantedOf(floored, '2026-09-30')).toEqual(parseUidSet('1:50,60'));
    expect(wantedOf(floored, null)).toEqual(parseUidSet('1:50,60'));
    expect(wantedOf(state({ pending: '1:50' }), '2026-10-01')).toEqual(parseUidSet('1:50'));
  });

  test('grows by the UIDs that a SEARCH lists above it', () => {
    const grown = extendedTo(state({ uidNext: 100, pending: '5' }), parseUidSet('1:3,104'));
    expect(grown).toEqual(state({ uidNext: 105, pending: '5,100:104' }));
    expect(extendedTo(state({ uidNext: 100 }), parseUidSet('100'))).toEqual(state({ uidNext: 101, pending: '100' }));
    const same = state({ uidNext: 100 });
    expect(extendedTo(same, parseUidSet('1:99'))).toBe(same);
    expect(extendedTo(same, [])).toBe(same);
  });

  test('becomes pending again for messages without a row, limited to the highest ranges', () => {
    expect(pendingAgain(state({ pending: '1', left: 2 }), parseUidSet('3:4'))).toEqual(
      state({ pending: '1,3:4', left: 4 }),
    );
    const gaps = fromUids(Array.from({ length: 2_001 }, (_, at) => 2 * at + 1));
    const again = pendingAgain(state(), gaps);
    expect(again.left).toBe(2_000);
    expect(parseUidSet(again.pending)[0]).toEqual([3, 3]);
  });
});

describe('the recent messages to fetch', () => {
  test('are those found', () => {
    expect(recentOf(parseUidSet('1:10'), parseUidSet('3,5:20'))).toEqual(parseUidSet('3,5:10'));
    const most = fromUids(Array.from({ length: 2_000 }, (_, at) => 2 * at + 2));
    expect(recentOf([[1, 9_000]], most)).toEqual(most);
    expect(recentOf([], most)).toEqual([]);
  });

  test('are all from the lowest one found, if the exact set would be too large to store', () => {
    const many = fromUids(Array.from({ length: 2_001 }, (_, at) => 2 * at + 2));
    expect(recentOf([[1, 9_000]], many)).toEqual([[2, 9_000]]);
  });
});

describe('a session that stops early', () => {
  const before = state({ pending: '1:9', known: 3, scan: { below: 50, highestModseq: '9', doubt: 0 } });

  test.each<[string, Partial<SyncState>]>([
    ['stored messages', { known: 4 }],
    ['covered UID space', { pending: '1:8' }],
    ['continued a scan', { scan: { below: 49, highestModseq: '9', doubt: 0 } }],
    ['ended a scan', { scan: null }],
  ])('made progress when it %s', (_, changes) => {
    expect(isFurther({ ...before, ...changes }, before)).toBe(true);
  });

  test('made no progress through anything else', () => {
    expect(isFurther({ ...before, syncedAt: null, left: 1, window: 32 }, before)).toBe(false);
    expect(isFurther(state(), state())).toBe(false);
  });
});

test('a mailbox is accounted for when stored and remaining messages add up to its messages', () => {
  expect(isAccountedFor(state({ known: 2, left: 1 }), 3)).toBe(true);
  expect(isAccountedFor(state({ known: 2, left: 1 }), 1)).toBe(false);
});

test('UIDNEXT is plausible when it is above all UIDs seen and above the number of messages', () => {
  const next = (uidNext: number | null, seen: number) => isPlausible({ ...SERVER, uidNext, messages: 5 }, seen);
  expect([next(6, 6), next(6, 1), next(6, 7), next(5, 1), next(null, 1)]).toEqual([true, true, false, false, false]);
});

describe('an unchanged folder', () => {
  const status = { uidValidity: 7, uidNext: 100, messages: 3, highestModseq: '9' };

  test('is recognised by its status alone', () => {
    expect(mayBeUnchanged(record(state()), OPTIONS)).toBe(true);
    expect(isUnchanged(record(state()), status, OPTIONS)).toBe(true);
  });

  test.each<[string, Partial<SyncState>]>([
    ['messages are pending', { pending: '5' }],
    ['a scan is in progress', { scan: { below: 5, highestModseq: null, doubt: 0 } }],
    ['messages are suspected to be gone', { suspected: { at: ago(0), count: 200 } }],
    ['rows of an earlier UIDVALIDITY are left', { old: [6] }],
    ['no mod-sequence is stored', { highestModseq: null }],
    ['a doubt about flags is open', { healed: 1 }],
  ])('needs no STATUS if %s', (_, changes) => {
    expect(mayBeUnchanged(record(state(changes)), OPTIONS)).toBe(false);
    expect(isUnchanged(record(state(changes)), status, OPTIONS)).toBe(false);
  });

  test('needs no STATUS in a full sync, nor before the first one', () => {
    expect(mayBeUnchanged(record(state()), { ...OPTIONS, full: true })).toBe(false);
    expect(mayBeUnchanged(record(null), OPTIONS)).toBe(false);
    expect(isUnchanged(record(null), status, OPTIONS)).toBe(false);
  });

  test('needs STATUS when the pending messages are older than the wanted ones', () => {
    const floored = state({ pending: '1:9', floor: { uid: 10, date: '2026-10-01' } });
    expect(mayBeUnchanged(record(floored), { ...OPTIONS, since: '2026-10-01' })).toBe(true);
  });

  test.each<[string, Partial<typeof status> | { uidNext: null } | { highestModseq: null }]>([
    ['another UIDVALIDITY', { uidValidity: 8 }],
    ['a higher UIDNEXT', { uidNext: 101 }],
    ['another mod-sequence', { highestModseq: '10' }],
    ['no mod-sequence', { highestModseq: null }],
    ['another number of messages', { messages: 4 }],
  ])('is not recognised by %s', (_, changes) => {
    expect(isUnchanged(record(state()), { ...status, ...changes }, OPTIONS)).toBe(false);
  });

  test('is recognised without UIDNEXT, and never without a status', () => {
    expect(isUnchanged(record(state()), { ...status, uidNext: null }, OPTIONS)).toBe(true);
    expect(isUnchanged(record(state()), { ...status, uidNext: 2 }, OPTIONS)).toBe(true);
    expect(isUnchanged(record(state()), null, OPTIONS)).toBe(false);
  });
});

describe('a first sync', () => {
  const first = (server: Partial<ServerState> = {}, changes: Partial<MailboxRecord> = {}) =>
    planSession(record(null, changes), { ...SERVER, ...server }, OPTIONS);

  test('has everything to do', () => {
    expect(first({}, { doubt: 3 })).toEqual({
      state: {
        uidValidity: 7,
        uidNext: 100,
        messages: 3,
        highestModseq: '9',
        known: 0,
        pending: '1:99',
        left: 3,
        floor: null,
        scan: null,
        suspected: null,
        resets: 0,
        unfollowed: null,
        old: [],
        window: 500,
        healed: 3,
        flagsAt: null,
        reconciledAt: null,
        syncedAt: null,
      },
      generation: 'same',
      flags: { kind: 'none' },
      enumerate: true,
    });
  });

  test('stores no mod-sequence of a mailbox that has none', () => {
    expect(first({ modseqs: false }).state.highestModseq).toBeNull();
  });

  test('begins at zero if UIDNEXT is missing, and lists the UIDs', () => {
    expect(first({ uidNext: null, messages: 0 })).toMatchObject({
      state: { uidNext: 1, pending: '' },
      enumerate: true,
    });
  });

  test('lists no UIDs of an empty mailbox', () => {
    expect(first({ uidNext: 1, messages: 0 }).enumerate).toBe(false);
  });

  test('of a path that had another mailbox before is a reset', () => {
    expect(first({}, { former: ['00000000000000bb'] }).generation).toBe('reset');
  });
});

describe('another UIDVALIDITY', () => {
  test('is accepted: everything is new, the window size stays, and the old rows are to be erased', () => {
    const reset = plan({ uidValidity: 6, old: [5], window: 32, resets: 1, known: 3, flagsAt: ago(0) });
    expect(reset).toMatchObject({
      generation: 'reset',
      state: { uidValidity: 7, known: 0, pending: '1:99', old: [5, 6], window: 32, resets: 2, flagsAt: null },
    });
  });

  test('that was there before makes its old rows current again', () => {
    expect(plan({ uidValidity: 6, old: [7, 6, 5] }).state.old).toEqual([6, 5]);
  });

  test('is accepted five times in a row, and after that only if it stays', () => {
    expect(plan({ uidValidity: 6, resets: 4 })).toMatchObject({ generation: 'reset', state: { resets: 5 } });
    const stored = { uidValidity: 6, resets: 5 };
    expect(plan(stored)).toEqual({
      state: state({ ...stored, unfollowed: 7 }),
      generation: 'unsteady',
      flags: { kind: 'none' },
      enumerate: false,
    });
    expect(plan({ ...stored, unfollowed: 8 }).generation).toBe('unsteady');
    expect(plan({ ...stored, unfollowed: 7 })).toMatchObject({ generation: 'reset', state: { resets: 0 } });
  });

  test('is not counted any more after the same one is met again', () => {
    expect(plan({ resets: 3, unfollowed: 8 }).state).toMatchObject({ resets: 0, unfollowed: null });
  });
});

describe('a later sync', () => {
  test('has nothing to do if nothing has changed', () => {
    expect(plan({})).toEqual({ state: state(), generation: 'same', flags: { kind: 'none' }, enumerate: false });
  });

  test('has new UID space to store, in addition to the pending part', () => {
    const { state: next, enumerate } = plan({ pending: '5' }, { uidNext: 103, messages: 6, highestModseq: '10' });
    expect(next).toMatchObject({ uidNext: 103, pending: '5,100:102', messages: 6 });
    expect(enumerate).toBe(false);
  });

  test('ignores a UIDNEXT below the stored one, and lists the UIDs', () => {
    for (const uidNext of [99, null])
      expect(plan({}, { uidNext })).toMatchObject({ state: { uidNext: 100, pending: '' }, enumerate: true });
  });

  test('lists the UIDs if more than a window is pending, or messages seemed gone', () => {
    expect(plan({ uidNext: 600, pending: '1:500' }, { uidNext: 600 }).enumerate).toBe(false);
    expect(plan({ uidNext: 600, pending: '1:250,300:550' }, { uidNext: 600 }).enumerate).toBe(true);
    expect(plan({ suspected: { at: ago(0), count: 200 } }).enumerate).toBe(true);
  });
});

describe('flags', () => {
  const HOUR = 3_600_000;
  const started = { below: MAX_UID + 1, highestModseq: '9', doubt: 0 };

  test('that changed are requested by the stored mod-sequence', () => {
    expect(plan({}, { highestModseq: '10' })).toMatchObject({
      flags: { kind: 'changed', since: '9' },
      state: { scan: null, highestModseq: '9' },
    });
  });

  test.each<[string, Partial<SyncState>, Partial<ServerState>, Partial<typeof OPTIONS>]>([
    ['in a full sync', {}, {}, { full: true }],
    ['if no mod-sequence is stored', { highestModseq: null }, {}, {}],
    ['if the mod-sequence has decreased, compared as a number', { highestModseq: '10' }, {}, {}],
    ['if a doubt about flags is open', { healed: 4 }, {}, {}],
  ])('are all compared %s', (_, sync, server, options) => {
    const planned = plan(sync, server, options);
    expect(planned).toMatchObject({ flags: { kind: 'scan' }, state: { scan: started }, enumerate: true });
  });

  test('are all compared from the point where a scan stopped', () => {
    const scan = { below: 50, highestModseq: '8', doubt: 0 };
    expect(plan({ scan })).toMatchObject({ flags: { kind: 'scan' }, state: { scan } });
  });

  test('without mod-sequences are all compared every hour, and those of the newest messages in between', () => {
    for (const server of [{ modseqs: false }, { highestModseq: null }]) {
      expect(plan({ reconciledAt: ago(HOUR - 1) }, server)).toMatchObject({
        flags: { kind: 'window' },
        enumerate: false,
      });
      expect(plan({ reconciledAt: ago(HOUR) }, server)).toMatchObject({
        flags: { kind: 'scan' },
        state: { scan: { ...started, highestModseq: null } },
      });
      expect(plan({ reconciledAt: null }, server).flags.kind).toBe('scan');
    }
  });
});
