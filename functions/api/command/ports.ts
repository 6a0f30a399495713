import type { EventLog } from '../../ports/event-log.ts';
import type { Ids } from '../../ports/ids.ts';

export type CommandPorts = {
  readonly log: EventLog;
  readonly ids: Ids;
  /** HMAC of a request's body under the deployment's key. */
  fingerprint(text: string): Promise<string>;
};
