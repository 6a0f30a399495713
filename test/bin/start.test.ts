import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../local/http/free-port.ts';
import { until } from '../fixtures/api.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/local.ts', import.meta.url));

let folder: string;
const running = new Set<ChildProcess>();
// One port for all: the template contains the issuer's address, so each new port would need a synthesis.
let port: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
  port = String(await freePort());
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Run = {
  readonly child: ChildProcess;
  output(): string;
  readonly exit: Promise<number | null>;
  until(text: string): Promise<string>;
};

function start(args: string[], env: NodeJS.ProcessEnv = {}, umask = '022'): Run {
  const child = spawn('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, BIN, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  running.add(child);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
      for (const listener of listeners) listener();
    });
  }
  const exit = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    }),
  );
  return {
    child,
    exit,
    output: () => output,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve(output);
        };
        listeners.add(look);
        look();
        void exit.then((code) => reject(new Error(`ended with ${code}: ${output}`)));
      }),
  };
}

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('npm start', () => {
  it('shows a token and commands that work when pasted; a second start keeps the data; Ctrl-C stops everything', async () => {
    const data = join(folder, 'kept');
    const first = start(['--port', port, '--data-dir', data]);
    const banner = await first.until('Ctrl-C stops it.');
    expect(banner).toMatch(/First sync of the demo mailbox: it checked 12 folders \(0 unchanged\): 439 messages added/);
    const variables = banner.split('\n').filter((line) => /^[A-Z]+=/.test(line));
    const lines = banner.split('\n').filter((line) => line.startsWith('curl '));
    expect(lines).toHaveLength(3);
    const pasted = (line: string): Promise<string> => shell([...variables, line].join('\n'), {});
    for (const line of lines) {
      const answer = JSON.parse(await pasted(line));
      expect(answer.data, line).toEqual(expect.any(Object));
    }
    expect((await fetch(`http://127.0.0.1:${port}/_local/health`)).status).toBe(200);
    const engine = Number(readFileSync(join(data, 'events.db.pid'), 'utf8'));
    expect(alive(engine)).toBe(true);
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(0);
    expect(alive(engine)).toBe(false);

    const second = start(['--port', port, '--data-dir', data]);
    expect(await second.until('Ctrl-C stops it.')).toMatch(
      / {2}Sync of the demo mailbox: it checked 12 folders \(12 unchanged\): 0 messages added/,
    );
    // Two syncs and a failing one of each start would be six: the others are the demo's, made beside the stack.
    const jobs = async (): Promise<readonly unknown[]> => JSON.parse(await pasted(lines[0] ?? '')).data;
    expect((await until(jobs, (all) => all.length > 6)).length).toBeGreaterThan(6);
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  });

  it('starts again after it was killed', async () => {
    const data = join(folder, 'killed');
    const first = start(['--port', port, '--data-dir', data, '--no-demo']);
    await first.until('Ctrl-C stops it.');
    first.child.kill('SIGKILL');
    await first.exit;
    const second = start(['--port', port, '--data-dir', data, '--no-demo']);
    await second.until('Ctrl-C stops it.');
    second.child.kill('SIGINT');
    expect(await second.exit).toBe(0);
  });

  it('makes its files readable by the owner alone, whatever their modes and the umask were', async () => {
    const data = join(folder, 'wide');
    const first = start(['--port', port, '--data-dir', data]);
    await first.until('Ctrl-C stops it.');
    first.child.kill('SIGKILL');
    await first.exit;
    const everything = () => ['', ...readdirSync(data, { recursive: true, encoding: 'utf8' })];
    for (const name of everything()) chmodSync(join(data, name), 0o777);
    // A file that only the engine makes; it is made again under this umask.
    rmSync(join(data, 'events.db-shm'), { force: true });
    const second = start(['--port', port, '--data-dir', data], {}, '000');
    await second.until('Ctrl-C stops it.');
    expect(everything()).toEqual(expect.arrayContaining(['events.db', 'events.db-wal', 'events.db-shm', 'kms.key']));
    for (const name of everything()) expect(statSync(join(data, name)).mode & 0o077, name).toBe(0);
    second.child.kill('SIGINT');
    expect(await second.exit).toBe(0);
  });

  it('leaves no process or file behind when it is stopped during its start', async () => {
    const data = join(folder, 'stopped-early');
    const run = start(['--port', port, '--data-dir', data, '--no-demo']);
    await expect.poll(() => existsSync(join(data, 'events.db.pid'))).toBe(true);
    const engine = Number(readFileSync(join(data, 'events.db.pid'), 'utf8'));
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(0);
    await expect.poll(() => alive(engine)).toBe(false);
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });

  it('keeps no data of an ephemeral run', async () => {
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const run = start(['--port', port, '--ephemeral', '--no-demo'], { TMPDIR: temporary });
    await run.until('Ctrl-C stops it.');
    const kept = () => readdirSync(temporary).filter((name) => name.startsWith('inbox-manager-'));
    expect(kept()).toHaveLength(1);
    run.child.kill('SIGINT');
    await run.exit;
    expect(kept()).toEqual([]);
  });

  it('uses less than 350 MB of memory when idle', async () => {
    const run = start(['--port', port, '--ephemeral', '--no-demo']);
    await run.until('Ctrl-C stops it.');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${run.child.pid}/status`, 'utf8'))?.[1];
    expect(Number(resident) / 1024).toBeLessThan(350);
    run.child.kill('SIGINT');
    expect(await run.exit).toBe(0);
  });

  it('answers only requests for host names of this machine', async () => {
    const run = start(['--port', port, '--ephemeral', '--no-demo']);
    await run.until('Ctrl-C stops it.');
    const status = await shell(
      `curl -s -o /dev/null -w '%{http_code}' -H 'host: evil.example' http://127.0.0.1:${port}/_local/oidc/token`,
      {},
    );
    expect(status).toBe('421');
    run.child.kill('SIGINT');
    expect(await run.exit).toBe(0);
  });
});

