import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { contract, noBody } from '../../functions/http/contract.ts';
import { endpoint, type RawRequest, type Reply } from '../../functions/http/endpoint.ts';
import { jsonPointer, Problem, problemReply } from '../../functions/http/problem.ts';
import { ROUTES } from '../../functions/http/routes.ts';
import { serve } from '../../functions/http/serve.ts';
import { InvalidCursor } from '../../functions/ports/cursor-seal.ts';
import { type EventParts, gatewayEvent, OWNER } from '../fixtures/gateway-event.ts';
import { lambdaContext } from '../fixtures/lambda-context.ts';

const HEALTH = 'GET /api/health';

/** The event that the handler of a route without a token gets, and its answer. */
function served(
  parts: Partial<EventParts>,
  reply: (request: unknown) => Promise<Reply> = async () => ({ status: 200, data: null }),
) {
  return servedEvent(gatewayEvent({ routeKey: HEALTH, ...parts }), reply);
}

async function servedEvent(
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  reply: (request: unknown) => Promise<Reply> = async () => ({ status: 200, data: null }),
) {
  const requests: RawRequest[] = [];
  const handler = serve([
    {
      operation: 'health',
      async run(request) {
        requests.push(request);
        return reply(request);
      },
    },
  ]);
  const { statusCode, headers, body } = await handler(event, lambdaContext);
  return { statusCode, headers, json: body === '' ? null : JSON.parse(body), request: requests[0] };
}

describe('the headers of a request', () => {
  const preconditions = async (headers: Record<string, string>) => (await served({ headers })).request?.headers;

  it.each([
    ['"7"', 7],
    ['7', 7],
    ['W/"7"', 7],
    ['  "7"  ', 7],
    ['"123456789012345"', 123_456_789_012_345],
    ['*', null],
    [' * ', null],
  ])('with If-Match %j require the version %s', async (given, version) => {
    expect(await preconditions({ 'if-match': given })).toMatchObject({ ifMatch: version });
  });

  it.each(['', 'x', '"7", "8"', '-1', '7.5', '"1234567890123456"', 'x"7"', '"7"x'])(
    'with If-Match %j are refused',
    async (given) => {
      const { statusCode, json } = await served({ headers: { 'if-match': given } });
      expect([statusCode, json.errors[0].pointer]).toEqual([422, 'header if-match']);
    },
  );

  it('may contain an Idempotency-Key of 1 to 200 characters', async () => {
    for (const key of ['k', 'k'.repeat(200)])
      expect(await preconditions({ 'idempotency-key': key })).toMatchObject({ idempotencyKey: key });
    for (const key of ['', 'k'.repeat(201)]) {
      const { statusCode, json } = await served({ headers: { 'idempotency-key': key } });
      expect([statusCode, json.errors[0].pointer]).toEqual([422, 'header idempotency-key']);
    }
  });

  it.each([
    ['wait=5', 5_000],
    ['WAIT = "7"', 7_000],
    ['respond-async, wait=10', 10_000],
    ['respond-async;wait=10;x', 10_000],
    ['wait=20', 20_000],
    ['wait=21', 20_000],
    ['wait=999999', 20_000],
    ['wait=0', 0],
    ['wait=1234567', 0],
    ['wait=-5', 0],
    ['wait=5s', 0],
    ['await=5', 0],
    ['', 0],
  ])('with "Prefer: %s" request a wait of %i ms', async (prefer, ms) => {
    expect(await preconditions({ prefer })).toEqual({
      idempotencyKey: null,
      ifMatch: null,
      ifNoneMatch: null,
      waitMs: ms,
    });
    expect(await preconditions({ prefer, 'if-match': '"1"' })).toMatchObject({ ifMatch: 1, waitMs: ms });
  });

  it('have no effect when they are absent', async () => {
    expect(await preconditions({})).toEqual({ idempotencyKey: null, ifMatch: null, ifNoneMatch: null, waitMs: 0 });
  });

  it('contain the scheme and host of the request', async () => {
    expect((await served({})).request?.origin).toBe('https://test');
    expect((await served({ headers: { 'x-forwarded-proto': 'http' } })).request?.origin).toBe('http://test');
  });
});

describe('a request', () => {
  it('keeps its path, its parameters and every value of its query in order', async () => {
    const { request } = await served({
      path: '/api/x',
      parameters: { account_id: 'acc_one', x: '1' },
      query: 'a=1&b=2&a=3&c',
    });
    expect(request).toMatchObject({ path: '/api/x', accountId: 'acc_one', params: { account_id: 'acc_one', x: '1' } });
    expect([...(request?.query ?? [])]).toEqual([
      ['a', ['1', '3']],
      ['b', ['2']],
      ['c', ['']],
    ]);
  });

  it('without parameters has none, and no account', async () => {
    const { pathParameters: _, ...event } = gatewayEvent({ routeKey: HEALTH });
    expect((await servedEvent(event)).request).toMatchObject({ params: {}, accountId: '' });
  });

  it('of a route without a token has no caller, even if a token was sent', async () => {
    expect((await served({ claims: OWNER })).request).toMatchObject({
      actor: { uid: '', role: 'viewer' },
      accounts: [],
    });
  });
});

