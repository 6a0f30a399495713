import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { spawnDynoxide } from '../../../local/engines/dynoxide-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * A program that replaces the engine. At its nth start it does what the nth line says; later starts use the last line.
 */
function program(...starts: readonly string[]): string {
  const path = join(folder, 'engine');
  const cases = starts.map((line, index) => `${index === starts.length - 1 ? '*' : index + 1}) ${line};;`).join('\n');
  const script = `#!/bin/sh\necho "$2:$4" >> ${folder}/ports\ncase $(wc -l < ${folder}/ports) in\n${cases}\nesac\n`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const ports = (): readonly string[] => readFileSync(join(folder, 'ports'), 'utf8').trim().split('\n');
const LISTENS = 'echo "listening on it" >&2; exec sleep 60';
const TAKEN = 'echo "error: port is already in use" >&2; exit 1';

test('a port that another program has just taken is replaced by another one', async () => {
  const { child, endpoint } = await spawnDynoxide(program(TAKEN, TAKEN, LISTENS), []);
  child.kill('SIGKILL');
  expect(ports()).toHaveLength(3);
  expect(endpoint).toBe(`http://${ports()[2]}`);
});

test('the id of each started process is reported before it listens', async () => {
  const told: number[] = [];
  const { child } = await spawnDynoxide(program(TAKEN, LISTENS), [], (pid) => told.push(pid));
  child.kill('SIGKILL');
  expect(told).toHaveLength(2);
  expect(told[1]).toBe(child.pid);
});

test.each([
  ['ports that are always taken', TAKEN, /already in use/, 5],
  [
    'an engine that exits with an error',
    'echo "first" >&2; echo "error: no such file" >&2; exit 1',
    /: error: no such file$/,
    1,
  ],
  ['an engine that never listens', 'exit 3', /: exit code 3$/, 1],
])('%s is reported in one sentence', async (_name, line, sentence, starts) => {
  await expect(spawnDynoxide(program(line), [])).rejects.toThrow(sentence);
  expect(ports()).toHaveLength(starts);
});

test('a missing program is reported in one sentence', async () => {
  await expect(spawnDynoxide(join(folder, 'nothing'), [])).rejects.toThrow(/did not start: .*ENOENT/);
});
