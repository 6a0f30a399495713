import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { lastDeliveryAt } from '../../webhooks/last-delivery.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { commandKey } from '../command/idempotency.ts';
import { rotateWebhookSecretContract } from '../contracts/webhooks.ts';
import { toWebhookEndpointResource } from '../resources/webhook.ts';
import { appendWebhookEvent } from './append-webhook-event.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import type { WebhookEndpointPorts } from './ports.ts';
import { secretFor } from './provider-fields.ts';

/** How long the former secret holds beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;

/** Gives an endpoint another secret, of ours or given; only this reply holds it, once. */
export const rotateWebhookSecret = (ports: WebhookEndpointPorts) =>
  endpoint(rotateWebhookSecretContract, async (request) => {
    const { accounts, actor, params, body, headers, path, origin, now, requestId } = request;
    const { log, views, webhooks, ids, fingerprint } = ports;
    const old = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const secret = secretFor(PROVIDERS[old.provider], body.secret, ports);
    if (secret === null) throw new Problem('no_webhook_secret');
    const fields = (await webhooks.fields([old.id])).get(old.id);
    if (fields === undefined) throw new Problem('not_found');
    const keyed = { accountId: old.account_id, method: 'POST', path, key: headers.idempotencyKey, body };
    const key = await commandKey(keyed, ids, fingerprint);
    const at = new Date(now).toISOString();
    const by = { uid: actor.uid, at, requestId, accounts, ifMatch: headers.ifMatch, key };
    const { endpoint: rotated, earlier } = await appendWebhookEvent(log, old.id, by, () => ({
      type: 'WebhookSecretRotated',
      data: {},
    }));
    const since = earlier === null ? [] : await log.read(old.id, earlier.version);
    // A replay finishes what a crash interrupted, but must not put its secret over a newer one.
    const isLatest = since.every(({ type }) => type !== 'WebhookSecretRotated');
    const done = isLatest ? await webhooks.rotate(old.id, secret, now + OVERLAP_MS, `v${rotated.version}`) : 'earlier';
    const resource = toWebhookEndpointResource(rotated, fields, origin, await lastDeliveryAt(views, rotated));
    const data = { ...resource, secret: done === 'rotated' ? secret : null };
    return { status: 200, data, etag: rotated.version };
  });
