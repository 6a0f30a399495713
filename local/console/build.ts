/** Builds the console into `console/dist` when its sources have changed since the last build. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Complaint } from '../complaint.ts';

/** All sources of the result, from the root of the project. */
const SOURCES = ['console/**/*', 'client/*.ts', 'package-lock.json'];
const RESULT = 'console/dist';
/** Beside the result, because every file in the result is served. */
const STAMP = 'console/dist.sources';

const run = promisify(execFile);

/** A hash of all sources: their paths and contents. */
export function hashOfSources(root: string): string {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !/^[\\/]?console[\\/]dist/.test(path));
  for (const path of files.sort())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

/** The folder of the built console. Throws Complaint if it does not build. */
export async function buildConsole(root: string, say: (line: string) => void): Promise<string> {
  const folder = join(root, RESULT);
  const stamp = join(root, STAMP);
  const hash = hashOfSources(root);
  if (existsSync(join(folder, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash)
    return folder;
  say('Building the console …');
  rmSync(stamp, { force: true });
  try {
    // A process of its own: its memory is free again at once, and it builds for production in a test run too.
    await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'console', '--logLevel', 'error'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
    });
  } catch (error) {
    throw new Complaint(`The console does not build: ${error instanceof Error ? error.message : error}`);
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, hash);
  return folder;
}
