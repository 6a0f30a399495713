/**
 * The directory of all data that must survive a restart. Only one instance uses it at a time: a lock file names its
 * process. The lock of a killed instance remains, and is taken over when its process no longer exists.
 */
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Complaint } from './complaint.ts';
import { processIdentity } from './process-identity.ts';

export type DataDirectory = { readonly path: string; file(name: string): string; release(): void };

/**
 * Locks a data directory; null creates a temporary one that is removed by `release` or at the end of this process. Its
 * content becomes readable by its owner alone. Throws Complaint when it cannot be written, when several users share it,
 * or when another running instance uses it.
 */
export function takeDataDirectory(path: string | null): DataDirectory {
  const directory = path === null ? mkdtempSync(join(tmpdir(), 'inbox-manager-')) : resolve(path);
  const lock = join(directory, 'lock');
  const folders = ['', 'checkpoints', 'logs'].map((name) => join(directory, name));
  writing(directory, () => {
    for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 });
  });
  if ((statSync(directory).mode & STICKY) !== 0)
    throw new Complaint(`The data directory ${directory} is shared by several users: name another with --data-dir.`);
  while (!writing(directory, () => claimed(lock))) {
    const holder = writing(directory, () => readLock(lock));
    const [pid = ''] = holder.split(' ');
    if (holder !== '' && processIdentity(Number(pid)) === holder) {
      throw new Complaint(
        `The data directory ${directory} is in use by process ${pid}: stop that one, or name another with --data-dir.`,
      );
    }
    writing(directory, () => rmSync(lock, { force: true }));
  }
  const release = (): void => {
    process.removeListener('exit', release);
    rmSync(lock, { force: true });
    if (path === null) rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', release);
  writing(directory, () => {
    for (const folder of folders) closeToOthers(folder);
  });
  return { path: directory, file: (name) => join(directory, name), release };
}

/** Mode bit of directories like /tmp, in which all users have files. */
const STICKY = 0o1000;

/** Removes the access of other users to the folder and the files in it. Links are left as they are. */
function closeToOthers(folder: string): void {
  chmodSync(folder, 0o700);
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())) {
    const file = join(folder, name);
    chmodSync(file, lstatSync(file).mode & 0o700);
  }
}

/**
 * Whether this process got the lock. The file appears complete, and the file system lets only one process create it.
 */
function claimed(lock: string): boolean {
  const fresh = `${lock}.${process.pid}`;
  writeFileSync(fresh, processIdentity(process.pid) ?? '', { mode: 0o600 });
  try {
    linkSync(fresh, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(fresh);
  }
}

function readLock(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

function writing<Value>(directory: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw new Complaint(
      `The data directory ${directory} cannot be written (${codeOf(error)}): name another with --data-dir.`,
    );
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
