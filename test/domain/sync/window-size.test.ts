import { expect, test } from 'vitest';
import { nextWindow, SMALLEST_WINDOW, WINDOW } from '../../../functions/domain/sync/window-size.ts';

test.each([
  ['a quick one is followed by a larger one', 100, 1_000, false, 200],
  ['never larger than the largest', 400, 1_000, false, WINDOW],
  ['one that took its time by the same', 200, 20_000, false, 200],
  ['a slow one by a smaller one', 400, 40_000, false, 100],
  ['one that broke by a smaller one, however quick', 400, 10, true, 100],
  ['never smaller than the smallest', SMALLEST_WINDOW, 90_000, true, SMALLEST_WINDOW],
])('%s', (_, size, tookMs, broke, next) => {
  expect(nextWindow(size, { tookMs, broke })).toBe(next);
});
