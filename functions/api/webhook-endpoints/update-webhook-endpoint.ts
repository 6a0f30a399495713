import { heardFrom } from '../../deliveries/silence.ts';
import { foldWebhookEndpoint, type WebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { appendOwn, assertMatches, byCaller, openOwn } from '../append-own.ts';
import { assertMayCause, parsedPayload } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { updateWebhookEndpointContract } from './contracts.ts';
import { assertMatchable, parsedSettings } from './provider-fields.ts';
import { toWebhookEndpointResource, webhookUrl } from './resource.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/** Changes how later deliveries are handled. Deliveries that were received already keep the work they request. */
export const updateWebhookEndpoint = (ports: WebhookEndpointPorts) =>
  endpoint(updateWebhookEndpointContract, async (request) => {
    const { actor, params, body, origin } = request;
    const { log, views, webhooks } = ports;
    const opened = await openOwn(log, params.webhook_endpoint_id, byCaller(request), foldWebhookEndpoint);
    const { id, state: old } = opened;
    assertMatches(opened.by, old.version);
    const provider = PROVIDERS[old.provider];
    const { label, settings: given, ...logged } = body;
    const settings = given === undefined ? undefined : parsedSettings(provider, given, webhookUrl(origin, id), ports);
    const { target = old.target, enabled = old.enabled } = logged;
    if (logged.target !== undefined) assertMatchable(provider, target);
    const eventFor = ({ action: oldAction, payload: oldPayload }: WebhookEndpoint): WebhookEvent => {
      const { action = oldAction, payload = oldPayload } = logged;
      assertMayCause(actor.role, { action, payload });
      const parsed = parsedPayload(action, payload);
      const changes = { ...logged, ...(logged.payload === undefined ? {} : { payload: parsed }) };
      return { type: 'WebhookEndpointUpdated', data: { changes, fields: Object.keys(body).sort() } };
    };
    // An invalid payload is refused before the credential of the target is looked for.
    eventFor(old);
    // The endpoint after the change. If it names a mailbox of another account, it can still be disabled.
    if ('credential_id' in target && (enabled || logged.target !== undefined))
      await credentialOf(log, target.credential_id, old.account_id);
    const { state, prepared } = await appendOwn(
      log,
      opened,
      // Action and payload belong together, and another request may just have changed one of them.
      eventFor,
      (after) => heardFrom(views, after),
    );
    const fields = await webhooks.update(id, { label, settings });
    if (fields === null) throw new Problem('not_found');
    const data = toWebhookEndpointResource(state, fields, origin, prepared);
    return { status: 200, data, etag: state.version };
  });
