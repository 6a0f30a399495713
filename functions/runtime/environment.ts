import * as z from 'zod';
import { signInText } from '../domain/account/sign-in.ts';
import { limitsText } from '../domain/limits/settings.ts';

/**
 * The settings of the deployment, by name. Each handler picks the ones it needs into a `z.object` and parses
 * `process.env` with it, so that a missing setting fails the cold start instead of a request.
 */
export const settings = {
  EVENTS_TABLE: z.string().min(1),
  /** ARN of the stream of the events table. */
  EVENTS_STREAM_ARN: z.string().min(1),
  VIEWS_TABLE: z.string().min(1),
  SECRETS_TABLE: z.string().min(1),
  LEASES_TABLE: z.string().min(1),
  MAIL_TABLE: z.string().min(1),
  WORK_QUEUE_URL: z.url(),
  PRIORITY_QUEUE_URL: z.url(),
  BULK_QUEUE_URL: z.url(),
  /** Maximum that one account may hold at once: workers, bulk runners, waiting requests of an API function. */
  ACCOUNT_WORKERS: z.coerce.number().int().positive(),
  ACCOUNT_BULKS: z.coerce.number().int().positive(),
  ACCOUNT_WAITS: z.coerce.number().int().positive(),
  /** How long ended jobs are kept. */
  RETAIN_UNCHANGED_HOURS: z.coerce.number().int().positive(),
  RETAIN_SUCCEEDED_HOURS: z.coerce.number().int().positive(),
  RETAIN_FAILED_HOURS: z.coerce.number().int().positive(),
  /** `allow` lets these periods become shorter than they were. */
  RETAIN_SHORTER: z.enum(['allow', 'deny']),
  /** KMS key that wraps the data keys of credentials and of cursors. */
  DATA_KEY_ID: z.string().min(1),
  /** The issuers whose tokens authenticate a push, as `issuer=URL of its keys`, separated by spaces. */
  PUSH_ISSUERS: z.string(),
  /** Limits per account, as JSON. */
  LIMITS: limitsText,
  /** Where callers sign in, as JSON: `GET /api/auth` shows it. */
  SIGN_IN: signInText,
  /** Comma-separated ports a credential may name, or `any`. */
  IMAP_PORTS: z.string().regex(/^(any|\d{1,5}(,\d{1,5})*)$/),
  /** `allow` lets credentials name loopback hosts: only for a local stack, never for a deployment. */
  IMAP_LOOPBACK: z.enum(['allow', 'deny']),
  /** `allow` permits security_mode none. */
  IMAP_PLAINTEXT: z.enum(['allow', 'deny']),
  /** Milliseconds that a mail server may stay silent while a worker's command runs. */
  IMAP_SILENCE_MS: z.coerce.number().int().positive(),
};
