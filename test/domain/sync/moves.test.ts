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
  test('within one part are moved, and nothing is remembered of them', () => {
    const both = { added: [seen('m', 'B')], removed: [seen('m', 'A')] };
    expect(matchMoves(none, both, observer)).toEqual({ moved: 1, added: 1, removed: 1, traces: none, changed: true });
  });

  test('in an earlier run are moved by the run that sees the other half: its own count alone changes', () => {
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

  test('in an earlier part of the same attempt are taken out of both its counts', () => {
    const own = { ...none, removed: [trace('A', ['m'], minutesAgo(1), 'job_1')] };
    expect(matchMoves(own, { added: [seen('m', 'B')], removed: [] }, observer)).toMatchObject({ added: 1, removed: 1 });
    const earlierAttempt = { ...none, removed: [trace('A', ['m'], minutesAgo(3), 'job_1')] };
    expect(matchMoves(earlierAttempt, { added: [seen('m', 'B')], removed: [] }, observer)).toMatchObject({
      added: 1,
      removed: 0,
    });
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

  test('are remembered for some minutes: what left, and what arrived, but not what was only fetched late', () => {
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

  test('are forgotten, the oldest first, when they are too many', () => {
    const prints = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
    const removed = prints('new', 1500).map((print) => seen(print, 'A'));
    const { traces } = matchMoves(
      { ...none, removed: [trace('A', prints('old', 1500))] },
      { added: [], removed },
      observer,
    );
    expect(traces.removed.map((each) => each.prints.length)).toEqual([1500, 500]);
  });
});
