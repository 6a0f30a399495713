import { LEASE_MS, LEASE_RENEWAL_MS } from '../../domain/job/due.ts';
import type { LastUse } from '../../ports/slots.ts';
import type { WorkerPorts } from '../worker-ports.ts';

/** One of the simultaneous connections that a credential may have. */
export type ConnectionSlot = { release(use: LastUse): Promise<void> };

/**
 * Takes one of the `most` slots of the credential and renews it until it is released; null when all are taken. If a
 * renewal fails, the slot may be taken by another worker; this one keeps its connection.
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
    async release(use) {
      clearInterval(timer);
      await ports.slots.release(slot, use);
    },
  };
}
