import { byOwner } from '../domain/views/keys.ts';
import type { WebhookEndpoint } from '../domain/webhook/endpoint.ts';
import type { Views } from '../ports/views.ts';

/** When the provider was last heard: a verified delivery that is no sample; null when none has come. Normally less than a second behind. */
export async function lastDeliveryAt(
  views: Pick<Views, 'page'>,
  { account_id: accountId, id }: WebhookEndpoint,
): Promise<string | null> {
  const key = byOwner(accountId, id);
  const range = { newestFirst: true, limit: 1, above: null, below: null };
  const { entries } = await views.page({ index: 'credential', key, ...range });
  const sort = entries[0]?.sort;
  return sort === undefined ? null : sort.slice(0, sort.indexOf('#'));
}
