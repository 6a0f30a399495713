import { describe, expect, it } from 'vitest';
import { isSameFilter } from '../../client/index.ts';

const AT = '2026-11-29T12:00:00.000Z';
const LATER = '2026-11-29T12:00:05.000Z';

describe('the filter of a bulk operation', () => {
  it('is the same in another order and with other spellings of a time', () => {
    const counted = { status: ['failed' as const, 'retrying' as const], created_at: { lt: AT } };
    const stored = { created_at: { lt: '2026-11-29T12:00:00Z' }, status: ['retrying', 'failed'] };
    expect(isSameFilter(counted, { filter: stored, created_before: LATER })).toBe(true);
  });

  it('is the same when the service received it before the end that a fast clock gave it', () => {
    const stored = { q: 'x', created_at: { lt: AT } };
    expect(isSameFilter({ q: 'x', created_at: { lt: LATER } }, { filter: stored, created_before: AT })).toBe(true);
    expect(isSameFilter({ q: 'x', created_at: { lt: LATER } }, { filter: stored, created_before: LATER })).toBe(false);
  });

  it.each([
    ['a condition less', { created_at: { lt: AT } }],
    ['a condition more', { status: ['failed'], q: 'x', created_at: { lt: AT } }],
    ['another value', { status: ['retrying'], created_at: { lt: AT } }],
    ['another time', { status: ['failed'], created_at: { lt: LATER } }],
    ['no filter', null],
  ])('with %s is another one', (_, filter) => {
    const counted = { status: ['failed' as const], created_at: { lt: AT } };
    expect(isSameFilter(counted, { filter, created_before: LATER })).toBe(false);
  });
});
