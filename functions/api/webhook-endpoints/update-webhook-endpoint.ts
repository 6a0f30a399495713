import { heardFrom } from '../../deliveries/silence.ts';
import { foldWebhookEndpoint, type WebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { appendOwn, byCaller } from '../append-own.ts';
import { assertMayCause, parsedPayload } from '../message-payload.ts';
import { credentialOf } from '../own.ts';
import { updateWebhookEndpointContract } from './contracts.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import { assertMatchable, parsedSettings } from './provider-fields.ts';
import { toWebhookEndpointResource, webhookUrl } from './resource.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/** Changes what becomes of deliveries from now on; those that are here already keep what they ask for. */
export const updateWebhookEndpoint = (ports: WebhookEndpointPorts) =>
  endpoint(updateWebhookEndpointContract, async (request) => {
    const { accounts, actor, params, body, origin } = request;
    const { log, views, webhooks } = ports;
    const old = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const { id } = old;
    const provider = PROVIDERS[old.provider];
    const { label, settings: given, ...logged } = body;
    const settings = given === undefined ? undefined : parsedSettings(provider, given, webhookUrl(origin, id), ports);
    const { target = old.target, enabled = old.enabled } = logged;
    if (logged.target !== undefined) assertMatchable(provider, target);
    // As it will be. One that names another account's mailbox can still be turned off.
    if ('credential_id' in target && (enabled || logged.target !== undefined))
      await credentialOf(log, target.credential_id, old.account_id);
    const { state } = await appendOwn<WebhookEndpoint, WebhookEvent>(
      log,
      id,
      byCaller(request),
      foldWebhookEndpoint,
      // Action and payload go together, and somebody else may just have changed the other one.
      ({ action: oldAction, payload: oldPayload }) => {
        const { action = oldAction, payload = oldPayload } = logged;
        assertMayCause(actor.role, { action, payload });
        const parsed = parsedPayload(action, payload);
        const changes = { ...logged, ...(logged.payload === undefined ? {} : { payload: parsed }) };
        return { type: 'WebhookEndpointUpdated', data: { changes, fields: Object.keys(body).sort() } };
      },
    );
    const fields = await webhooks.update(id, { label, settings });
    if (fields === null) throw new Problem('not_found');
    const heard = await heardFrom(views, state);
    const data = toWebhookEndpointResource(state, fields, origin, heard);
    return { status: 200, data, etag: state.version };
  });
