import type { Actor } from './event.ts';

/** The parts of the system that act on their own. */
export const SYSTEM = {
  sweeper: { kind: 'system', id: 'sweeper' },
  bulk: { kind: 'system', id: 'bulk' },
  recovery: { kind: 'system', id: 'recovery' },
  resync: { kind: 'system', id: 'resync' },
  scheduler: { kind: 'system', id: 'scheduler' },
  retention: { kind: 'system', id: 'retention' },
  erasure: { kind: 'system', id: 'erasure' },
} as const satisfies Record<string, Actor>;

export const workerActor = (id: string): Actor => ({ kind: 'worker', id });
export const providerActor = (endpointId: string): Actor => ({ kind: 'provider', id: endpointId });
export const userActor = (uid: string): Actor => ({ kind: 'user', id: uid });
