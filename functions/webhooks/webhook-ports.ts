import type { CredentialFinder } from '../ports/credential-finder.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { WebhookVault } from '../ports/webhook-vault.ts';
import type { VerifyToken } from './providers/provider.ts';
import type { Refusals } from './refusals.ts';

/** The ports of the webhook function. */
export type WebhookPorts = {
  readonly log: EventLog;
  readonly ids: Pick<Ids, 'derive'>;
  readonly webhooks: Pick<WebhookVault, 'open'>;
  readonly finder: CredentialFinder;
  readonly verifyToken: VerifyToken;
  readonly refusals: Refusals;
  /** Wall time, ms since the epoch. */
  now(): number;
};
