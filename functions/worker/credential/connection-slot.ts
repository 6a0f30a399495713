import { LEASE_MS, LEASE_RENEWAL_MS } from '../../domain/job/due.ts';
import type { WorkerPorts } from '../worker-ports.ts';

/** A place among the connections that a credential's provider is asked to bear. */
export type ConnectionSlot = { release(): Promise<void> };

/**
 * Takes one of so many slots of the credential and keeps it until it is released; null when all are taken. A slot that
 * could not be renewed is lost to the count, not to the worker: it goes on with its connection and takes no other.
 */
export async function takeConnectionSlot(
  credentialId: string,
  most: number,
  ports: WorkerPorts,
): Promise<ConnectionSlot | null> {
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
