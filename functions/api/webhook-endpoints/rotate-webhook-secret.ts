import { heardFrom } from '../../deliveries/silence.ts';
import { foldWebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { appendOwn, byKey, openOwn } from '../append-own.ts';
import { rotateWebhookSecretContract } from './contracts.ts';
import { secretFor } from './provider-fields.ts';
import { toWebhookEndpointResource } from './resource.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/** How long the old secret stays valid beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;

/** Replaces the secret of an endpoint by a generated or a given one. Only this reply shows the secret, once. */
export const rotateWebhookSecret = (ports: WebhookEndpointPorts) =>
  endpoint(rotateWebhookSecretContract, async (request) => {
    const { params, body, origin, now } = request;
    const { log, views, webhooks } = ports;
    const opened = await openOwn(log, params.webhook_endpoint_id, byKey(request, ports), foldWebhookEndpoint);
    const { state: old } = opened;
    const secret = secretFor(PROVIDERS[old.provider], body.secret, ports);
    if (secret === null) throw new Problem('no_webhook_secret');
    const fields = (await webhooks.fields([old.id])).get(old.id);
    if (fields === undefined) throw new Problem('not_found');
    const { state, earlier, prepared } = await appendOwn(
      log,
      opened,
      (): WebhookEvent => ({ type: 'WebhookSecretRotated', data: {} }),
      (after) => heardFrom(views, after),
    );
    const since = earlier === null ? [] : await log.read(old.id, earlier.version);
    // A replay finishes what a crash interrupted, but does not undo a later rotation.
    const isLatest = since.every(({ type }) => type !== 'WebhookSecretRotated');
    const done = isLatest ? await webhooks.rotate(old.id, secret, now + OVERLAP_MS, state.version) : 'earlier';
    const resource = toWebhookEndpointResource(state, fields, origin, prepared);
    const data = { ...resource, secret: done === 'rotated' ? secret : null };
    return { status: 200, data, etag: state.version };
  });
