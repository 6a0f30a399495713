/**
 * Names that no name service must be asked for (RFC 6761, sections 6.3 and 6.4): everything below `.localhost` is this
 * machine, and nothing exists below `.invalid`. Not every system knows that, and the demo uses both.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

const LOOPBACK = '127.0.0.1';

type Fail = (error: NodeJS.ErrnoException) => void;
const isCallback = (last: unknown): last is Fail => typeof last === 'function';

/** Changes `dns.lookup` of this thread. */
export function resolveReservedNames(): void {
  const system = dns.lookup;
  const lookup = (hostname: string, ...rest: readonly unknown[]): unknown => {
    const callback = rest.at(-1);
    if (/\.invalid\.?$/i.test(hostname) && isCallback(callback)) return process.nextTick(callback, notFound(hostname));
    const name = /\.localhost\.?$/i.test(hostname) ? LOOPBACK : hostname;
    return Reflect.apply(system, dns, [name, ...rest]);
  };
  Object.defineProperty(dns, 'lookup', { value: lookup, configurable: true, writable: true, enumerable: true });
  syncBuiltinESMExports();
}

const notFound = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname,
  });
