/** The output of inboxctl into a pipe of the shell. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
const PROFILES = 10_000;

it('output of more than a megabyte reaches the reader of a pipe completely', async () => {
  const home = mkdtempSync(join(tmpdir(), 'inboxctl-pipe-'));
  mkdirSync(join(home, 'inboxctl'));
  const profiles = Object.fromEntries(
    Array.from({ length: PROFILES }, (_, n) => [`profile-${n}`, { api: `https://api-${n}.example.test` }]),
  );
  writeFileSync(join(home, 'inboxctl/config.json'), JSON.stringify({ profiles }), { mode: 0o600 });
  const { stdout } = await promisify(execFile)(
    'sh',
    [
      '-c',
      '"$NODE" "$MAIN" profile list --json | tee "$XDG_CONFIG_HOME/whole" | wc -c; tail -c 2 "$XDG_CONFIG_HOME/whole"',
    ],
    { env: { PATH: process.env.PATH, NODE: process.execPath, MAIN, XDG_CONFIG_HOME: home } },
  );
  const [bytes = '', end] = stdout.trim().split('\n');
  expect(Number(bytes)).toBeGreaterThan(1_000_000);
  expect(end).toBe(']');
});
