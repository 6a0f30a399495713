import type { Actor } from './event.ts';

/** The components of the system that act without a request. */
export const SYSTEM = {
  sweeper: { kind: 'system', id: 'sweeper' },
  bulk: { kind: 'system', id: 'bulk' },
  recovery: { kind: 'system', id: 'recovery' },
  resync: { kind: 'system', id: 'resync' },
  scheduler: { kind: 'system', id: 'scheduler' },
  retention: { kind: 'system', id: 'retention' },
  erasure: { kind: 'system', id: 'erasure' },
} as const satisfies Record<string, Actor>;

/** A worker, by its id. */
export const workerActor = (id: string): Actor => ({ kind: 'worker', id });

/** A provider, by the id of the webhook endpoint. */
export const providerActor = (endpointId: string): Actor => ({ kind: 'provider', id: endpointId });

/** A person, by the claim `uid`. */
export const userActor = (uid: string): Actor => ({ kind: 'user', id: uid });
