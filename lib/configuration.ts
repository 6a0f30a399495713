import type { App } from 'aws-cdk-lib';
import * as z from 'zod';

/** What a deployment is told by `-c name=value`. The defaults synthesize, and refuse every token and every inside host. */
const schema = z.object({
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
  /** Whose tokens may prove a push (Gmail): `issuer=URL of its keys`, separated by spaces. */
  pushIssuers: z
    .string()
    .regex(/^\S+=https?:\/\/\S+( \S+=https?:\/\/\S+)*$/)
    .default('https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs'),
  imapLoopback: z.enum(['allow', 'deny']).default('deny'),
  imapPlaintext: z.enum(['allow', 'deny']).default('deny'),
});
export type Configuration = Readonly<z.infer<typeof schema>>;

/** Reads the context; throws a ZodError that names the wrong setting. */
export function readConfiguration(app: App): Configuration {
  const given = Object.keys(schema.shape).map((name) => [name, app.node.tryGetContext(name)]);
  return schema.parse(Object.fromEntries(given));
}
