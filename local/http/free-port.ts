import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems assign automatically (Linux from 32768, others from 49152), so that they do not collide.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;
const TRIES = 50;

/**
 * A port of 127.0.0.1 that was free a moment ago, for servers that must be given a port. Another program may still take
 * it first, so the caller must check that its own server answers. Throws Error when no free port is found.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port, '127.0.0.1')) return port;
  }
  throw new Error('no free port');
}

/** Whether a server could listen there now. Also false when this machine does not have the address. */
export function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
