import { describe, expect, it } from 'vitest';
import {
  categoryOf,
  codesOf,
  condemningCodes,
  condemnsCredential,
  FAILURE_CATEGORIES,
  FAILURE_CODES,
  isFailureCategory,
  isFailureCode,
} from '../../../functions/domain/failure/catalogue.ts';
import { failureCategory, failureCode } from '../../../functions/domain/failure/schema.ts';

describe('a failure code', () => {
  it('is in the catalogue; inherited object properties are not codes', () => {
    expect([isFailureCode('auth_failed'), isFailureCode('nonsense'), isFailureCode('toString')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(failureCode.safeParse('auth_failed').success).toBe(true);
    for (const other of ['nonsense', '', 5, null]) expect(failureCode.safeParse(other).success).toBe(false);
  });

  it('belongs to one category, and each category finds all of its codes', () => {
    expect(FAILURE_CATEGORIES.flatMap((category) => codesOf([category])).toSorted()).toEqual(FAILURE_CODES.toSorted());
    expect(codesOf(['not_found', 'authentication'])).toEqual(
      FAILURE_CODES.filter((code) => ['not_found', 'authentication'].includes(categoryOf(code))),
    );
    expect(codesOf([])).toEqual([]);
    expect([isFailureCategory('transient'), isFailureCategory('auth_failed')]).toEqual([true, false]);
    expect(failureCategory.safeParse('transient').success).toBe(true);
    for (const other of ['auth_failed', '', 5, null]) expect(failureCategory.safeParse(other).success).toBe(false);
  });
});

describe('a failure that condemns the credential', () => {
  it('is a refused login or a configuration that cannot work', () => {
    for (const code of ['auth_failed', 'app_password_required', 'tls_error'] as const)
      expect([code, condemnsCredential(code)]).toEqual([code, true]);
  });

  it('is not a failure of one folder, a temporary failure, or a provider limit', () => {
    for (const code of ['permission_denied', 'rate_limited', 'mailbox_not_found', 'provider_timeout'] as const)
      expect([code, condemnsCredential(code)]).toEqual([code, false]);
  });

  it('is in the list of such failures', () => {
    expect(condemningCodes()).toContain('auth_failed');
    expect(condemningCodes()).not.toContain('permission_denied');
  });
});
