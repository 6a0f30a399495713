import * as z from 'zod';
import {
  FAILURE_CATEGORIES,
  FAILURES,
  type FailureCategory,
  type FailureCode,
  isFailureCategory,
  isFailureCode,
} from './catalogue.ts';

/** Who must act to end a failure. */
export const failureWho = z.enum(['nobody', 'mailbox_owner', 'operator', 'us']);

/** A failure code, for filters: unknown codes are refused. */
export const failureCode = z
  .custom<FailureCode>((value) => typeof value === 'string' && isFailureCode(value), {
    error: 'must be a failure code',
    params: { known: Object.keys(FAILURES) },
  })
  .meta({ type: 'string', enum: Object.keys(FAILURES) });

/** A failure category, for filters: unknown categories are refused. */
export const failureCategory = z
  .custom<FailureCategory>((value) => typeof value === 'string' && isFailureCategory(value), {
    error: 'must be a failure category',
    params: { known: FAILURE_CATEGORIES },
  })
  .meta({ type: 'string', enum: [...FAILURE_CATEGORIES] });
