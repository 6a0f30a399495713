import { type ChildProcess, spawn } from 'node:child_process';
import { Complaint } from '../complaint.ts';
import { hiddenAddress } from './hidden-address.ts';

/** Maximum number of ports to try if other programs take them first. */
const PORTS = 5;
/** A busy machine needs seconds; this limits the wait for a program that never reports. */
const PATIENCE_MS = 120_000;
/** The engine writes this to its standard error when it listens. */
const LISTENING = 'listening on';
const PORT_TAKEN = 'already in use';

/**
 * Starts the engine's program on a hidden address, as a child that ends with this process. Resolves when the child
 * itself reports that it listens: a reply from the port could come from another server. `started` gets the process id
 * immediately. Throws Complaint with the engine's own message when it does not start.
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

/** Resolves with null when the child listens, or with the reason why it does not; then the child is stopped. */
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
