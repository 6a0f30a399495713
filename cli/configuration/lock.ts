/** Lets one process at a time change the configuration file, by a lock file beside it. */
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pause } from '../../client/transport.ts';

const OWNER_ONLY_DIRECTORY = 0o700;
/** A lock older than this belongs to a process that was killed. No work under the lock takes so long. */
export const STALE_MS = 15_000;
const LOOK_MS = 25;

const held = new Set<Promise<unknown>>();

/** Does the work while no other process holds the lock of this file. */
export async function withLock<Result>(file: string, work: () => Result | Promise<Result>): Promise<Result> {
  const done = locked(`${file}.lock`, work);
  held.add(done);
  try {
    return await done;
  } finally {
    held.delete(done);
  }
}

/** Resolves when no work under a lock runs in this process. */
export async function locksReleased(): Promise<void> {
  await Promise.allSettled(held);
}

async function locked<Result>(lock: string, work: () => Result | Promise<Result>): Promise<Result> {
  mkdirSync(dirname(lock), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  while (!isTaken(lock)) {
    if (ageOf(lock) > STALE_MS) rmSync(lock, { force: true });
    else await pause(LOOK_MS, null);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether this process has taken the lock. Throws if the file cannot be made. */
function isTaken(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** In milliseconds; 0 if the lock is gone. */
function ageOf(lock: string): number {
  const found = statSync(lock, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}
