import type { LoginSettings } from '../credential-login/connection-settings.ts';
import type { MailServer } from '../domain/sharing/silent-hosts.ts';
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
  /**
   * Connection settings with the opened secret; null when the credential is deleted. `refused`: an access token that
   * the server refused. Throws MailboxFailure.
   */
  connection(credentialId: string, refused: string | null): Promise<LoginSettings | null>;
  /** The server of the credential (null when it is deleted), and its maximum number of connections. */
  server(credentialId: string): Promise<{ readonly at: MailServer | null; readonly maxConnections: number }>;
  /** Records when the credential was used and synced (ISO). Errors are ignored: no decision depends on it. */
  noteUse(credentialId: string, times: { readonly lastUsedAt?: string; readonly lastSyncedAt?: string }): Promise<void>;
  /** Wall time, ms since the epoch. */
  now(): number;
  /** Monotonic time in ms, for leases. */
  monotonic(): number;
  /** In [0, 1). */
  random(): number;
  /** Milliseconds until this invocation should yield. */
  remainingMs(): number;
  /** Milliseconds until an attempt that has not yielded is stopped, early enough to record its outcome. */
  untilCutMs(): number;
  /** Maximum number of workers (invocations) of one account. */
  readonly accountWorkers: number;
  /** Aborted when the account already holds its whole share of workers: its jobs are handed back. */
  readonly over: AbortSignal;
  /** The mail servers that only time out for the account. */
  readonly hosts: HostWatch;
  /** The name of this worker in events. */
  readonly workerId: string;
};
