import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { Leases } from '../ports/leases.ts';
import type { Slots } from '../ports/slots.ts';
import type { Views } from '../ports/views.ts';
import type { ServersOf } from '../queries/servers-of-jobs.ts';
import type { Quotas } from './accounts/quotas.ts';

export type CommandPorts = {
  readonly log: EventLog;
  readonly views: Views;
  readonly ids: Ids;
  readonly leases: Leases;
  readonly slots: Pick<Slots, 'fullUntil'>;
  readonly quotas: Quotas;
  readonly serversOf: ServersOf;
  /** HMAC of a request's body under the deployment's key. */
  fingerprint(text: string): Promise<string>;
};

export type BulkCommandPorts = CommandPorts & {
  readonly slots: Slots;
  /** How many requests of one account may wait at once. */
  readonly accountWaits: number;
};
