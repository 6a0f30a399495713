import { describe, expect, test } from 'vitest';
import { matchMoves, type Seen, type Traces } from '../../../functions/domain/sync/moves.ts';

const now = Date.parse('2026-11-02T00:00:00.000Z');
const minutesAgo = (minutes: number): number => now - minutes * 60_000;
const none: Traces = { generation: 1, removed: [], added: [] };
const seen = (print: string, mailboxKey: string, arrived = true): Seen => ({ print, mailboxKey, arrived });
const trace = (mailboxKey: string, prints: string[], at = minutesAgo(5), by = 'job_0') => ({
  mailboxKey,
  at,
  by,
  prints,
});
const observer = { by: 'job_1', since: minutesAgo(2), now };

describe('messages that left one mailbox and appeared in another', () => {
  test('within one run are moved, and nothing is stored about them', () => {
    const both = { added: [seen('m', 'B')], removed: [seen('m', 'A')] };
    expect(matchMoves(none, both, observer)).toEqual({ moved: 1, added: 1, removed: 1, traces: none, changed: true });
  });

  test('in an earlier run are counted by the run that sees the other half: only its own count changes', () => {
    const left = { ...none, removed: [trace('A', ['m', 'n'])] };
    const later = matchMoves(left, { added: [seen('m', 'B', false)], removed: [] }, observer);
    expect(later).toMatchObject({ moved: 1, added: 1, removed: 0 });
    expect(later.traces.removed).toEqual([trace('A', ['n'])]);
    const came = { ...none, added: [trace('B', ['m'])] };
    expect(matchMoves(came, { added: [], removed: [seen('m', 'A')] }, observer)).toMatchObject({
      moved: 1,
      added: 0,
      removed: 1,
      traces: none,
    });
  });

  test('in an earlier run of the same attempt are removed from both of its counts', () => {
    const own = { ...none, removed: [trace('A', ['m'], minutesAgo(1), 'job_1')] };
    expect(matchMoves(own, { added: [seen('m', 'B')], removed: [] }, observer)).toMatchObject({ added: 1, removed: 1 });
    const earlierAttempt = { ...none, removed: [trace('A', ['m'], minutesAgo(3), 'job_1')] };
    expect(matchMoves(earlierAttempt, { added: [seen('m', 'B')], removed: [] }, observer)).toMatchObject({
      added: 1,
      removed: 0,
    });
  });

  test('in a run of another attempt since the attempt began are not counted as its own', () => {
    const others = { ...none, removed: [trace('A', ['m'], minutesAgo(1), 'job_0')] };
    expect(matchMoves(others, { added: [seen('m', 'B')], removed: [] }, observer)).toMatchObject({
      moved: 1,
      removed: 0,
    });
    const own = { ...none, removed: [trace('A', ['m'], observer.since, 'job_1')] };
    expect(matchMoves(own, { added: [seen('m', 'B')], removed: [] }, observer)).toMatchObject({ moved: 1, removed: 1 });
  });

  test('that an earlier run of the same attempt saw arrive are removed from both of its counts', () => {
    const own = { ...none, added: [trace('B', ['m'], minutesAgo(1), 'job_1')] };
    expect(matchMoves(own, { added: [], removed: [seen('m', 'A')] }, observer)).toEqual({
      ...{ moved: 1, added: 1, removed: 1, changed: true },
      traces: none,
    });
  });

  test('are not counted again if both halves were already stored', () => {
    const both = { ...none, removed: [trace('A', ['m'])], added: [trace('B', ['m'])] };
    expect(matchMoves(both, { added: [], removed: [] }, observer)).toEqual({
      ...{ moved: 0, added: 0, removed: 0, changed: false },
      traces: both,
    });
  });

  test('are stored when one left, arrived or was moved, not when one was fetched late', () => {
    const changed = (added: Seen[], removed: Seen[]) => matchMoves(none, { added, removed }, observer).changed;
    expect(changed([], [seen('m', 'A')])).toBe(true);
    expect(changed([seen('m', 'A')], [])).toBe(true);
    expect(changed([seen('m', 'A')], [seen('n', 'B')])).toBe(true);
    expect(changed([seen('m', 'A', false)], [])).toBe(false);
    expect(changed([], [])).toBe(false);
  });

  test('are paired copy by copy', () => {
    const copies = { added: [seen('m', 'B'), seen('m', 'D')], removed: [seen('m', 'A'), seen('m', 'C')] };
    expect(matchMoves(none, copies, observer)).toMatchObject({ moved: 2, traces: none });
  });

  test('are stored for ten minutes to the millisecond', () => {
    const atAge = (ms: number) =>
      matchMoves(
        { ...none, removed: [trace('A', ['m'], now - ms)] },
        { added: [seen('m', 'B')], removed: [] },
        observer,
      );
    expect([atAge(600_000).moved, atAge(600_001).moved]).toEqual([1, 0]);
  });

  test('are paired one to one', () => {
    const copies = { added: [seen('m', 'B'), seen('m', 'C')], removed: [seen('m', 'A')] };
    expect(matchMoves(none, copies, observer)).toMatchObject({ moved: 1, added: 1, removed: 1 });
  });

  test.each<[string, Traces, Seen[], Seen[]]>([
    ['in the same mailbox', none, [seen('m', 'A')], [seen('m', 'A')]],
    ['of another message', none, [seen('m', 'B')], [seen('n', 'A')]],
    ['too long ago', { ...none, removed: [trace('A', ['m'], minutesAgo(11))] }, [seen('m', 'B')], []],
  ])('are not moved %s', (_, earlier, added, removed) => {
    expect(matchMoves(earlier, { added, removed }, observer)).toMatchObject({ moved: 0, added: 0, removed: 0 });
  });

  test('are stored for some minutes: departures and arrivals, but not messages that were only fetched late', () => {
    const matched = matchMoves(
      { ...none, added: [trace('B', ['old'], minutesAgo(11))] },
      { added: [seen('a', 'B'), seen('late', 'B', false)], removed: [seen('r', 'A'), seen('s', 'A')] },
      observer,
    );
    expect(matched.traces).toEqual({
      generation: 1,
      removed: [trace('A', ['r', 's'], now, 'job_1')],
      added: [trace('B', ['a'], now, 'job_1')],
    });
  });

  test('are dropped, the oldest first, when there are too many', () => {
    const prints = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
    const removed = prints('new', 1500).map((print) => seen(print, 'A'));
    const { traces } = matchMoves(
      { ...none, removed: [trace('A', prints('old', 1500))] },
      { added: [], removed },
      observer,
    );
    expect(traces.removed.map((each) => each.prints.length)).toEqual([1500, 500]);
    const mixed = matchMoves(
      { ...none, removed: [trace('A', prints('old', 1200)), trace('A', prints('newer', 800), minutesAgo(1))] },
      { added: [], removed: removed.slice(0, 500) },
      observer,
    );
    expect(mixed.traces.removed.map(({ at, prints: each }) => [at, each.length])).toEqual([
      [now, 500],
      [minutesAgo(1), 800],
      [minutesAgo(5), 700],
    ]);
    const oldFirst = [trace('A', prints('old', 1500), minutesAgo(9)), trace('A', prints('newer', 1500), minutesAgo(1))];
    for (const known of [oldFirst, oldFirst.toReversed()]) {
      const { traces } = matchMoves({ ...none, removed: known }, { added: [], removed: [seen('x', 'A')] }, observer);
      expect(traces.removed.map(({ at, prints: each }) => [at, each.length])).toEqual([
        [now, 1],
        [minutesAgo(1), 1500],
        [minutesAgo(9), 499],
      ]);
    }
  });
});
