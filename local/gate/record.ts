import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Denial, GateEvents } from './gate.ts';
import { type Permission, permissionText } from './policy.ts';

/**
 * Environment variable with the folder for recorded permissions: held, used and denied. Tests set it; without it
 * nothing is recorded.
 */
export const PERMISSIONS_FOLDER = 'PERMISSIONS_FOLDER';

/** Records the use of permissions. */
export type PermissionRecord = GateEvents & {
  /** A role of the template holds this permission. */
  onHeld(function_: string, permission: Permission): void;
};

/**
 * Writes each permission once, as a line of a file that belongs to this record alone; `rename` makes the names of
 * resources the same in every process. A denial is also a line of the standard error.
 */
export function recordPermissions(
  folder: string | undefined = process.env[PERMISSIONS_FOLDER],
  rename: (text: string) => string = withoutStreamLabel,
): PermissionRecord {
  const written = new Set<string>();
  const file = folder === undefined ? null : join(folder, `${randomUUID()}.txt`);
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const write = (line: string): void => {
    if (file === null || written.has(line)) return;
    written.add(line);
    appendFileSync(file, `${line}\n`);
  };
  return {
    onHeld: (function_, permission) => write(`held ${rename(permissionText(function_, permission))}`),
    onUsed: (function_, permission) => write(`used ${rename(permissionText(function_, permission))}`),
    onDenied(denial) {
      write(`denied ${rename(deniedText(denial))}`);
      console.error(JSON.stringify({ level: 'ERROR', message: 'denied', ...denial }));
    },
  };
}

/** The recorded permissions of a folder. */
export type ReadRecord = {
  readonly denied: readonly string[];
  /** Permissions that a role has and no call used. */
  readonly unused: readonly string[];
};

/** Reads all records of a folder together. */
export function readPermissions(folder: string): ReadRecord {
  const lines = new Set(readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n')));
  const of = (kind: string): string[] =>
    [...lines].filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  return {
    denied: of('denied').sort(),
    unused: of('held')
      .filter((each) => !lines.has(`used ${each}`))
      .sort(),
  };
}

/** A denied call as a line of text. */
export const deniedText = ({ function: name, action, resource }: Denial): string => `${name} ${action} ${resource}`;

/** The engine's stream names contain the creation time. */
const withoutStreamLabel = (text: string): string => text.replace(/\/stream\/\S+/, '/stream');
