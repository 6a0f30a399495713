import { describe, expect, test } from 'vitest';
import { decideRemovals, secondPassAt } from '../../../functions/domain/sync/plan-removals.ts';

const now = Date.parse('2026-11-01T12:00:00.000Z');
const given = { gone: 1, stored: 1000, complete: true, suspected: null, now };
const minutesAgo = (minutes: number, count: number) => ({ at: new Date(now - minutes * 60_000).toISOString(), count });

describe('messages that the server no longer lists', () => {
  test('are removed when they are few, or a small part', () => {
    expect(decideRemovals(given).kind).toBe('remove');
    expect(decideRemovals({ ...given, gone: 100, stored: 100 }).kind).toBe('remove');
    expect(decideRemovals({ ...given, gone: 200, stored: 1000 }).kind).toBe('remove');
  });

  test('are kept when the list was not complete, however few they are', () => {
    expect(decideRemovals({ ...given, complete: false })).toEqual({ kind: 'wait', suspected: null });
  });

  test('are first suspected when they are more than 100 and more than a fifth', () => {
    expect(decideRemovals({ ...given, gone: 201 })).toEqual({ kind: 'wait', suspected: minutesAgo(0, 201) });
  });

  test('are removed by a second pass ten minutes later, not earlier', () => {
    expect(decideRemovals({ ...given, gone: 300, suspected: minutesAgo(9, 300) }).kind).toBe('wait');
    expect(decideRemovals({ ...given, gone: 300, suspected: minutesAgo(10, 300) }).kind).toBe('remove');
  });

  test('are removed by a second pass that misses up to a fifth and 100 more', () => {
    const at = (gone: number) => decideRemovals({ ...given, gone, suspected: minutesAgo(10, 300) }).kind;
    expect([at(460), at(461)]).toEqual(['remove', 'wait']);
  });

  test('are checked again ten minutes later, plus ten seconds for differing clocks', () => {
    expect(secondPassAt('2026-11-01T12:00:00.000Z')).toBe('2026-11-01T12:10:10.000Z');
  });

  test('are suspected again when the second pass misses many more', () => {
    const decision = decideRemovals({ ...given, gone: 900, suspected: minutesAgo(20, 300) });
    expect(decision).toEqual({ kind: 'wait', suspected: minutesAgo(0, 900) });
  });
});
