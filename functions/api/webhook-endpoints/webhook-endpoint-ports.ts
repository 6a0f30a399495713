import type { CursorSeal } from '../../ports/cursor-seal.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Views } from '../../ports/views.ts';
import type { WebhookVault } from '../../ports/webhook-vault.ts';
import type { WebhookRequest } from '../../webhooks/providers/provider.ts';
import type { Quotas } from '../accounts/quotas.ts';

export type WebhookEndpointPorts = {
  readonly log: EventLog;
  readonly views: Views;
  readonly webhooks: WebhookVault;
  readonly ids: Ids;
  readonly cursors: CursorSeal;
  readonly quotas: Quotas;
  fingerprint(text: string): Promise<string>;
  /** At least 192 random bits, in base64. */
  randomSecret(): string;
  /** Whether tokens of this issuer can be verified. */
  isIssuerKnown(issuer: string): boolean;
  /** Sends a request as a provider would. Returns the status of its reply; null if there was none. */
  send(url: string, request: WebhookRequest): Promise<number | null>;
};
