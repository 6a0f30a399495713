import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MOST_BODY_BYTES, type WebhookRequest } from './providers/provider.ts';

/** The gateway's event as the bytes that came; null when there are too many. */
export function webhookRequest(event: APIGatewayProxyEventV2): WebhookRequest | null {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.byteLength > MOST_BODY_BYTES) return null;
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(event.headers))
    if (value !== undefined) headers[name.toLowerCase()] = value;
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(event.rawQueryString)) query[name] ??= value;
  return { method: event.requestContext.http.method === 'GET' ? 'GET' : 'POST', headers, query, body };
}
