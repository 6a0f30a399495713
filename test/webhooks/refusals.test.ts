import { describe, expect, it } from 'vitest';
import { refusalCounter } from '../../functions/webhooks/refusals.ts';

function counter() {
  const lines: Readonly<Record<string, number>>[] = [];
  const refusals = refusalCounter((counts) => lines.push(counts));
  const told = (key: string) => lines.reduce((sum, counts) => sum + (counts[key] ?? 0), 0);
  return { lines, refusals, told };
}

describe('refusals', () => {
  it('count as the first one once per endpoint, reason and period', () => {
    const { refusals } = counter();
    const first = (endpoint: string, reason: string, period: number) => refusals.count(endpoint, reason, period);
    expect([first('a', 'x', 1), first('a', 'x', 1)]).toEqual([true, false]);
    expect([first('a', 'y', 1), first('b', 'x', 1), first('a', 'x', 2)]).toEqual([true, true, true]);
  });

  it('are logged while they arrive, at least half of them at any time, in few lines', () => {
    const { lines, refusals, told } = counter();
    for (let n = 1; n <= 10_000; n += 1) {
      refusals.count(n % 3 === 0 ? 'a' : 'b', 'bad_signature', 1);
      expect(told('a bad_signature') + told('b bad_signature')).toBeGreaterThanOrEqual(n / 2);
    }
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it('are all logged when the next period begins, by any request', () => {
    const { lines, refusals, told } = counter();
    for (let n = 0; n < 100; n += 1) refusals.count('a', 'expired', 1);
    refusals.begin(1);
    expect(told('a expired')).toBeLessThan(100);
    refusals.begin(2);
    expect(told('a expired')).toBe(100);
    const before = lines.length;
    refusals.begin(3);
    expect(lines).toHaveLength(before);
  });

  it('of any number of endpoints are counted in limited memory, and none is lost', () => {
    const { refusals, told } = counter();
    for (let n = 0; n < 5_000; n += 1) refusals.count(`${n}`, 'expired', 1);
    refusals.begin(2);
    for (let n = 0; n < 5_000; n += 1) expect(told(`${n} expired`)).toBe(1);
  });
});
