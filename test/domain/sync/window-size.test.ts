import { describe, expect, test } from 'vitest';
import { formatUidSet, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { nextWindow, SMALLEST_WINDOW, WINDOW, windowOf } from '../../../functions/domain/sync/window-size.ts';

test.each([
  ['the window after a quick one is twice as large', 100, 1_000, false, 200],
  ['the window after a quick one is not above the maximum', 400, 1_000, false, WINDOW],
  ['the window after one of 20 seconds has the same size', 200, 20_000, false, 200],
  ['the window after a slow one is smaller', 400, 40_000, false, 100],
  ['the window after a failed one is smaller, however quickly it failed', 400, 10, true, 100],
  ['the window after one of exactly 10 seconds has the same size', 200, 10_000, false, 200],
  ['the window after one of exactly 30 seconds has the same size', 200, 30_000, false, 200],
  ['the window after a failed one is not below the minimum', SMALLEST_WINDOW, 90_000, true, SMALLEST_WINDOW],
])('%s', (_, size, tookMs, broke, next) => {
  expect(nextWindow(size, { tookMs, broke })).toBe(next);
});

describe('a window', () => {
  const window = (text: string, size: number): string => formatUidSet(windowOf(parseUidSet(text), size));

  test('ends at the start of a slot of 64 UIDs, so that no slot is stored in two parts', () => {
    expect(window('1:20000', WINDOW)).toBe('19456:20000');
    expect(window('1:19455', WINDOW)).toBe('18944:19455');
  });

  test('takes no message below that, and all messages when they are few', () => {
    expect(window('1:100,130,19456:20000', WINDOW)).toBe('19456:20000');
    expect(window('1:100', WINDOW)).toBe('1:100');
    expect(window('', WINDOW)).toBe('');
  });

  test('is not enlarged for a server with problems', () => {
    expect(window('1:20000', 32)).toBe('19969:20000');
  });
});
