import { LEASE_MS, LEASE_RENEWAL_MS } from '../domain/job/due.ts';
import type { WorkerPorts } from './ports.ts';

/** A place among the connections that a credential's provider is asked to bear. */
export type ConnectionSlot = { release(): Promise<void> };

/**
 * Takes a slot of the credential and keeps it until it is released; null when all are taken. One that could not be
 * renewed is lost to the count, not to the worker: it goes on with its connection and takes no other.
 */
export async function takeConnectionSlot(credentialId: string, ports: WorkerPorts): Promise<ConnectionSlot | null> {
  const most = await ports.maxConnections(credentialId);
  const until = (): number => ports.now() + LEASE_MS;
  const slot = await ports.slots.take(credentialId, ports.ids.token(), most, ports.now(), until());
  if (slot === null) return null;
  const timer = setInterval(() => {
    ports.slots.renew(slot, ports.now(), until()).catch(() => undefined);
  }, LEASE_RENEWAL_MS);
  return {
    async release() {
      clearInterval(timer);
      await ports.slots.release(slot);
    },
  };
}

const FIRST_WAIT_MS = 2_000;
const MOST_WAIT_MS = 120_000;

/** How long a message waits for a slot that it did not get `deferred` times before, ms. `random` in [0, 1). */
export function deferral(deferred: number, random: number): number {
  const ceiling = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(deferred, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}