describe('a reply', () => {
  it('is JSON with its page, coverage and facets beside its data', async () => {
    const page = { limit: 20, next_cursor: null };
    const coverage = { examined: 3, from: null, to: null, complete: true };
    const { json, headers } = await served({}, async () => ({
      status: 200,
      data: [1],
      page,
      coverage,
      facets: { a: 1 },
    }));
    expect(json).toEqual({ data: [1], page, coverage, facets: { a: 1 } });
    expect(headers).toEqual({
      'content-type': 'application/json',
      'x-request-id': 'request-1',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('that is bare consists of its data alone', async () => {
    expect((await served({}, async () => ({ status: 200, data: { openapi: '3.1.0' }, bare: true }))).json).toEqual({
      openapi: '3.1.0',
    });
  });

  it('without a body has no content type', async () => {
    const { headers, json } = await served({}, async () => ({ status: 204, etag: 3 }));
    expect(json).toBeNull();
    expect(headers).toMatchObject({ 'cache-control': 'no-store', etag: '"3"' });
    expect(headers).not.toHaveProperty('content-type');
  });

  it('to a cursor that this service did not make has the code invalid_cursor', async () => {
    const { statusCode, json } = await served({}, async () => {
      throw new InvalidCursor();
    });
    expect([statusCode, json.code]).toEqual([400, 'invalid_cursor']);
  });

  it('to a refused method of a read-only path names the allowed method, if the caller may read it', async () => {
    const any = { routeKey: 'DELETE /api/accounts/{account_id}/logs', parameters: { account_id: 'acc_one' } };
    const refused = await served(any);
    expect([refused.statusCode, refused.json.code, refused.headers.allow]).toEqual([405, 'method_not_allowed', 'GET']);
    const foreign = await served({ ...any, parameters: { account_id: 'acc_two' } });
    expect([foreign.statusCode, foreign.headers.allow]).toEqual([403, undefined]);
    expect((await served({ routeKey: 'DELETE /api/elsewhere' })).statusCode).toBe(404);
  });

  it('of a problem without a detail uses its title as the detail', () => {
    const plain = problemReply(new Problem('not_found'), 'r');
    expect(plain.headers).toEqual({
      'content-type': 'application/problem+json',
      'x-request-id': 'r',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const { title, detail, errors } = JSON.parse(plain.body);
    expect([detail, errors]).toEqual([title, undefined]);
    const full = problemReply(
      new Problem('method_not_allowed', {
        detail: 'why',
        allow: ['GET', 'POST'],
        errors: [{ pointer: '/a', message: 'b' }],
      }),
      'r',
    );
    expect(full.headers.allow).toBe('GET, POST');
    expect(JSON.parse(full.body)).toMatchObject({ detail: 'why', errors: [{ pointer: '/a', message: 'b' }] });
  });

  it('points into a body by a JSON pointer (RFC 6901)', () => {
    expect(jsonPointer(['a~b/c', 0, '~/~'])).toBe('/a~0b~1c/0/~0~1~0');
  });
});

describe('an operation', () => {
  const list = endpoint(
    contract({
      operation: 'listJobs',
      summary: '',
      params: z.strictObject({}),
      query: z.strictObject({ status: z.array(z.string()).optional(), q: z.string().optional() }),
      body: noBody,
      replies: [{ status: 200, data: z.unknown() }],
      problems: [],
    }),
    async ({ query }) => ({ status: 200, data: query }),
  );
  const run = async (query: readonly (readonly [string, readonly string[]])[], body: unknown = {}) => {
    const { request } = await served({});
    if (request === undefined) throw new Error('not served');
    return list.run({ ...request, query: new Map(query), body });
  };

  it('gets a list for a parameter that may be repeated, even for one value, otherwise the value', async () => {
    expect((await run([['status', ['a']]])).data).toEqual({ status: ['a'] });
    expect(
      (
        await run([
          ['status', ['a', 'b']],
          ['q', ['x']],
        ])
      ).data,
    ).toEqual({ status: ['a', 'b'], q: 'x' });
  });

  it('refuses an unexpected body and a repeated parameter, and reports all errors together', async () => {
    await expect(run([['q', ['x', 'y']]], { a: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [
        { pointer: '?q', message: 'must be given once' },
        { pointer: '/a', message: 'unknown field' },
      ],
    });
  });

  it('is found by its own route', () => {
    expect(ROUTES.filter(({ operation }) => operation === 'listJobs')).toHaveLength(1);
  });
});
