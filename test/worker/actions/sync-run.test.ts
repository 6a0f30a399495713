/** What a run of a sync may begin in its time, and what it takes over from the previous run. */
import { describe, expect, it, vi } from 'vitest';
import {
  assertOurs,
  estimateMessages,
  expectMessages,
  hasTimeToFetch,
  isTimeUp,
  reportStored,
  startRun,
  timeLeft,
} from '../../../functions/worker/actions/sync/run.ts';
import { bareContext, NOW } from './bare-context.ts';

const all = { folder: null, full: false };
const withTime = (ms: number) => startRun(all, bareContext({ remainingMs: () => ms }));
const fresh = {
  ...{ changed: 0, added: 0, updated: 0, removed: 0, moved: 0, unreadable: 0, resets: 0, stored: 0 },
  ...{ unlisted: false, idle: 0, current: null, passed: null, from: null, busy: null },
};
const place = { late: false, name: 'A', key: 'a' };
const handedOn = {
  ...{ startedAt: NOW - 5_000, changed: 1, added: 2, updated: 3, removed: 4, moved: 5, unreadable: 6, resets: 7 },
  stored: 8,
  ...{ unlisted: true, idle: 2, current: 'k', passed: place, from: place, busy: { after: null } },
};

describe('the time of a run', () => {
  it.each([
    [7_999, 'none', true, false],
    [8_000, 'some', false, false],
    [24_999, 'some', false, false],
    [25_000, 'some', false, true],
    [59_999, 'some', false, true],
    [60_000, 'fair', false, true],
  ])('of %i ms: %s', (ms, left, isUp, mayFetch) => {
    const run = withTime(ms);
    expect([timeLeft(run), isTimeUp(run), hasTimeToFetch(run)]).toEqual([left, isUp, mayFetch]);
    expect(run.progress.fair).toBe(left === 'fair');
  });
});

describe('a run', () => {
  it('begins with zero counts, now', () => {
    const run = startRun(all, bareContext());
    expect(run.counts).toEqual({ startedAt: NOW, ...fresh });
    expect(run.options).toEqual({ full: false, since: null, now: NOW });
    expect(run.progress).toEqual({
      ...{ total: 0, estimated: new Map(), staleFlags: new Set(), advanced: false, trouble: null, fair: true },
    });
  });

  it('continues with the counts of the previous run', () => {
    expect(startRun(all, bareContext({ checkpoint: handedOn })).counts).toEqual(handedOn);
  });

  it('continues with the counts of an earlier release', () => {
    const { unlisted: _, idle: __, passed: ___, from: ____, busy: _____, stored: ______, ...earlier } = handedOn;
    const later = { unlisted: false, idle: 0, passed: null, from: null, busy: null, stored: 0 };
    expect(startRun(all, bareContext({ checkpoint: earlier })).counts).toEqual({ ...earlier, ...later });
  });

  it.each([
    ['of another shape', { ...handedOn, more: 1 }],
    ['with a count below zero', { ...handedOn, added: -1 }],
    ['with an invalid count', { ...handedOn, startedAt: 'now' }],
    ['missing', null],
  ])('begins with zero counts if the checkpoint is %s', (_, checkpoint) => {
    expect(startRun(all, bareContext({ checkpoint })).counts).toEqual({ startedAt: NOW, ...fresh });
  });

  it('has the options of its payload', () => {
    const { options } = startRun({ folder: null, full: true, since: '2026-10-01' }, bareContext());
    expect(options).toEqual({ full: true, since: '2026-10-01', now: NOW });
  });

  it('reports the number stored, and never more than the total', () => {
    const reportProgress = vi.fn();
    const run = startRun(all, bareContext({ reportProgress }));
    run.progress.total = 10;
    reportStored(run, 6);
    reportStored(run, 6);
    expect(reportProgress.mock.calls).toEqual([
      [{ done: 6, total: 10, unit: 'messages' }],
      [{ done: 12, total: 12, unit: 'messages' }],
    ]);
  });
});

describe('the messages to store', () => {
  it("are as many as the list shows, until the folder's own number is known", () => {
    const run = startRun(all, bareContext());
    estimateMessages(run, 'a', 10);
    estimateMessages(run, 'b', 5);
    expect(run.progress.total).toBe(15);
    expectMessages(run, 'a', 4);
    expectMessages(run, 'c', 2);
    expect(run.progress.total).toBe(11);
    expectMessages(run, 'a', 3);
    expect(run.progress.total).toBe(14);
  });

  it('are reported before the first one is stored, if there are any', () => {
    const reportProgress = vi.fn();
    const run = startRun(all, bareContext({ reportProgress }));
    expectMessages(run, 'a', 0);
    expect(reportProgress).not.toHaveBeenCalled();
    expectMessages(run, 'a', 4);
    expect(reportProgress.mock.calls).toEqual([[{ done: 0, total: 4, unit: 'messages' }]]);
  });
});

it('a run stops when its job belongs to another worker', () => {
  const ended = new AbortController();
  const context = bareContext({ signal: ended.signal });
  expect(() => assertOurs(context)).not.toThrow();
  ended.abort();
  expect(() => assertOurs(context)).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ code: 'deadline_exceeded', outcomeUnknown: false }) }),
  );
});
