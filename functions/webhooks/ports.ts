import type { CredentialFinder } from '../ports/credential-finder.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { WebhookVault } from '../ports/webhook-vault.ts';
import type { VerifyToken } from './providers/provider.ts';

export type WebhookPorts = {
  readonly log: EventLog;
  readonly ids: Pick<Ids, 'derive'>;
  readonly webhooks: Pick<WebhookVault, 'open'>;
  readonly finder: CredentialFinder;
  readonly verifyToken: VerifyToken;
  /** Whether a refusal of this endpoint for this reason, in this period, is the first that this process meets. */
  isFirst(endpointId: string, reason: string, period: number): boolean;
  /** Wall time, ms since the epoch. */
  now(): number;
};
