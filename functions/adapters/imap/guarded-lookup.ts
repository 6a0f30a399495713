import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import {
  addressKind,
  isAddressAllowed,
  isHostName,
  isLoopbackName,
  isPortAllowed,
} from '../../domain/network/address.ts';

export type HostPolicy = {
  readonly ports: ReadonlySet<number> | 'any';
  readonly loopback: 'allow' | 'deny';
};

/** The code of the error that the guard raises, in the manner of Node's own network errors. */
export const HOST_BLOCKED = 'EHOSTBLOCKED';

export function hostBlocked(): NodeJS.ErrnoException {
  return Object.assign(new Error('The host is not allowed.'), { code: HOST_BLOCKED });
}

/**
 * What can be decided before anything is resolved: the port, hosts that are address literals, for which `net.connect`
 * asks no lookup, and names of this machine. Other names are decided by `guardedLookup`.
 */
export function isHostAllowed(host: string, port: number, policy: HostPolicy): boolean {
  if (!isPortAllowed(port, policy.ports)) return false;
  if (isIP(host) !== 0 || addressKind(host) !== null) return isAddressAllowed(host, policy.loopback);
  return isHostName(host) && (policy.loopback === 'allow' || !isLoopbackName(host));
}

export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for `net.connect` and `tls.connect`: the addresses it checks are the very ones that are connected to, so a
 * name cannot resolve to something else between check and use. One bad address among several rejects them all.
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
