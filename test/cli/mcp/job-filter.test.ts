import { expect, it } from 'vitest';
import { filterOf, isEmpty } from '../../../cli/mcp/job-filter.ts';

it.each([true, false])('the filter of a tool keeps stalled: %s, so that no more jobs match than it says', (stalled) => {
  const filter = filterOf({ stalled });
  expect(filter.stalled).toBe(stalled);
  expect(isEmpty(filter)).toBe(false);
});

it('the filter of a tool is empty if no condition reaches the service', () => {
  expect(isEmpty(filterOf({}))).toBe(true);
  expect(isEmpty(filterOf({ status: undefined, since: undefined, failed_since: undefined }))).toBe(true);
  expect(isEmpty(filterOf({ since: '2h' }))).toBe(false);
});
