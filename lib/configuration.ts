import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { didYouMean } from '../functions/domain/text/did-you-mean.ts';
import { NAME, settingsSchema, shape } from './settings.ts';

/** The settings of a stage with their defaults, and its name. */
export type Configuration = Readonly<z.infer<typeof settingsSchema>> & { readonly stage: string };

/** A setting is invalid or missing. The message is one line that names the setting and where it belongs. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The names of all settings. */
export const SETTINGS: readonly string[] = Object.keys(shape.shape);
const FOLDER = fileURLToPath(new URL('../config', import.meta.url));

/**
 * The configuration of the stage that the context names. `folder`: where the stages' files are. Throws
 * ConfigurationError.
 */
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
  const read = settingsSchema.safeParse({ ...file, ...settings });
  if (read.success) return { ...read.data, stage };
  throw new ConfigurationError(problemOf(read.error, stage, file, settings));
}

/** The settings that users give in the context. Names of CDK's own flags contain a slash, an @, a colon or a hyphen. */
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

/** The first error, in one line. */
function problemOf({ issues: [first] }: z.ZodError, stage: string, file: Settings, settings: Settings): string {
  if (first === undefined) return `config/${stage}.json is not valid.`;
  if (first.code === 'unrecognized_keys' && first.path.length === 0) {
    const [name = ''] = first.keys;
    return `config/${stage}.json: there is no setting ${name}.${hint(name)}`;
  }
  const [setting = ''] = first.path.map(String);
  const isGiven = Object.hasOwn(file, setting) || Object.hasOwn(settings, setting);
  if (!isGiven && first.code !== 'custom')
    return `config/${stage}.json must have the setting ${setting} (docs/deployment.md), or give it with -c ${setting}=VALUE.`;
  // For a setting with two forms, the error inside the longer form is more helpful than "neither fits".
  const inner = first.code === 'invalid_union' ? first.errors.flat().find(({ path }) => path.length > 0) : undefined;
  const name = [...first.path, ...(inner?.path ?? [])].map(String).join('.');
  const place = Object.hasOwn(settings, setting) ? `-c ${name}` : `config/${stage}.json, ${name}`;
  return `${place}: ${(inner ?? first).message.replaceAll(/\s+/g, ' ')}.`;
}
