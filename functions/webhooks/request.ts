import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { WebhookRequest } from './providers/provider.ts';

/** The gateway's event, with the body as the original bytes. */
export function webhookRequest(event: APIGatewayProxyEventV2): WebhookRequest {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(event.headers))
    if (value !== undefined) headers[name.toLowerCase()] = value;
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(event.rawQueryString)) query[name] ??= value;
  return { method: event.requestContext.http.method === 'GET' ? 'GET' : 'POST', headers, query, body };
}
