import type { AuditLog } from '../ports/audit-log.ts';
import type { CredentialVault } from '../ports/credential-vault.ts';
import type { CursorSeal } from '../ports/cursor-seal.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import type { Slots } from '../ports/slots.ts';
import type { Views } from '../ports/views.ts';
import type { ServersOf } from '../queries/servers-of-jobs.ts';
import type { WaitPorts } from './jobs/wait.ts';

/** The ports of the operations that only read. */
export type ReadPorts = WaitPorts & {
  readonly log: EventLog;
  readonly audit: AuditLog;
  readonly views: Views;
  readonly leases: Pick<Leases, 'read'>;
  readonly slots: WaitPorts['slots'] & Pick<Slots, 'fullUntil'>;
  readonly cursors: CursorSeal;
  readonly serversOf: ServersOf;
  /** Connection fields only: this function cannot open secrets. */
  readonly vault: Pick<CredentialVault, 'connections'>;
};
