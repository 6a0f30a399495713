import type { StoredLogin } from '../credential-login/stored-login.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { Leases } from '../ports/leases.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { MailboxProvider } from '../ports/mailbox.ts';
import type { Slots } from '../ports/slots.ts';
import type { Views } from '../ports/views.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import type { HostWatch } from '../sharing/host-watch.ts';
import type { Action } from './action.ts';

/** The ports of the worker. */
export type WorkerPorts = {
  readonly log: EventLog;
  readonly leases: Leases;
  readonly slots: Slots;
  readonly views: Pick<Views, 'get' | 'page'>;
  readonly queue: WorkQueue;
  readonly mail: MailStore;
  readonly provider: MailboxProvider;
  readonly ids: Ids;
  readonly actions: ReadonlyMap<string, Action>;
  /** Reads how to log in with the credential. `version`: of its state, read just before. */
  login(credentialId: string, version: number | null): Promise<StoredLogin>;
  /** Wall time, ms since the epoch. */
  now(): number;
  /** Monotonic time in ms. Leases are measured by it. */
  monotonic(): number;
  /** In [0, 1). */
  random(): number;
  /** Milliseconds until this invocation should have yielded. */
  remainingMs(): number;
  /** Milliseconds until an attempt that has not yielded is stopped, early enough to record its end. */
  untilCutMs(): number;
  /** How many workers (invocations) one account may hold at once. */
  readonly accountWorkers: number;
  /** Aborted when the account turns out to hold its whole share of workers: its jobs are handed back. */
  readonly over: AbortSignal;
  /** Which mail servers only time out for the account. */
  readonly hosts: HostWatch;
  /** The id of this worker, for events. */
  readonly workerId: string;
};
