import { describe, expect, test } from 'vitest';
import { formatUidSet, parseUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { nextWindow, SMALLEST_WINDOW, WINDOW, windowOf } from '../../../functions/domain/sync/window-size.ts';

test.each([
  ['a quick one is followed by a larger one', 100, 1_000, false, 200],
  ['never larger than the largest', 400, 1_000, false, WINDOW],
  ['one that took its time by the same', 200, 20_000, false, 200],
  ['a slow one by a smaller one', 400, 40_000, false, 100],
  ['one that broke by a smaller one, however quick', 400, 10, true, 100],
  ['one at the end of quick by the same', 200, 10_000, false, 200],
  ['one just before slow by the same', 200, 30_000, false, 200],
  ['never smaller than the smallest', SMALLEST_WINDOW, 90_000, true, SMALLEST_WINDOW],
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
