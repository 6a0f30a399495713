import { type ChildProcess, spawn } from 'node:child_process';
import { Complaint } from '../complaint.ts';
import { hiddenAddress } from './hidden-address.ts';

/** How often another program may have been quicker to take the port. */
const PORTS = 5;
/** A busy machine needs seconds; this ends the wait for a program that never says a word. */
const PATIENCE_MS = 120_000;
/** What the engine writes to its standard error once the port is its own. */
const LISTENING = 'listening on';
const PORT_TAKEN = 'already in use';

/**
 * Starts the engine's program where no web page finds it, as a child that ends when this process does. Resolves when that
 * child itself has said that it listens: an answer from the port alone may come from another server that was quicker.
 * `started` is told the process id at once. Throws Complaint, in the engine's own words, when it does not start.
 */
export async function spawnDynoxide(
  binary: string,
  options: readonly string[],
  started: (pid: number) => void = () => undefined,
): Promise<{ readonly child: ChildProcess; readonly endpoint: string }> {
  for (let attempt = 1; ; attempt += 1) {
    const { host, port } = await hiddenAddress();
    const child = spawn(binary, ['--host', host, '--port', String(port), ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (child.pid !== undefined) started(child.pid);
    const failure = await listening(child);
    if (failure === null) return { child: endingWithUs(child), endpoint: `http://${host}:${port}` };
    if (!failure.includes(PORT_TAKEN) || attempt === PORTS) {
      throw new Complaint(`The DynamoDB engine did not start: ${failure}`);
    }
  }
}

/** Null once the child says that it listens, else why it never will, and then it is stopped. */
function listening(child: ReturnType<typeof spawn>): Promise<string | null> {
  return new Promise((resolve) => {
    let words = '';
    const endNow = (): boolean => child.kill('SIGKILL');
    const settle = (failure: string | null): void => {
      clearTimeout(patience);
      process.removeListener('exit', endNow);
      if (failure !== null) endNow();
      resolve(failure);
    };
    const patience = setTimeout(() => settle('it does not answer'), PATIENCE_MS);
    process.prependOnceListener('exit', endNow);
    child.once('error', (error) => settle(error.message));
    child.once('close', (code, signal) => settle(words.trim().split('\n').at(-1) || (signal ?? `exit code ${code}`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      words = `${words}${chunk}`.slice(-500);
      if (words.includes(LISTENING)) settle(null);
    });
  });
}

function endingWithUs(child: ChildProcess): ChildProcess {
  const endWithUs = (): boolean => child.kill('SIGKILL');
  process.prependOnceListener('exit', endWithUs);
  child.once('exit', () => process.removeListener('exit', endWithUs));
  return child;
}
