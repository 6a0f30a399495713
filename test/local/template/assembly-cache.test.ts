import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processIdentity } from '../../../local/process-identity.ts';
import { markUsed, prune } from '../../../local/template/assembly-cache.ts';

const HOUR = 3_600_000;
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'assemblies-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

function assembly(name: string): string {
  const directory = join(cache, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'manifest.json'), '{}');
  return directory;
}

function lastUsed(directory: string, hoursAgo: number): void {
  const then = new Date(Date.now() - hoursAgo * HOUR);
  utimesSync(directory, then, then);
}

it('an assembly is removed a day after its last use', () => {
  lastUsed(assembly('old'), 25);
  lastUsed(assembly('recent'), 23);
  prune(cache);
  expect(readdirSync(cache)).toEqual(['recent']);
});

it('the assembly of a stack that runs for more than a day is kept', () => {
  const used = assembly('running');
  markUsed(used);
  lastUsed(used, 100);
  prune(cache);
  expect(readdirSync(cache)).toEqual(['running']);
});

it('a process that has ended keeps no assembly, even if its id belongs to another process now', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  const { pid = 0 } = child;
  const identity = processIdentity(pid) ?? '';
  await once(child, 'exit');
  for (const [name, user, text] of [
    ['ended', pid, identity],
    ['reused', process.pid, `${process.pid} 1`],
  ] as const) {
    const directory = assembly(name);
    mkdirSync(join(directory, 'used-by'));
    writeFileSync(join(directory, 'used-by', String(user)), text);
    lastUsed(directory, 25);
  }
  prune(cache);
  expect(readdirSync(cache)).toEqual([]);
});
