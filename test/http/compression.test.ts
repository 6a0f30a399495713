import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Problem } from '../../functions/http/problem.ts';
import { serve } from '../../functions/http/serve.ts';
import { gatewayEvent } from '../fixtures/gateway-event.ts';
import { lambdaContext } from '../fixtures/lambda-context.ts';

/** The reply to a request of `length` characters of data, or of a problem with them. */
function replied(length: number, accepted?: string, fails = false) {
  const text = 'é'.repeat(length);
  const handler = serve([
    {
      operation: 'health',
      async run() {
        if (fails) throw new Problem('internal_error', { detail: text });
        return { status: 200, data: text, etag: 7 };
      },
    },
  ]);
  const headers: Record<string, string> = accepted === undefined ? {} : { 'accept-encoding': accepted };
  return handler(gatewayEvent({ routeKey: 'GET /api/health', headers }), lambdaContext);
}

it.each(['gzip', 'GZIP', 'br, gzip;q=0.1', '*', 'identity;q=0.5, *;q=0.1', 'gzip; q=1'])(
  'a long reply is compressed for %j, with its version and its type',
  async (accepted) => {
    const { headers, body, isBase64Encoded } = await replied(5_000, accepted);
    expect(isBase64Encoded).toBe(true);
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'application/json',
      vary: 'accept-encoding',
      etag: '"7"',
    });
    expect(JSON.parse(gunzipSync(Buffer.from(body, 'base64')).toString()).data).toHaveLength(5_000);
    expect(body.length).toBeLessThan(500);
  },
);

it.each([undefined, '', 'br', 'gzip;q=0', 'gzip;q=0, *', '*;q=0', 'gzip;q=x', 'xgzip'])(
  'a long reply is not compressed for %j, and says that it could be',
  async (accepted) => {
    const { headers, body, isBase64Encoded } = await replied(5_000, accepted);
    expect([isBase64Encoded, headers['content-encoding'], headers.vary]).toEqual([
      undefined,
      undefined,
      'accept-encoding',
    ]);
    expect(JSON.parse(body).data).toHaveLength(5_000);
  },
);

it('a reply is compressed from 1,025 bytes on', async () => {
  const around = JSON.stringify({ data: '' }).length;
  const even = (1024 - around) / 2;
  const [short, long] = [await replied(Math.floor(even), 'gzip'), await replied(Math.floor(even) + 1, 'gzip')];
  expect([short.isBase64Encoded, short.headers.vary]).toEqual([undefined, undefined]);
  expect(long.isBase64Encoded).toBe(true);
});

it('a long problem is compressed too', async () => {
  const { statusCode, headers, body } = await replied(5_000, 'gzip', true);
  expect([statusCode, headers['content-encoding'], headers['content-type']]).toEqual([
    500,
    'gzip',
    'application/problem+json',
  ]);
  expect(JSON.parse(gunzipSync(Buffer.from(body, 'base64')).toString()).code).toBe('internal_error');
});
