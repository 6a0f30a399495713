/**
 * The DynamoDB engine as a child process over a file in the data directory. The danger is the orphan: when this process
 * is killed without mercy, the child lives on and holds the file. Its process id is kept beside the file, and before a
 * new one starts an old one is stopped, once it has been seen to be our engine on this very file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Complaint } from '../complaint.ts';
import { freePort } from '../http/free-port.ts';

export type Engine = { readonly endpoint: string; stop(): Promise<void> };

/** Starts the engine on a free port; in memory when `databasePath` is null. Throws Complaint when there is none. */
export async function startDynoxide(databasePath: string | null): Promise<Engine> {
  const pidFile = databasePath === null ? null : `${databasePath}.pid`;
  if (databasePath !== null && pidFile !== null) await stopOrphan(pidFile, databasePath);
  const port = await freePort();
  const args = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    ...(databasePath === null ? [] : ['--db-path', databasePath]),
  ];
  const child = spawn(findBinary(), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-500);
  });
  if (pidFile !== null) writeFileSync(pidFile, String(child.pid));
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswers(endpoint, child, () => words);
  return { endpoint, stop: () => stopChild(child) };
}

function findBinary(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  } catch {
    const onPath = (process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'dynoxide'))
      .find(existsSync);
    if (onPath !== undefined) return onPath;
    throw new Complaint(
      'No DynamoDB engine here: put a dynoxide binary on the PATH, or point AWS_ENDPOINT_URL_DYNAMODB to one that runs.',
    );
  }
}

async function untilAnswers(endpoint: string, child: ChildProcess, words: () => string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (child.exitCode !== null)
      throw new Complaint(`The DynamoDB engine stopped at once: ${words().trim() || `exit code ${child.exitCode}`}`);
    try {
      await fetch(endpoint, { method: 'POST' });
      return;
    } catch {
      await pause(20);
    }
  }
  throw new Complaint('The DynamoDB engine does not answer.');
}

function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), 2000);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function stopOrphan(pidFile: string, databasePath: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const commandLine = (): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  const isOurs = (): boolean => pid > 1 && commandLine().includes('dynoxide') && commandLine().includes(databasePath);
  if (isOurs()) process.kill(pid, 'SIGKILL');
  for (let attempt = 0; attempt < 100 && isOurs(); attempt += 1) await pause(20);
}
