import { foldWebhookEndpoint, type WebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { Problem } from '../../runtime/http/problem.ts';

/** The endpoint of the account. Throws Problem not_found for none, a deleted one, and another account's alike. */
export async function ownWebhookEndpoint(
  log: EventLog,
  endpointId: string,
  accounts: readonly string[],
): Promise<WebhookEndpoint> {
  const endpoint = foldWebhookEndpoint(await log.read(endpointId));
  if (endpoint === null || endpoint.deleted || !accounts.includes(endpoint.account_id)) throw new Problem('not_found');
  return endpoint;
}
