/** The configuration file: profiles with their tokens. Only its owner may read it. */
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../errors.ts';
import { withLock } from './lock.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

const profile = z.strictObject({
  /** Where the API is, without `/api`. Its token goes to no other address. */
  api: z.url(),
  account: z.string().nullable().default(null),
  access_token: z.string().nullable().default(null),
  expires_at: z.iso.datetime().nullable().default(null),
  refresh_token: z.string().nullable().default(null),
  token_endpoint: z.url().nullable().default(null),
  client_id: z.string().nullable().default(null),
});
const configuration = z.strictObject({
  current: z.string().default('default'),
  profiles: z.record(z.string(), profile).default({}),
});

export type Profile = z.output<typeof profile>;
export type Configuration = z.output<typeof configuration>;

/** Where the file is, by the XDG Base Directory specification. */
export function configurationFile(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CONFIG_HOME;
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.config'), 'inboxctl', 'config.json');
}

/** Reads the file; an empty configuration if there is none. If other users may read the file, that right is removed. */
export function readConfiguration(file: string): Configuration {
  if (!existsSync(file)) return configuration.parse({});
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, OWNER_ONLY);
  try {
    return configuration.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new UsageError(`The configuration ${file} cannot be read. Remove it and sign in again.`);
  }
}

/**
 * Replaces the file as a whole, so that a reader finds the old or the new one. Call it only under the lock of the file.
 */
export function writeConfiguration(file: string, content: Configuration): void {
  mkdirSync(join(file, '..'), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  // `wx` refuses a file or link that exists, so it is neither followed nor written to.
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  renameSync(draft, file);
}

/** Changes the present content of the file, while no other process changes it. */
export function changeConfiguration(file: string, change: (now: Configuration) => Configuration): Promise<void> {
  return withLock(file, () => writeConfiguration(file, change(readConfiguration(file))));
}

/** Changes the present state of one profile; `now` is null if it does not exist. */
export function changeProfile(file: string, name: string, change: (now: Profile | null) => Profile): Promise<void> {
  return changeConfiguration(file, (now) => withProfile(now, name, change(now.profiles[name] ?? null)));
}

/** The configuration in which this profile replaces the former one. */
export function withProfile(now: Configuration, name: string, profile: Profile): Configuration {
  return { ...now, profiles: { ...now.profiles, [name]: profile } };
}
