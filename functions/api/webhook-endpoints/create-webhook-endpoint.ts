import { userActor } from '../../domain/event/actors.ts';
import { foldWebhookEndpoint, type WebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { appendCounted, madeState } from '../append-counted.ts';
import { commandKey, createdId, createdStream, keyOf } from '../idempotency.ts';
import { assertMayCause, parsedPayload } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { createWebhookEndpointContract } from './contracts.ts';
import { assertMatchable, parsedSettings, secretFor } from './provider-fields.ts';
import { toWebhookEndpointResource, webhookUrl } from './resource.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

const FIRST_VERSION = 1;

/** `replaces`: an earlier try of the request has stored another secret. */
type Stored = { readonly secret: string | null; readonly replaces: boolean };

/**
 * Creates an endpoint. Its secret is sealed before its first event is appended. Only this reply shows the secret, once.
 */
export const createWebhookEndpoint = (ports: WebhookEndpointPorts) =>
  endpoint(createWebhookEndpointContract, async (request) => {
    const { accountId, actor, body: given, headers, path, origin, now, requestId } = request;
    const { log, webhooks, ids, fingerprint } = ports;
    const { provider: name, target, action, event_types, enabled, label, silent_after } = given;
    const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body: given };
    const key = await commandKey(keyed, ids, fingerprint);
    const id = await createdId('whk', key, ports);
    const provider = PROVIDERS[name];
    assertMatchable(provider, target);
    assertMayCause(actor.role, { action, payload: given.payload });
    const payload = parsedPayload(action, given.payload);
    const fields = {
      id,
      account_id: accountId,
      label,
      settings: parsedSettings(provider, given.settings, webhookUrl(origin, id), ports),
    };
    const secret = secretFor(provider, given.secret, ports);
    const count = { accountId, kind: 'webhookEndpoints', now } as const;
    const stream = createdStream<WebhookEndpoint>(log, id, foldWebhookEndpoint, key);
    const made = await appendCounted<WebhookEndpoint, Stored>(log, ports.quotas, count, stream, async (admit) => {
      if ('credential_id' in target) await credentialOf(log, target.credential_id, accountId);
      await admit();
      const stored = await webhooks.put(fields, secret, key?.fingerprint ?? id);
      if (stored === 'other') throw new Problem('idempotency_key_reused');
      const data = { provider: name, target, action, payload, event_types, enabled, silent_after };
      const event = { type: 'WebhookEndpointCreated', data };
      const by = { accountId, actor: userActor(actor.uid), at: new Date(now).toISOString(), requestId, audited: true };
      return {
        events: [{ ...by, ...keyOf(key), streamId: id, version: FIRST_VERSION, event }],
        result: { secret, replaces: stored === 'earlier' },
      };
    });
    const created = madeState(made, key);
    const mine = made.kind === 'earlier' ? null : made.result;
    const shown = mine?.secret ?? null;
    // The row comes from a try that crashed or lost to this one. Its secret was never shown, so it can be replaced.
    if (mine?.replaces && shown !== null) await webhooks.rotate(id, shown, now, FIRST_VERSION);
    const data = {
      ...toWebhookEndpointResource(created, fields, origin, { last_delivery_at: null, silent_since: null }),
      secret: shown,
    };
    return { status: 201, data, etag: created.version };
  });
