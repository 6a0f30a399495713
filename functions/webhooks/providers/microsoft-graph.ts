/**
 * Change and lifecycle notifications of Microsoft Graph
 * (learn.microsoft.com/graph/change-notifications-delivery-webhooks). They have no signature: each item repeats the
 * subscription's clientState, which is the shared secret. Each item is checked on its own, with its tenant and
 * subscription. Lifecycle notifications of Exchange name the tenant in `organizationId` (msgraph-sdk-dotnet issue
 * 3103, msgraph-sdk-java issue 1551); the documentation says `tenantId`.
 */
import * as z from 'zod';
import { SAMPLE_EVENT_TYPE } from '../../domain/webhook/delivery.ts';
import { jsonBytes, parsedJson } from './payload.ts';
import {
  type Answer,
  boundedText,
  handshake,
  type ProviderEvent,
  provider,
  refused,
  shortText,
  type Verification,
  type WebhookRequest,
} from './provider.ts';
import { equalsAny, sha256Hex } from './signature.ts';

const settingsSchema = z.strictObject({
  tenant_id: z.guid(),
  /** Absent: any subscription of the tenant with the right secret. */
  subscription_ids: z.array(z.guid()).min(1).max(100).optional(),
});
type Settings = z.output<typeof settingsSchema>;

const bodySchema = z.object({ value: z.array(z.unknown()).min(1) });

/** Ids of resources are used only in a digest, so they may be longer than stored ids. */
const resourceText = boundedText(1_024).nullable().catch(null);
const itemSchema = z.object({
  subscriptionId: shortText,
  tenantId: shortText.nullish(),
  organizationId: shortText.nullish(),
  clientState: z.string().max(255),
  // An unusable kind makes no event, but the item may be genuine: it is acknowledged.
  changeType: shortText.nullish().catch(null),
  lifecycleEvent: boundedText(200).nullish().catch(null),
  subscriptionExpirationDateTime: resourceText.optional(),
  resource: resourceText.optional(),
  resourceData: z.object({ id: resourceText, '@odata.etag': resourceText }).catch({ id: null, '@odata.etag': null }),
});
type Item = z.output<typeof itemSchema>;

/** These states last until the subscription is renewed: repeated notifications in one term are one event. */
const ONCE_A_TERM: ReadonlySet<string> = new Set(['reauthorizationRequired', 'subscriptionRemoved']);

export const microsoftGraph = provider({
  name: 'microsoft_graph',
  secret: 'text',
  matches: ['external_ref'],
  settings: settingsSchema,
  receive,
  sample: {
    possible: true,
    /** The subject must be a subscription id; null: the first one of the settings. */
    sign({ secret, settings, eventId, subject }) {
      const subscriptionId = subject ?? settings.subscription_ids?.[0];
      if (subscriptionId === undefined) return null;
      const item = {
        subscriptionId,
        tenantId: settings.tenant_id,
        clientState: secret,
        changeType: SAMPLE_EVENT_TYPE,
        resource: `Users/test/Messages/${eventId}`,
        resourceData: { id: eventId, '@odata.etag': 'test' },
      };
      return {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        query: {},
        body: jsonBytes({ value: [item] }),
      };
    },
  },
});

function receive(request: WebhookRequest, { secrets, settings, now }: Verification<Settings>): Answer {
  const { method, query, body } = request;
  if (method !== 'POST') return refused('malformed');
  if (body.byteLength === 0) return handshake(query.validationToken ?? '');
  const value = parsedJson(body, bodySchema)?.value;
  if (value === undefined) return refused('malformed');
  const genuine = value.flatMap((each) => {
    const item = itemSchema.safeParse(each);
    return item.success && isGenuine(item.data, secrets, settings) ? [item.data] : [];
  });
  if (genuine.length === 0) return refused('bad_signature');
  const all = genuine.flatMap((item) => eventOf(item, now) ?? []);
  const events = [...new Map(all.map((event) => [event.dedupeKey, event])).values()];
  return { kind: 'accepted', status: 202, events, ignored: value.length - events.length };
}

function isGenuine(item: Item, secrets: readonly string[], settings: Settings): boolean {
  const known = settings.subscription_ids?.some((id) => sameGuid(id, item.subscriptionId)) ?? true;
  return equalsAny(item.clientState, secrets) && isOfTenant(item, settings.tenant_id) && known;
}

/** An item may name its tenant in either field. It must name at least one, and no other tenant. */
function isOfTenant({ tenantId, organizationId }: Item, tenant: string): boolean {
  const named = [tenantId, organizationId].filter((id) => id != null);
  return named.length > 0 && named.every((id) => sameGuid(id, tenant));
}

const sameGuid = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function eventOf(item: Item, now: number): ProviderEvent | null {
  const { subscriptionId, lifecycleEvent, changeType, resourceData, subscriptionExpirationDateTime: term } = item;
  const eventType = lifecycleEvent == null ? changeType : `lifecycle.${lifecycleEvent}`;
  if (eventType == null) return null;
  const { id, '@odata.etag': etag } = resourceData;
  // Without a version a repetition cannot be distinguished from a second change. One event too many is better than one
  // too few.
  const versionless = id === null || etag === null ? [now, item.resource ?? null] : [];
  const isOnceATerm = lifecycleEvent != null && ONCE_A_TERM.has(lifecycleEvent);
  const occasion = isOnceATerm ? [term ?? now] : versionless;
  const dedupeKey = sha256Hex(JSON.stringify([subscriptionId, id, etag, eventType, ...occasion]));
  return {
    eventId: dedupeKey,
    dedupeKey,
    eventType,
    at: null,
    subjects: { external_ref: subscriptionId },
  };
}
