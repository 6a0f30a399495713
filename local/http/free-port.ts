import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give out by themselves (Linux from 32768, others from 49152), so that none of those is met. */
const LOWEST = 20_000;
const HIGHEST = 32_767;
const TRIES = 50;

/**
 * A port of 127.0.0.1 that nobody held a moment ago: for servers that must be told theirs. Another may still be quicker
 * to take it: who starts a server on it looks whether that server is its own. Throws Error when none of many is free.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port, '127.0.0.1')) return port;
  }
  throw new Error('no free port');
}

/** Whether a server could listen there now. False too when this machine does not have the address. */
export function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
