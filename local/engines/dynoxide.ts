/**
 * The DynamoDB engine as a child process over a file in the data directory. If this process is killed, the child
 * survives and keeps the file open. So its process id is stored beside the file, and at the next start an old child is
 * stopped, after a check that it is the engine of this file.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { commandLine } from '../command-line.ts';
import { Complaint } from '../complaint.ts';
import { findDynoxide } from './dynoxide-binary.ts';
import { spawnDynoxide } from './dynoxide-process.ts';

export type Engine = {
  readonly endpoint: string;
  /** Calls `tell` with a sentence when the engine ends without having been stopped. */
  onLost(tell: (complaint: Complaint) => void): void;
  stop(): Promise<void>;
};

/**
 * Starts the engine on a hidden address, over a database file that only its owner can read. Throws Complaint when the
 * engine is missing or does not start.
 */
export async function startDynoxide(databasePath: string): Promise<Engine> {
  const pidFile = `${databasePath}.pid`;
  await stopOrphan(pidFile, databasePath);
  // SQLite gives the files beside the database (-wal, -shm) the mode of the database, whatever the umask is.
  closeSync(openSync(databasePath, 'a', 0o600));
  const { child, endpoint } = await spawnDynoxide(findDynoxide(), ['--db-path', databasePath], (pid) =>
    writeFileSync(pidFile, String(pid), { mode: 0o600 }),
  );
  let stopping = false;
  return {
    endpoint,
    onLost: (tell) =>
      child.once('exit', (code, signal) => {
        if (!stopping)
          tell(new Complaint(`The DynamoDB engine has stopped unexpectedly (${signal ?? `exit code ${code}`}).`));
      }),
    async stop() {
      stopping = true;
      await stopChild(child);
      rmSync(pidFile, { force: true });
    },
  };
}

/** Waits until the engine at this address answers, and returns the address. Throws Complaint when it does not. */
export async function givenEngine(endpoint: string): Promise<string> {
  try {
    await fetch(endpoint, { method: 'POST' });
    return endpoint;
  } catch {
    throw new Complaint(`No DynamoDB engine answers at ${endpoint}, which AWS_ENDPOINT_URL_DYNAMODB names.`);
  }
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
  const isOurs = (): boolean => {
    const line = pid > 1 ? commandLine(pid) : '';
    return /dynoxide(\.exe)? --host /.test(line) && line.endsWith(`--db-path ${databasePath}`);
  };
  if (isOurs()) process.kill(pid, 'SIGKILL');
  for (let attempt = 0; attempt < 100 && isOurs(); attempt += 1) await pause(20);
}
