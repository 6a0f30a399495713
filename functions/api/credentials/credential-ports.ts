import type { CredentialVault } from '../../ports/credential-vault.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Ids } from '../../ports/ids.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import type { MailboxProvider } from '../../ports/mailbox.ts';
import type { Slots } from '../../ports/slots.ts';
import type { TokenEndpoint } from '../../ports/token-endpoint.ts';
import type { Views } from '../../ports/views.ts';
import type { Quotas } from '../accounts/quotas.ts';
import type { LoginLimits } from './login-limits.ts';

/** The ports of the operations on credentials. */
export type CredentialPorts = {
  readonly log: EventLog;
  readonly views: Views;
  readonly vault: CredentialVault;
  readonly mail: MailStore;
  readonly ids: Ids;
  readonly provider: MailboxProvider;
  readonly slots: Slots;
  readonly tokens: TokenEndpoint;
  /** How many requests of one account may wait at once. */
  readonly accountWaits: number;
  readonly limits: LoginLimits;
  readonly quotas: Quotas;
  fingerprint(text: string): Promise<string>;
  /** Why a host and port may not be named, null when they may: `host`, `port` or `security_mode` with a message. */
  refusal(target: { host: string; port: number; security_mode: string }): { field: string; message: string } | null;
};
