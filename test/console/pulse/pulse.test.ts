import { describe, expect, it } from 'vitest';
import { mustBeRead } from '../../../console/pulse/known.ts';
import { nextPollMs, type PulseState } from '../../../console/pulse/timing.ts';
import { newQueryClient, REVISION_KEY } from '../../../console/service/query-client.ts';

const state = (changed: Partial<PulseState> = {}): PulseState => ({
  hidden: false,
  frozen: false,
  idleMs: 0,
  last: 'ok',
  lastWaitMs: 5_000,
  ...changed,
});

describe('the pulse', () => {
  it('is requested every 5 s, and every 15 s once nobody has used the page for two minutes', () => {
    expect(nextPollMs(state())).toBe(5_000);
    expect(nextPollMs(state({ idleMs: 119_999 }))).toBe(5_000);
    expect(nextPollMs(state({ idleMs: 120_000 }))).toBe(15_000);
  });

  it.each([{ hidden: true }, { frozen: true }])('sends no request in %j, after any result', (quiet) => {
    for (const last of ['ok', 'busy', 'lost', 'refused'] as const)
      expect(nextPollMs(state({ ...quiet, last }))).toBeNull();
  });

  it('doubles its wait up to 60 s while the service is busy, and returns to the usual pace after an answer', () => {
    const waits: number[] = [];
    for (let wait: number = 5_000, turn = 0; turn < 6; turn += 1) {
      wait = nextPollMs(state({ last: 'busy', lastWaitMs: wait })) ?? 0;
      waits.push(wait);
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    expect(nextPollMs(state({ lastWaitMs: 60_000 }))).toBe(5_000);
  });

  it('tries a lost connection every 5 s, even when nobody uses the page', () => {
    expect(nextPollMs(state({ last: 'lost', idleMs: 600_000, lastWaitMs: 60_000 }))).toBe(5_000);
  });
});

describe('a query', () => {
  const before = { tag: '7-100', revision: '7' };
  const minuteLater = { tag: '7-101', revision: '7' };
  const changed = { tag: '8-101', revision: '8' };

  it('that follows the pulse is read again when its answer has changed, also by the clock alone', () => {
    const meta = { followsPulse: true };
    expect([before, minuteLater, changed].map((now) => mustBeRead(meta, before, now))).toEqual([false, true, true]);
  });

  it('that follows the revision is read again only when the rows have changed', () => {
    const meta = { followsRevision: true };
    expect([before, minuteLater, changed].map((now) => mustBeRead(meta, before, now))).toEqual([false, false, true]);
  });

  it('that follows neither, or has just been read with the first answer, is not', () => {
    expect(mustBeRead(undefined, before, changed)).toBe(false);
    expect(mustBeRead({ followsPulse: true }, null, changed)).toBe(false);
  });
});

describe('the stored revision of an account', () => {
  it('never expires, so that lists are read again after a visit to another account', () => {
    const queries = newQueryClient();
    queries.setQueryData([REVISION_KEY, 'acc_demo'], { tag: '1', revision: '1' });
    const [known] = queries.getQueryCache().findAll({ queryKey: [REVISION_KEY] });
    expect(known?.options.gcTime).toBe(Number.POSITIVE_INFINITY);
  });
});
