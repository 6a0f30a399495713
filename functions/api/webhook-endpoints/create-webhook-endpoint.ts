import { userActor } from '../../domain/event/actors.ts';
import { foldWebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { appendCounted } from '../append-counted.ts';
import { commandKey, createdId, earlierResult } from '../idempotency.ts';
import { assertMayCause, parsedPayload } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { createWebhookEndpointContract } from './contracts.ts';
import { assertMatchable, parsedSettings, secretFor } from './provider-fields.ts';
import { toWebhookEndpointResource, webhookUrl } from './resource.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

const FIRST_VERSION = 1;

/** `replaces`: an earlier try of the request had stored another secret. */
type Stored = { readonly secret: string | null; readonly replaces: boolean };

/** Adds an endpoint. Its secret is sealed before the event says that it is there; only this reply holds it, once. */
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
    const at = new Date(now).toISOString();
    const count = { accountId, kind: 'webhookEndpoints', now } as const;
    const mine = await appendCounted<Stored | null>(log, ports.quotas, count, async (admit) => {
      if (earlierResult(await log.read(id), key) !== null) return { events: null, result: null };
      if ('credential_id' in target) await credentialOf(log, target.credential_id, accountId);
      await admit();
      const stored = await webhooks.put(fields, secret, key?.fingerprint ?? id);
      if (stored === 'other') throw new Problem('idempotency_key_reused');
      const data = { provider: name, target, action, payload, event_types, enabled, silent_after };
      const origin = {
        streamId: id,
        version: FIRST_VERSION,
        accountId,
        actor: userActor(actor.uid),
        at,
        requestId,
        audited: true,
      };
      const remembered = key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint };
      return {
        events: [{ ...origin, ...remembered, event: { type: 'WebhookEndpointCreated', data } }],
        result: { secret, replaces: stored === 'earlier' },
      };
    });
    const shown = mine?.secret ?? null;
    // The row is of a try that has died, or that lost to this one: its secret was shown to nobody, and never will be.
    if (mine?.replaces && shown !== null) await webhooks.rotate(id, shown, now, FIRST_VERSION);
    const made = foldWebhookEndpoint(await log.read(id, 0, 1));
    if (made === null) throw new Problem('not_found');
    const data = {
      ...toWebhookEndpointResource(made, fields, origin, { last_delivery_at: null, silent_since: null }),
      secret: shown,
    };
    return { status: 201, data, etag: made.version };
  });
