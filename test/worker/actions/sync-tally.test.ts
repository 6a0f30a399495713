import { describe, expect, it } from 'vitest';
import { fits } from '../../../functions/domain/action/result.ts';
import type { MailboxRecord, SyncState } from '../../../functions/domain/mail/mailbox.ts';
import { secondPassAt } from '../../../functions/domain/sync/plan-removals.ts';
import { type SyncCheckpoint, startRun } from '../../../functions/worker/actions/sync/run.ts';
import {
  countOutcome,
  countStored,
  emptyTally,
  resultOf,
  type Tally,
} from '../../../functions/worker/actions/sync/tally.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { bareContext } from './bare-context.ts';

const at = (minute: number): string => new Date(Date.parse('2026-11-01T00:00:00.000Z') + minute * 60_000).toISOString();
const suspectedAt = (minute: number) => ({ at: at(minute), count: 9 });

function record(sync: Partial<SyncState> | null, syncLevel: MailboxRecord['syncLevel'] = 'condstore'): MailboxRecord {
  const made = { ...storedMailbox('pc_1', 'A'), key: '00000000000000aa', version: 1, doubt: 0, lastError: null };
  return { ...made, syncLevel, sync: sync === null || made.sync === null ? null : { ...made.sync, ...sync } };
}
const counts = () => startRun({ folder: null, full: false }, bareContext()).counts;
type Given = Parameters<typeof resultOf>[2];
const nothing: Given = { folders: 2, refused: [], damaged: false };

describe('the state of all folders', () => {
  it('adds up the remaining messages of read and unread folders', () => {
    const tally = emptyTally();
    countStored(tally, record({ left: 2 }));
    countStored(tally, record(null));
    countOutcome(tally, { kind: 'done', left: 3, suspected: null, exactFlags: true });
    expect(tally).toEqual({ left: 5, recheckAt: null, exact: true });
  });

  it.each(['condstore', 'qresync', 'basic'] as const)('has exact flags if each folder has: %s', (level) => {
    const tally = emptyTally();
    countStored(tally, record({}, level));
    countStored(tally, record({}));
    expect(tally.exact).toBe(level !== 'basic');
  });

  it('has no exact flags if one folder has none', () => {
    const tally = emptyTally();
    for (const exactFlags of [true, false, true])
      countOutcome(tally, { kind: 'done', left: 0, suspected: null, exactFlags });
    expect(tally.exact).toBe(false);
  });

  it('is due again at its earliest second pass', () => {
    const tally = emptyTally();
    countStored(tally, record({ suspected: suspectedAt(5) }));
    expect(tally.recheckAt).toBe(secondPassAt(at(5)));
    countOutcome(tally, { kind: 'done', left: 0, suspected: suspectedAt(1), exactFlags: true });
    expect(tally.recheckAt).toBe(secondPassAt(at(1)));
    countStored(tally, record({ suspected: suspectedAt(9) }));
    countStored(tally, record({ suspected: null }));
    expect(tally.recheckAt).toBe(secondPassAt(at(1)));
  });
});

describe('the result of a sync', () => {
  it('is complete if nothing is left', () => {
    const counted = { ...counts(), added: 1, updated: 2, removed: 3, moved: 4, unreadable: 5, resets: 6, changed: 1 };
    expect(resultOf(counted, emptyTally(), nothing)).toEqual({
      ...{ folders: 2, unchanged: 1, added: 1, updated: 2, removed: 3, moved: 4, unreadable: 5, resets: 6 },
      ...{ backfill_left: 0, complete: true, flags: 'exact', listing: 'whole', refused: [], refused_count: 0 },
    });
  });

  it.each<[string, Partial<Tally>, Partial<SyncCheckpoint>, Partial<Given>, object]>([
    ['messages are left', { left: 1 }, {}, {}, { backfill_left: 1 }],
    ['a second pass is due', { recheckAt: at(1) }, {}, {}, {}],
    ['rows are kept that the server does not list', {}, { unlisted: true }, {}, {}],
    ['a folder was refused', {}, {}, { refused: [{ folder: 'A', code: 'command_failed' }] }, { refused_count: 1 }],
    ['the list of folders was damaged', {}, {}, { damaged: true }, { listing: 'damaged' }],
  ])('is not complete if %s', (_, tally, counted, given, shown) => {
    const result = resultOf({ ...counts(), ...counted }, { ...emptyTally(), ...tally }, { ...nothing, ...given });
    expect(result).toMatchObject({ complete: false, ...shown });
  });

  it('reports window flags if they are not exact', () => {
    expect(resultOf(counts(), { ...emptyTally(), exact: false }, nothing)).toMatchObject({ flags: 'window' });
  });

  it('counts as unchanged the folders that neither changed nor were refused, and never less than zero', () => {
    const refused = [{ folder: 'A', code: 'command_failed' as const }];
    const unchanged = (changed: number, folders: number) =>
      resultOf({ ...counts(), changed }, emptyTally(), { folders, refused, damaged: false }).unchanged;
    expect([unchanged(1, 5), unchanged(5, 5)]).toEqual([3, 0]);
  });

  it.each([
    ['short', 'F', 20],
    ['of the maximum length', 'ü'.repeat(200), 8],
  ])('names refused folders while there is room, and counts all: names that are %s', (_, name, least) => {
    const refused = Array.from({ length: 30 }, (_each, n) => ({
      folder: `${n}${name}`,
      code: 'limit_reached' as const,
    }));
    const result = resultOf(counts(), emptyTally(), { folders: 30, refused, damaged: false });
    expect(result.refused_count).toBe(30);
    expect(fits(result)).toBe(true);
    expect(result.refused).toEqual(refused.slice(0, result.refused.length));
    expect(result.refused.length).toBeGreaterThanOrEqual(least);
    expect(result.refused.length).toBeLessThanOrEqual(20);
    const [next] = refused.slice(result.refused.length);
    const full = result.refused.length === 20;
    if (next !== undefined && !full) expect(fits({ ...result, refused: [...result.refused, next] })).toBe(false);
  });
});
