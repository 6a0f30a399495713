import type { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { limitsSchema, limitsText } from '../functions/domain/limits/settings.ts';
import { isSecureUrl } from '../functions/domain/network/secure-url.ts';

/** The settings of a deployment, from `-c name=value`. The defaults refuse every token and every internal host. */
const shape = z.object({
  issuer: z.url().default('https://issuer.example.invalid/'),
  audience: z.string().min(1).default('inbox-manager'),
  imapPorts: z
    .string()
    .regex(/^(any|\d{1,5}(,\d{1,5})*)$/)
    .default('143,993'),
  /** How long jobs that have ended are kept: syncs that found nothing, others that succeeded, those that did not. */
  retainUnchangedHours: z.coerce.number().int().min(1).default(24),
  retainSucceededDays: z.coerce.number().int().min(1).default(7),
  retainFailedDays: z.coerce.number().int().min(1).default(90),
  /** What one account may hold at once: workers (of 50 per queue), bulk runners (of 10), API requests that wait. */
  accountWorkers: z.coerce.number().int().min(1).max(50).default(16),
  accountBulks: z.coerce.number().int().min(1).max(10).default(3),
  accountWaits: z.coerce.number().int().min(1).max(1_000).default(10),
  /** Whose tokens may prove a push (Gmail): `issuer=URL of its keys` (https), separated by spaces. */
  pushIssuers: z
    .string()
    .regex(/^[^\s=]+=https?:\/\/\S+( [^\s=]+=https?:\/\/\S+)*$/)
    .default('https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs'),
  /** Limits per account; on the command line as JSON. What is not named keeps its default. */
  limits: z.union([limitsText, limitsSchema]).prefault({}),
  imapLoopback: z.enum(['allow', 'deny']).default('deny'),
  imapPlaintext: z.enum(['allow', 'deny']).default('deny'),
});

/** Keys fetched without TLS can be replaced on the way, by somebody who then signs tokens with keys of their own. */
const schema = shape
  .refine(({ issuer, imapLoopback }) => isSecureUrl(issuer, imapLoopback), {
    path: ['issuer'],
    message: 'must be a URL of https, and not of this machine',
  })
  .refine(({ pushIssuers, imapLoopback }) => keyUrls(pushIssuers).every((url) => isSecureUrl(url, imapLoopback)), {
    path: ['pushIssuers'],
    message: 'must name keys by URLs of https, and not of this machine',
  });

const keyUrls = (pairs: string): readonly string[] => pairs.split(' ').map((pair) => pair.slice(pair.indexOf('=') + 1));

export type Configuration = Readonly<z.infer<typeof schema>>;

/** Reads the context; throws a ZodError that names the wrong setting. */
export function readConfiguration(app: App): Configuration {
  const given = Object.keys(shape.shape).map((name) => [name, app.node.tryGetContext(name)]);
  return schema.parse(Object.fromEntries(given));
}
