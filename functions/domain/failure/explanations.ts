/**
 * The words for people about each failure, a file per category. They are apart from the catalogue because most functions
 * never show them.
 */
import type { FailureCode } from './catalogue.ts';
import { AUTHENTICATION } from './explanations/authentication.ts';
import { AUTHORIZATION } from './explanations/authorization.ts';
import { CONFIGURATION } from './explanations/configuration.ts';
import { CONFLICT } from './explanations/conflict.ts';
import type { Explanation } from './explanations/explanation.ts';
import { INTERNAL } from './explanations/internal.ts';
import { INTERRUPTED } from './explanations/interrupted.ts';
import { NOT_FOUND } from './explanations/not-found.ts';
import { PAYLOAD } from './explanations/payload.ts';
import { PROTOCOL } from './explanations/protocol.ts';
import { QUOTA } from './explanations/quota.ts';
import { RATE_LIMIT } from './explanations/rate-limit.ts';
import { SERVER } from './explanations/server.ts';
import { TRANSIENT } from './explanations/transient.ts';

export const EXPLANATIONS: Readonly<Record<FailureCode, Explanation>> = {
  ...TRANSIENT,
  ...RATE_LIMIT,
  ...QUOTA,
  ...SERVER,
  ...AUTHENTICATION,
  ...AUTHORIZATION,
  ...CONFIGURATION,
  ...NOT_FOUND,
  ...PAYLOAD,
  ...CONFLICT,
  ...PROTOCOL,
  ...INTERRUPTED,
  ...INTERNAL,
};
