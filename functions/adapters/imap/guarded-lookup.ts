import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import {
  addressKind,
  isAddressAllowed,
  isHostName,
  isLoopbackName,
  isPortAllowed,
} from '../../domain/network/address.ts';

/** The ports that may be used, and whether this machine may be contacted. */
export type HostPolicy = {
  readonly ports: ReadonlySet<number> | 'any';
  readonly loopback: 'allow' | 'deny';
};

/** The code of the guard's error, in the style of Node's network errors. */
export const HOST_BLOCKED = 'EHOSTBLOCKED';

/** The error for a forbidden host or port. */
export function hostBlocked(): NodeJS.ErrnoException {
  return Object.assign(new Error('The host is not allowed.'), { code: HOST_BLOCKED });
}

/**
 * The checks that need no name resolution: the port, hosts that are address literals (`net.connect` does no lookup for
 * these), and names of this machine. `guardedLookup` checks other names.
 */
export function isHostAllowed(host: string, port: number, policy: HostPolicy): boolean {
  if (!isPortAllowed(port, policy.ports)) return false;
  if (isIP(host) !== 0 || addressKind(host) !== null) return isAddressAllowed(host, policy.loopback);
  return isHostName(host) && (policy.loopback === 'allow' || !isLoopbackName(host));
}

/** Looks up all addresses of a host name, like `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for `net.connect` and `tls.connect`. The checked addresses are the ones connected to, so a name cannot
 * resolve to another address between check and use. One forbidden address among several rejects them all.
 */
export function guardedLookup(policy: HostPolicy, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) {
        callback(error ?? hostBlocked(), '', 0);
      } else if (!addresses.every(({ address }) => isAddressAllowed(address, policy.loopback))) {
        callback(hostBlocked(), '', 0);
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}
