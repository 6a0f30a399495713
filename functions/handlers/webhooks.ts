import { KMSClient } from '@aws-sdk/client-kms';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoCredentialFinder } from '../adapters/dynamodb/credential-matches.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { dynamoWebhookVault } from '../adapters/dynamodb/webhook-vault.ts';
import { ids } from '../adapters/ids/ids.ts';
import { kmsVault } from '../adapters/kms/vault.ts';
import { readIssuers, remoteTokenVerifier } from '../adapters/oidc/verify-token.ts';
import type { ProblemCode } from '../domain/problem/catalogue.ts';
import { everyReply, type HttpReply, Problem, problemReply } from '../http/problem.ts';
import { settings } from '../runtime/environment.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { fromViews } from '../streams/current.ts';
import type { RefusalStatus } from '../webhooks/providers/provider.ts';
import { type Received, receive } from '../webhooks/receive.ts';
import { refusalCounter } from '../webhooks/refusals.ts';
import { webhookRequest } from '../webhooks/request.ts';

const { EVENTS_TABLE, VIEWS_TABLE, SECRETS_TABLE, DATA_KEY_ID, PUSH_ISSUERS } = settings;
const environment = z
  .object({ EVENTS_TABLE, VIEWS_TABLE, SECRETS_TABLE, DATA_KEY_ID, PUSH_ISSUERS })
  .parse(process.env);
const client = documentClient();
const vault = kmsVault(new KMSClient(REQUESTS), environment.DATA_KEY_ID);
const ports = {
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), dynamoViews(client, environment.VIEWS_TABLE)),
  ids,
  webhooks: dynamoWebhookVault(client, environment.SECRETS_TABLE, vault),
  finder: dynamoCredentialFinder(client, environment.SECRETS_TABLE),
  verifyToken: remoteTokenVerifier(readIssuers(environment.PUSH_ISSUERS)),
  refusals: refusalCounter((refused) => logger.info('webhook requests refused', { refused })),
  now: () => Date.now(),
};

export async function handler(event: APIGatewayProxyEventV2): Promise<HttpReply> {
  const { requestId } = event.requestContext;
  try {
    const endpointId = event.pathParameters?.webhook_endpoint_id ?? '';
    return reply(await receive(endpointId, webhookRequest(event), Date.now(), ports), requestId);
  } catch (error) {
    logger.error('webhook request failed', { ...errorFields(error), request_id: requestId });
    return problemReply(new Problem('try_again'), requestId);
  }
}

const REFUSED = {
  400: 'delivery_malformed',
  401: 'delivery_refused',
  413: 'body_too_large',
  500: 'internal_error',
} as const satisfies Record<RefusalStatus, ProblemCode>;

function reply(received: Received, requestId: string): HttpReply {
  const headers = everyReply(requestId);
  switch (received.kind) {
    case 'unknown_endpoint':
      return problemReply(new Problem('not_found'), requestId);
    case 'handshake':
      return {
        statusCode: 200,
        headers: { ...headers, 'content-type': received.contentType },
        body: received.body,
      };
    case 'refused':
      return problemReply(new Problem(REFUSED[received.status]), requestId);
    case 'accepted': {
      const { kind: _, status, ...counts } = received;
      logger.info('webhook request', { ...counts, status, request_id: requestId });
      return { statusCode: status, headers, body: '' };
    }
  }
}