describe('npm start reports an error in one sentence, with exit code 1', () => {
  const sentence = async (run: Run, pattern: RegExp): Promise<void> => {
    expect(await run.exit).toBe(1);
    const said = run
      .output()
      .trim()
      .split('\n')
      .filter((line) => line !== 'Starting the embedded stack …');
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(pattern);
  };

  it('a busy port', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const taken = address !== null && typeof address === 'object' ? address.port : 0;
    await sentence(start(['--port', String(taken), '--ephemeral']), /^Port \d+ is in use/);
    server.close();
  });

  it('no engine at AWS_ENDPOINT_URL_DYNAMODB', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const run = start(['--port', port, '--ephemeral'], { AWS_ENDPOINT_URL_DYNAMODB: nowhere });
    await sentence(run, /^No DynamoDB engine answers at http:\/\/127/);
  });

  it('an unknown flag', () => sentence(start(['--prot', '4000']), /^There is no flag --prot; did you mean --port\?$/));
  it('an invalid port', () => sentence(start(['--port', 'four']), /^--port must be a number/));

  it('a data directory that is a file', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'not a directory');
    await sentence(start(['--port', port, '--data-dir', file]), /^The data directory .* cannot be written/);
  });

  it('a data directory whose database is broken', async () => {
    const data = join(folder, 'broken');
    const first = start(['--port', port, '--data-dir', data, '--no-demo']);
    await first.until('Ctrl-C stops it.');
    first.child.kill('SIGINT');
    await first.exit;
    writeFileSync(join(data, 'events.db'), 'this is no database, whatever its name says. '.repeat(200));
    await sentence(start(['--port', port, '--data-dir', data, '--no-demo']), /database|data directory/i);
  });

  it('a data directory whose key is broken', async () => {
    const data = join(folder, 'broken-key');
    mkdirSync(data);
    writeFileSync(join(data, 'kms.key'), 'short');
    await sentence(
      start(['--port', port, '--data-dir', data]),
      /^The data directory is broken \(.*kms\.key is no key\)/,
    );
  });

  it('a database process that ends by itself, even after the start', async () => {
    const data = join(folder, 'lost');
    const run = start(['--port', port, '--data-dir', data, '--no-demo']);
    await run.until('Ctrl-C stops it.');
    process.kill(Number(readFileSync(join(data, 'events.db.pid'), 'utf8')), 'SIGKILL');
    expect(await run.exit).toBe(1);
    expect(run.output()).toContain('The DynamoDB engine has stopped unexpectedly (SIGKILL).');
  });

  it('a data directory that another process uses', async () => {
    const data = join(folder, 'shared-by-two');
    const first = start(['--port', port, '--data-dir', data, '--no-demo']);
    await first.until('Ctrl-C stops it.');
    await sentence(start(['--port', port, '--data-dir', data]), /^The data directory .* is in use by process \d+/);
    first.child.kill('SIGINT');
    await first.exit;
  });
});

function shell(line: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn('sh', ['-c', line], { env: { ...process.env, ...env } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  return new Promise((resolve) => child.once('close', () => resolve(output)));
}
