import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { Leases } from '../ports/leases.ts';
import type { Projection } from '../ports/projection.ts';
import type { Slots } from '../ports/slots.ts';
import type { Views } from '../ports/views.ts';

export type BulkPorts = {
  readonly log: EventLog;
  readonly views: Views;
  readonly leases: Pick<Leases, 'read' | 'take'>;
  readonly slots: Pick<Slots, 'fullUntil'>;
  readonly projection: Projection;
  readonly ids: Ids;
  now(): number;
  pause(ms: number): Promise<void>;
  /** Has the operation run again after this time (ms). */
  runLater(bulkId: string, delayMs: number): Promise<void>;
  /** Told of a job that could not be worked on for a reason nobody foresaw. */
  failed(jobId: string, error: unknown): void;
  /** Milliseconds that this run has left. */
  remainingMs(): number;
};
