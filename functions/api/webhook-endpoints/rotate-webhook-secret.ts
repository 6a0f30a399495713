import { heardFrom } from '../../deliveries/silence.ts';
import { foldWebhookEndpoint, type WebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { appendOwn, byKey } from '../append-own.ts';
import { rotateWebhookSecretContract } from './contracts.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import { secretFor } from './provider-fields.ts';
import { toWebhookEndpointResource } from './resource.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/** How long the former secret holds beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;

/** Gives an endpoint another secret, of ours or given; only this reply holds it, once. */
export const rotateWebhookSecret = (ports: WebhookEndpointPorts) =>
  endpoint(rotateWebhookSecretContract, async (request) => {
    const { accounts, params, body, origin, now } = request;
    const { log, views, webhooks } = ports;
    const old = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const secret = secretFor(PROVIDERS[old.provider], body.secret, ports);
    if (secret === null) throw new Problem('no_webhook_secret');
    const fields = (await webhooks.fields([old.id])).get(old.id);
    if (fields === undefined) throw new Problem('not_found');
    const { state, earlier } = await appendOwn<WebhookEndpoint, WebhookEvent>(
      log,
      old.id,
      await byKey(request, old.account_id, ports),
      foldWebhookEndpoint,
      () => ({ type: 'WebhookSecretRotated', data: {} }),
    );
    const since = earlier === null ? [] : await log.read(old.id, earlier.version);
    // A replay finishes what a crash interrupted, but brings no secret that a newer one has long replaced.
    const isLatest = since.every(({ type }) => type !== 'WebhookSecretRotated');
    const done = isLatest ? await webhooks.rotate(old.id, secret, now + OVERLAP_MS, state.version) : 'earlier';
    const resource = toWebhookEndpointResource(state, fields, origin, await heardFrom(views, state));
    const data = { ...resource, secret: done === 'rotated' ? secret : null };
    return { status: 200, data, etag: state.version };
  });
