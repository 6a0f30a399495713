/**
 * The synthesized assemblies on disk. An assembly is kept while a process uses it, and for a day after its last use.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from '../process-identity.ts';

const KEEP_MS = 24 * 3_600_000;
/** Folder in an assembly with one file per process that uses it: named by its id, with its identity. */
const USERS = 'used-by';

/** Records that this process uses the assembly in `directory`, until the process ends. */
export function markUsed(directory: string): void {
  mkdirSync(join(directory, USERS), { recursive: true });
  writeFileSync(join(directory, USERS, String(process.pid)), processIdentity(process.pid) ?? '');
  utimesSync(directory, new Date(), new Date());
}

/** Removes the assemblies in the folder `cache` that no running process uses, a day after their last use. */
export function prune(cache: string): void {
  for (const name of readdirSync(cache)) {
    const assembly = join(cache, name);
    const { mtimeMs = Date.now() } = statSync(assembly, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > KEEP_MS && !isUsed(assembly)) rmSync(assembly, { recursive: true, force: true });
  }
}

/** A bundle of a running stack is read whenever a function gets another environment. */
function isUsed(assembly: string): boolean {
  try {
    const users = join(assembly, USERS);
    return readdirSync(users).some((id) => readFileSync(join(users, id), 'utf8') === processIdentity(Number(id)));
  } catch {
    return false;
  }
}
