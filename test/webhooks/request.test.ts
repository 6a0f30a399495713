import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, it } from 'vitest';
import { webhookRequest } from '../../functions/webhooks/request.ts';
import { gatewayEvent } from '../fixtures/gateway-event.ts';
import { json, nylasNotification, nylasRequest, receive } from './providers/genuine.ts';

const routeKey = 'POST /webhooks/{webhook_endpoint_id}';

function event(parts: Partial<Parameters<typeof gatewayEvent>[0]>, method = 'POST'): APIGatewayProxyEventV2 {
  const { requestContext, ...rest } = gatewayEvent({ routeKey, ...parts });
  return { ...rest, requestContext: { ...requestContext, http: { ...requestContext.http, method } } };
}

it('a request has the bytes that were sent, in either encoding of the gateway', () => {
  const text = '{"subject":"Grüße 🎉"}';
  const bytes = Buffer.from(text);
  for (const given of [{ body: text }, { body: bytes.toString('base64'), base64: true }])
    expect(Buffer.from(webhookRequest(event(given)).body).equals(bytes)).toBe(true);
  expect(webhookRequest(event({})).body).toHaveLength(0);
});

it('a request keeps a compressed body as it was signed, so that its provider accepts it', async () => {
  const signed = nylasRequest(gzipSync(json(nylasNotification)));
  const body = Buffer.from(signed.body).toString('base64');
  const request = webhookRequest(
    event({ headers: { ...signed.headers, 'content-encoding': 'gzip' }, body, base64: true }),
  );
  expect(await receive('nylas', request)).toMatchObject({ kind: 'accepted', events: [{ eventId: 'nyl-1' }] });
});

it('a request has header names in lower case, and the first value of each query name, decoded', () => {
  const request = webhookRequest(
    event({ headers: { 'X-Nylas-Signature': 's' }, query: 'challenge=a%2Bb+c&challenge=2&__proto__=x' }, 'GET'),
  );
  expect(request.method).toBe('GET');
  expect({ ...request.headers }).toEqual({ 'x-nylas-signature': 's' });
  expect(Object.entries(request.query)).toEqual([
    ['challenge', 'a+b c'],
    ['__proto__', 'x'],
  ]);
});

it('a request has only the sent headers: no inherited property names', () => {
  const { headers, query } = webhookRequest(event({}));
  expect([headers.constructor, query.toString]).toEqual([undefined, undefined]);
});
