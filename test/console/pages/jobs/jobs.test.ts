import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../../../client/index.ts';
import { timelineOf } from '../../../../console/jobs/timeline.ts';
import { mergePages } from '../../../../console/pages/jobs/merge-pages.ts';
import { ownPath, readPending } from '../../../../console/session/pending-sign-in.ts';

const row = (id: string, version = 1) => ({ id, version });
const newest = (...jobs: ReturnType<typeof row>[]) => ({ jobs, isWhole: false, isFixedOrder: true });
const event = (second: number, type: string, data: unknown = {}): Schemas['Event'] => ({
  stream_id: 'job_1',
  version: second + 1,
  type,
  at: new Date(second * 1000).toISOString(),
  actor: { kind: 'system', id: 'test' },
  data,
});

describe('the rows of the list', () => {
  it('keep their places while they are renewed, and new jobs are only counted', () => {
    const pages = [[row('c'), row('b')], [row('a')]];
    const merged = mergePages(pages, newest(row('e'), row('d'), row('c'), row('b', 2)));
    expect(merged.rows).toEqual([row('c'), row('b', 2), row('a')]);
    expect(merged.newCount).toBe(2);
  });

  it('never go back to an older version', () => {
    expect(mergePages([[row('a', 3)]], newest(row('a', 2))).rows).toEqual([row('a', 3)]);
  });

  it('show a job once, even if it moved to a later page while the pages were read', () => {
    const merged = mergePages([[row('b'), row('a')], [row('a')]], null);
    expect(merged).toEqual({ rows: [row('b'), row('a')], newCount: 0, gone: new Set() });
  });

  it('are marked when they have left the filter, which the jobs after them show', () => {
    const pages = [
      [row('d'), row('c')],
      [row('b'), row('a')],
    ];
    const left = newest(row('e'), row('d'), row('b'));
    expect(mergePages(pages, left).gone).toEqual(new Set(['c']));
    expect(mergePages(pages, { ...left, isWhole: true }).gone).toEqual(new Set(['c', 'a']));
    expect(mergePages(pages, { ...newest(), isWhole: true }).gone).toEqual(new Set(['d', 'c', 'b', 'a']));
  });

  it('are not marked for moving in an order that changes', () => {
    const moved = { ...newest(row('e'), row('a')), isFixedOrder: false };
    expect(mergePages([[row('b'), row('a')]], moved).gone).toEqual(new Set());
  });
});

describe('the timeline of a job', () => {
  it('shows waits and attempts in order; the last one is open while the job has not ended', () => {
    const bars = timelineOf(
      [
        event(0, 'JobRequested'),
        event(1, 'JobReleased'),
        event(2, 'AttemptStarted', { attempt: 1 }),
        event(5, 'AttemptFailed', { code: 'provider_timeout', detail: 'no answer' }),
      ],
      false,
    );
    expect(bars.map(({ kind, outcome, code }) => [kind, outcome, code])).toEqual([
      ['act', 'ended', null],
      ['wait', 'ended', null],
      ['attempt', 'failed', 'provider_timeout'],
      ['wait', 'open', null],
    ]);
    expect(bars[2]).toMatchObject({ attempt: 1, detail: 'no answer', from: event(2, '').at, to: event(5, '').at });
  });

  it('ends with the attempt that succeeded, and does not wait after the last failure', () => {
    const events = [event(0, 'JobRequested'), event(1, 'AttemptStarted', { attempt: 1 })];
    expect(timelineOf([...events, event(2, 'AttemptSucceeded')], true).at(-1)?.outcome).toBe('succeeded');
    expect(timelineOf([...events, event(2, 'AttemptFailed')], true).at(-1)?.kind).toBe('attempt');
  });
});

describe('the return path of a sign-in', () => {
  it.each(['//evil.example/a', '/\\evil.example', 'https://evil.example', 'a', '', '/callback?code=1'])(
    'is not %s',
    (path) => {
      expect(ownPath(path)).toBe('/');
      const stored = { verifier: 'v', state: 's', nonce: 'n', returnPath: path };
      expect(readPending(JSON.stringify(stored))?.returnPath).toBe('/');
    },
  );

  it('is the path with its search', () => {
    expect(ownPath('/a/acc_demo/jobs?q=x#why')).toBe('/a/acc_demo/jobs?q=x#why');
  });

  it.each(['', 'null', '{}', '{"verifier":"v"}', '[1]'])('is null for a stored text like %j', (text) => {
    expect(readPending(text)).toBeNull();
  });
});
