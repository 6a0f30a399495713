/**
 * The address of an engine without a guard. Web pages must not find it: the port is one that browsers refuse to connect
 * to, and the host is a random one of 127.0.0.0/8 at each start. Systems that have only 127.0.0.1 (macOS) use that host
 * and such a port.
 */
import { randomInt } from 'node:crypto';
import { isFree } from '../http/free-port.ts';

export type Address = { readonly host: string; readonly port: number };

/**
 * "Bad ports" of the Fetch standard (section 2.9, "port blocking") that need no root and are rarely used on a
 * developer's machine.
 */
export const BLOCKED_PORTS: readonly number[] = [
  1719, 1720, 1723, 3659, 4045, 4190, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
];

/** A free address. Another program may still take it first. Throws Error when all are in use. */
export async function hiddenAddress(drawn: string = drawLoopback()): Promise<Address> {
  const first = randomInt(BLOCKED_PORTS.length);
  const ports = [...BLOCKED_PORTS.slice(first), ...BLOCKED_PORTS.slice(0, first)];
  for (const host of [drawn, '127.0.0.1'])
    for (const port of ports) if (await isFree(port, host)) return { host, port };
  throw new Error('no free port among those that browsers refuse');
}

/** A random address of 127.0.0.0/8 except the one that every program uses. */
function drawLoopback(): string {
  return `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
}
