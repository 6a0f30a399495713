import * as z from 'zod';
import { actionName } from '../../domain/action/catalogue.ts';
import { credentialId } from '../../domain/ids/ids.ts';
import { listOf, moment } from '../../domain/search/values.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { deliveryReason } from '../../domain/webhook/delivery.ts';
import { duration, PROVIDER_NAMES, SUBJECT_KINDS } from '../../domain/webhook/endpoint.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery } from '../../http/pagination.ts';
import { accountParams, deletionReason, deliveryParams, webhookEndpointParams } from '../parameters.ts';
import {
  deliveryResource,
  webhookEndpointResource,
  webhookEndpointWithCounts,
  webhookEndpointWithSecret,
} from './resource.ts';

const fields = {
  target: z.union([z.strictObject({ credential_id: credentialId }), z.strictObject({ match: z.enum(SUBJECT_KINDS) })]),
  action: actionName,
  payload: z.record(z.string(), z.unknown()),
  event_types: z.array(z.string().min(1).max(255)).min(1).max(50).nullable(),
  settings: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
  label: oneLine(200).nullable(),
  silent_after: duration.nullable(),
};
const secret = z.string().regex(/^[!-~]{16,128}$/, 'must be 16 to 128 characters of printable ASCII without spaces');

export const createWebhookEndpointContract = contract({
  operation: 'createWebhookEndpoint',
  summary: 'Creates an endpoint that receives the events of a provider. Its secret is shown once, in this reply.',
  params: accountParams,
  query: noQuery,
  body: z.strictObject({
    provider: z.enum(PROVIDER_NAMES),
    target: fields.target,
    action: fields.action,
    payload: fields.payload.default({}),
    secret: secret.optional(),
    event_types: fields.event_types.default(null),
    settings: fields.settings.default({}),
    enabled: fields.enabled.default(true),
    label: fields.label.default(null),
    silent_after: fields.silent_after.default(null),
  }),
  replies: [{ status: 201, data: webhookEndpointWithSecret, etag: true }],
  problems: ['not_found', 'quota_exceeded'],
  example: {
    provider: 'standard',
    target: { match: 'external_ref' },
    action: 'imap_sync_messages',
    payload: { folder: 'INBOX' },
    silent_after: '24h',
  },
});

export const listWebhookEndpointsContract = contract({
  operation: 'listWebhookEndpoints',
  summary: 'Lists the webhook endpoints of an account, newest first.',
  params: accountParams,
  query: listQuery({}),
  body: noBody,
  replies: [{ status: 200, data: z.array(webhookEndpointResource), list: 'page' }],
  problems: [],
});

export const getWebhookEndpointContract = contract({
  operation: 'getWebhookEndpoint',
  summary: 'Shows one webhook endpoint with its deliveries of the last 24 hours as counts, never its secret.',
  params: webhookEndpointParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: webhookEndpointWithCounts, etag: true }],
  problems: [],
});

export const updateWebhookEndpointContract = contract({
  operation: 'updateWebhookEndpoint',
  summary: 'Changes the jobs that an endpoint makes of its deliveries, or disables it.',
  params: webhookEndpointParams,
  query: noQuery,
  body: z
    .strictObject(fields)
    .partial()
    .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change something')
    .meta({ minProperties: 1 }),
  replies: [{ status: 200, data: webhookEndpointResource, etag: true }],
  problems: ['too_many_changes'],
  ifMatch: true,
  example: { enabled: false },
});

export const deleteWebhookEndpointContract = contract({
  operation: 'deleteWebhookEndpoint',
  summary: 'Deletes an endpoint with its secret. Its jobs stay.',
  params: webhookEndpointParams,
  query: z.strictObject({ reason: deletionReason }),
  body: noBody,
  replies: [{ status: 204, data: z.null() }],
  problems: [],
  ifMatch: true,
});

export const rotateWebhookSecretContract = contract({
  operation: 'rotateWebhookSecret',
  summary: 'Gives an endpoint another secret, shown once. The former secret also works for 24 more hours.',
  params: webhookEndpointParams,
  query: noQuery,
  body: z.strictObject({ secret: secret.optional() }),
  replies: [{ status: 200, data: webhookEndpointWithSecret, etag: true }],
  problems: ['no_webhook_secret'],
  ifMatch: true,
  example: {},
});

export const testWebhookEndpointContract = contract({
  operation: 'testWebhookEndpoint',
  summary: 'Sends a signed sample to the endpoint as its provider would. The job that it makes is real.',
  params: webhookEndpointParams,
  query: noQuery,
  body: z.strictObject({
    /** The mailbox named in the sample, for an endpoint that matches by mailbox. */
    subject: z.string().min(1).max(255).optional(),
  }),
  replies: [
    {
      status: 200,
      data: z.strictObject({ ok: z.boolean(), status: z.int().nullable(), delivery_id: z.string().nullable() }),
    },
  ],
  problems: ['webhook_test_impossible'],
  example: {},
});

export const listDeliveriesContract = contract({
  operation: 'listDeliveries',
  summary:
    'Lists the deliveries to an endpoint with their jobs, newest first, and samples of refused requests. A page may hold fewer than `limit`: more follow until `next_cursor` is null.',
  params: webhookEndpointParams,
  query: listQuery({
    verified: z
      .enum(['true', 'false'])
      .optional()
      .describe('`true`: only deliveries from the provider; `false`: only samples of refused requests.'),
    reason: listOf(deliveryReason)
      .optional()
      .describe('Only those that were refused, or made no job, for one of these reasons.'),
    since: moment
      .optional()
      .describe(
        'Only those that were received at this time or later: a time in UTC, or one relative to now like `-24h`.',
      ),
  }),
  body: noBody,
  replies: [{ status: 200, data: z.array(deliveryResource), list: 'page' }],
  problems: [],
});

export const getDeliveryContract = contract({
  operation: 'getDelivery',
  summary: 'Shows one delivery to a webhook endpoint.',
  params: deliveryParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: deliveryResource }],
  problems: [],
});
