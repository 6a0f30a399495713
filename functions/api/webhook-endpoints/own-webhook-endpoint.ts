import { foldWebhookEndpoint, type WebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { own } from '../own.ts';

export const ownWebhookEndpoint = (
  log: EventLog,
  endpointId: string,
  accounts: readonly string[],
): Promise<WebhookEndpoint> => own(log, endpointId, accounts, foldWebhookEndpoint);
