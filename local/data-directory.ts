import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Complaint } from './complaint.ts';

export type DataDirectory = { readonly path: string; file(name: string): string; release(): void };

/**
 * Takes hold of a data directory; null makes a temporary one that `release` removes. Throws Complaint when it cannot be
 * written, or when another instance that still lives has it. A lock whose owner was killed is taken over.
 */
export function takeDataDirectory(path: string | null): DataDirectory {
  const directory = path === null ? mkdtempSync(join(tmpdir(), 'inbox-manager-')) : resolve(path);
  const lock = join(directory, 'lock');
  try {
    for (const folder of ['', 'checkpoints', 'logs'])
      mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Complaint(
      `The data directory ${directory} cannot be written (${codeOf(error)}): name another with --data-dir.`,
    );
  }
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  if (holder !== process.pid && isOurs(holder)) {
    throw new Complaint(
      `The data directory ${directory} is in use by process ${holder}: stop that one, or name another with --data-dir.`,
    );
  }
  try {
    writeFileSync(lock, String(process.pid));
  } catch (error) {
    throw new Complaint(
      `The data directory ${directory} cannot be written (${codeOf(error)}): name another with --data-dir.`,
    );
  }
  return {
    path: directory,
    file: (name) => join(directory, name),
    release() {
      rmSync(lock, { force: true });
      if (path === null) rmSync(directory, { recursive: true, force: true });
    },
  };
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

/** Alive, and a Node process: a process id may have been given to something else since. */
function isOurs(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
  } catch {
    return true;
  }
}
