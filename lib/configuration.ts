import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { limitsSchema, limitsText } from '../functions/domain/limits/settings.ts';
import { isSecureUrl } from '../functions/domain/network/secure-url.ts';
import { didYouMean } from '../functions/domain/text/did-you-mean.ts';

/** In stack names, which end up in the names of all resources (CloudFormation takes 128 characters, S3 and others less). */
const NAME = /^[a-z][a-z0-9-]{0,19}$/;

/**
 * The settings of a stage, from `config/<stage>.json` and from `-c name=value`, which wins. What would be dangerous to
 * guess has no default: whose tokens are accepted, and how long jobs are kept.
 */
const shape = z.strictObject({
  issuer: z.url(),
  audience: z.string().min(1),
  /** The beginning of the stacks' names: deployments with different prefixes can share an AWS account. */
  prefix: z.string().regex(NAME).default('inbox-manager'),
  /** Where it is deployed; without them, where the credentials of the command line lead. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional(),
  imapPorts: z
    .string()
    .regex(/^(any|\d{1,5}(,\d{1,5})*)$/)
    .default('143,993'),
  /** How long jobs that have ended are kept: syncs that found nothing, others that succeeded, those that did not. */
  retainUnchangedHours: z.coerce.number().int().min(1),
  retainSucceededDays: z.coerce.number().int().min(1),
  retainFailedDays: z.coerce.number().int().min(1),
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

export type Configuration = Readonly<z.infer<typeof schema>> & { readonly stage: string };

/** A setting is wrong or missing. The message is one line that names it and where it belongs. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export const SETTINGS: readonly string[] = Object.keys(shape.shape);
const FOLDER = fileURLToPath(new URL('../config', import.meta.url));

/** The configuration of the stage that the context names. Throws ConfigurationError. `folder`: of the stages' files. */
export function readConfiguration(app: App, folder = FOLDER): Configuration {
  const given = ownContext(app);
  const { stage, ...settings } = given;
  const stages = readdirSync(folder).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []);
  if (typeof stage !== 'string')
    throw new ConfigurationError(
      `Name a stage with -c stage=NAME. There are: ${stages.join(', ')} (config/NAME.json).`,
    );
  if (!NAME.test(stage) || !existsSync(`${folder}/${stage}.json`))
    throw new ConfigurationError(`There is no config/${stage}.json. The stages are: ${stages.join(', ')}.`);
  const file = readFile(`${folder}/${stage}.json`, stage);
  const read = schema.safeParse({ ...file, ...settings });
  if (read.success) return { ...read.data, stage };
  throw new ConfigurationError(problemOf(read.error, stage, file, settings));
}

/** The context that people give. The names of CDK's own flags and notes have a slash, an @, a colon or a hyphen. */
function ownContext(app: App): Readonly<Record<string, unknown>> {
  const all: Readonly<Record<string, unknown>> = app.node.getAllContext();
  const own = Object.entries(all).filter(([name]) => !/[-/@:]/.test(name));
  for (const [name] of own) {
    if (name === 'stage' || SETTINGS.includes(name)) continue;
    throw new ConfigurationError(`-c ${name}: there is no such setting.${hint(name)}`);
  }
  return Object.fromEntries(own);
}

function hint(name: string): string {
  const close = didYouMean(name, ['stage', ...SETTINGS]);
  return close === null ? '' : ` Did you mean ${close}?`;
}

function readFile(path: string, stage: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new ConfigurationError(`config/${stage}.json must be a JSON object.`);
  }
}

type Settings = Readonly<Record<string, unknown>>;

/** The first thing that is wrong, in one line. */
function problemOf({ issues: [first] }: z.ZodError, stage: string, file: Settings, settings: Settings): string {
  if (first === undefined) return `config/${stage}.json is not valid.`;
  if (first.code === 'unrecognized_keys') {
    const [name = ''] = first.keys;
    return `config/${stage}.json: there is no setting ${name}.${hint(name)}`;
  }
  const [setting = ''] = first.path.map(String);
  if (!Object.hasOwn(file, setting) && !Object.hasOwn(settings, setting))
    return `config/${stage}.json must have the setting ${setting} (docs/deployment.md), or give it with -c ${setting}=VALUE.`;
  // Of a setting with two forms, what is wrong inside the longer one says more than that neither fits.
  const inner = first.code === 'invalid_union' ? first.errors.flat().find(({ path }) => path.length > 0) : undefined;
  const name = [...first.path, ...(inner?.path ?? [])].map(String).join('.');
  const place = Object.hasOwn(settings, setting) ? `-c ${name}` : `config/${stage}.json, ${name}`;
  return `${place}: ${(inner ?? first).message.replaceAll(/\s+/g, ' ')}.`;
}
