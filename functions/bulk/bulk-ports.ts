import type { Bulk } from '../domain/bulk/bulk.ts';
import type { BulkMessage } from '../ports/bulk-queue.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { Leases } from '../ports/leases.ts';
import type { Projection } from '../ports/projection.ts';
import type { Slots } from '../ports/slots.ts';
import type { Views } from '../ports/views.ts';
import type { ServersOf } from '../queries/servers-of-jobs.ts';

/** The ports of the bulk runner. */
export type BulkPorts = {
  readonly log: EventLog;
  readonly views: Views;
  readonly serversOf: ServersOf;
  readonly leases: Pick<Leases, 'read' | 'take'>;
  readonly slots: Slots;
  readonly projection: Projection;
  readonly ids: Ids;
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Waits between two tries of one job. */
  pause(ms: number): Promise<void>;
  /** Maximum number of runs that one account may have at once. */
  readonly accountBulks: number;
  /** Queues a message for delivery after `delayMs`. */
  runLater(message: BulkMessage, delayMs: number): Promise<void>;
  /** Called when an operation has ended and no longer counts as running. Never rejects. */
  ended(bulk: Bulk): Promise<void>;
  /** Called for a job that failed with an unexpected error. */
  failed(jobId: string, error: unknown): void;
  /** Milliseconds left for this run. */
  remainingMs(): number;
};
