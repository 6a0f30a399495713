import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROUTES, type Role, type Route } from '../../../functions/api/routes.ts';
import { InvalidCursor } from '../../../functions/ports/cursor-seal.ts';
import { jsonBody } from '../../../functions/runtime/http/body.ts';
import { authorize } from '../../../functions/runtime/http/caller.ts';
import { contract, noBody } from '../../../functions/runtime/http/contract.ts';
import { endpoint, type RawRequest, type Reply } from '../../../functions/runtime/http/endpoint.ts';
import { invalidFields } from '../../../functions/runtime/http/invalid-fields.ts';
import { listQuery, searchBody } from '../../../functions/runtime/http/pagination.ts';
import { jsonPointer, Problem, problemReply } from '../../../functions/runtime/http/problem.ts';
import { serve } from '../../../functions/runtime/http/serve.ts';
import { type EventParts, gatewayEvent, OWNER } from '../../fixtures/gateway-event.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';

const HEALTH = 'GET /api/health';

/** What the handler of a route without a token gets, and what is answered. */
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
  ])('name the version %j as %s', async (given, version) => {
    expect(await preconditions({ 'if-match': given })).toMatchObject({ ifMatch: version });
  });

  it.each(['', 'x', '"7", "8"', '-1', '7.5', '"1234567890123456"', 'x"7"', '"7"x'])(
    'with the version %j are refused',
    async (given) => {
      const { statusCode, json } = await served({ headers: { 'if-match': given } });
      expect([statusCode, json.errors[0].pointer]).toEqual([422, 'header if-match']);
    },
  );

  it('may name a key of 1 to 200 characters', async () => {
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
  ])('with "Prefer: %s" wait for %i ms', async (prefer, ms) => {
    expect(await preconditions({ prefer })).toEqual({ idempotencyKey: null, ifMatch: null, waitMs: ms });
    expect(await preconditions({ prefer, 'if-match': '"1"' })).toMatchObject({ ifMatch: 1, waitMs: ms });
  });

  it('ask for nothing when there are none', async () => {
    expect(await preconditions({})).toEqual({ idempotencyKey: null, ifMatch: null, waitMs: 0 });
  });

  it('tell by which scheme and host it came', async () => {
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

  it('of a route without a token is nobody’s, whatever token came with it', async () => {
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

  it('that is bare is its data alone', async () => {
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

  it('to a cursor that is none of ours says so', async () => {
    const { statusCode, json } = await served({}, async () => {
      throw new InvalidCursor();
    });
    expect([statusCode, json.code]).toEqual([400, 'invalid_cursor']);
  });

  it('to a method that a read-only path does not take names those it does, once the caller may read it', async () => {
    const any = { routeKey: 'ANY /api/accounts/{account_id}/logs', parameters: { account_id: 'acc_one' } };
    const refused = await served(any);
    expect([refused.statusCode, refused.json.code, refused.headers.allow]).toEqual([405, 'method_not_allowed', 'GET']);
    const foreign = await served({ ...any, parameters: { account_id: 'acc_two' } });
    expect([foreign.statusCode, foreign.headers.allow]).toEqual([403, undefined]);
    expect((await served({ routeKey: 'ANY /api/elsewhere' })).statusCode).toBe(404);
  });

  it('of a problem has its title for a detail where it has none of its own', () => {
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

  it('points into a body by RFC 6901', () => {
    expect(jsonPointer(['a~b/c', 0, '~/~'])).toBe('/a~0b~1c/0/~0~1~0');
  });
});

describe('the body of a request', () => {
  const MOST = 256 * 1024;
  const bodyOf = (body: string | undefined, type: string | null = 'application/json', base64 = false): unknown =>
    jsonBody(
      gatewayEvent({
        routeKey: HEALTH,
        ...(body === undefined ? {} : { body }),
        base64,
        headers: type === null ? {} : { 'content-type': type },
      }),
    );
  const refusal = (...given: Parameters<typeof bodyOf>): string | null => {
    try {
      bodyOf(...given);
      return null;
    } catch (error) {
      return error instanceof Problem ? error.code : 'another error';
    }
  };

  it('may have 256 KB, counted in bytes as sent and not in characters or in base64', () => {
    expect(bodyOf(`"${'x'.repeat(MOST - 2)}"`)).toHaveLength(MOST - 2);
    expect(refusal(`"${'x'.repeat(MOST - 1)}"`)).toBe('body_too_large');
    expect(refusal(`"${'ä'.repeat(MOST / 2)}"`)).toBe('body_too_large');
    const encoded = Buffer.from(`"${'x'.repeat(MOST - 2)}"`).toString('base64');
    expect(encoded.length).toBeGreaterThan(MOST);
    expect(bodyOf(encoded, 'application/json', true)).toHaveLength(MOST - 2);
  });

  it('is `{}` where there is none, whatever its type', () => {
    expect([bodyOf(undefined, 'text/plain'), bodyOf('', null)]).toEqual([{}, {}]);
  });

  it.each([
    ['application/json', null],
    ['Application/JSON; charset=utf-8', null],
    [' application/json ', null],
    ['application/json-patch+json', 'unsupported_media_type'],
    ['text/plain; application/json', 'unsupported_media_type'],
    [null, 'unsupported_media_type'],
  ])('of the type %j: %s', (type, code) => {
    expect(refusal('{}', type)).toBe(code);
  });

  it('keeps every value as it is, but for lone surrogates', () => {
    const value = { a: [1, 'x', null, true, { b: 1.5 }], '': {} };
    expect(bodyOf(JSON.stringify(value))).toEqual(value);
    expect(bodyOf('{"\\ud800": ["\\udc00x"]}')).toEqual({ '\ufffd': ['\ufffdx'] });
  });

  it('has no key that could reach a prototype, at any depth', () => {
    for (const body of ['{"__proto__": 1}', '[[{"a": {"__proto__": {}}}]]']) expect(refusal(body)).toBe('invalid_json');
  });

  it('has at most 32 levels, in lists and objects', () => {
    const lists = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (const nested of [lists, objects]) {
      expect(refusal(nested(32))).toBeNull();
      expect(refusal(nested(33))).toBe('invalid_request');
    }
    expect(refusal(`[1, ${lists(32)}, 2]`)).toBe('invalid_request');
    expect(() => bodyOf(lists(33))).toThrow(
      expect.objectContaining({ errors: [{ pointer: '', message: expect.stringContaining('32') }] }),
    );
  });
});

describe('the claims of a token', () => {
  const route = (role: Role): Route => ({ operation: 'x', method: 'GET', path: '/', function: 'read', role });
  const outcome = (claims: Record<string, string>, role: Role = 'viewer', account?: string): unknown => {
    try {
      return authorize(
        gatewayEvent({
          routeKey: 'x',
          claims,
          ...(account === undefined ? {} : { parameters: { account_id: account } }),
        }),
        route(role),
      );
    } catch (error) {
      return error instanceof Problem ? error.code : error;
    }
  };

  it.each<[string, string[]]>([
    ['acc_one', ['acc_one']],
    ['[acc_one acc_two]', ['acc_one', 'acc_two']],
  ])('name the accounts %j', (acc, accounts) => {
    expect(outcome({ ...OWNER, acc })).toEqual({ actor: { uid: 'ann', role: 'owner' }, accounts });
  });

  it.each<[string, Record<string, string>]>([
    ['no account', { uid: 'ann', role: 'owner' }],
    ['an account that is none', { ...OWNER, acc: 'nonsense' }],
    ['brackets within an account', { ...OWNER, acc: 'acc_[one]' }],
    ['something behind the brackets', { ...OWNER, acc: '[acc_one]x' }],
    ['no role', { acc: 'acc_one', uid: 'ann' }],
    ['another role', { ...OWNER, role: 'admin' }],
    ['no user', { acc: 'acc_one', role: 'owner' }],
    ['an empty user', { ...OWNER, uid: '' }],
    ['an endless user', { ...OWNER, uid: 'u'.repeat(201) }],
  ])('with %s are refused', (_, claims) => {
    expect(outcome(claims)).toBe('invalid_token');
  });

  it('may name a user of 200 characters, and are refused when there are none at all', () => {
    expect(outcome({ ...OWNER, uid: 'u'.repeat(200) })).toMatchObject({ accounts: ['acc_one'] });
    const event = gatewayEvent({ routeKey: 'x' });
    Reflect.deleteProperty(event.requestContext.authorizer, 'jwt');
    expect(() => authorize(event, route('viewer'))).toThrow(new Problem('invalid_token'));
    Reflect.deleteProperty(event.requestContext, 'authorizer');
    expect(() => authorize(event, route('viewer'))).toThrow(new Problem('invalid_token'));
  });

  it('are told which role is needed where theirs is too low', () => {
    expect(() =>
      authorize(gatewayEvent({ routeKey: 'x', claims: { ...OWNER, role: 'viewer' } }), route('member')),
    ).toThrow(expect.objectContaining({ code: 'role_forbidden', detail: expect.stringContaining('member') }));
  });

  it('serve a path without parameters too', () => {
    const { pathParameters: _, ...event } = gatewayEvent({ routeKey: 'x' });
    expect(authorize(event, route('viewer'))).toMatchObject({ accounts: ['acc_one'] });
  });

  it('reach the accounts they name and no other', () => {
    expect(outcome(OWNER, 'viewer', 'acc_one')).toMatchObject({ accounts: ['acc_one'] });
    expect(outcome(OWNER, 'viewer', 'acc_two')).toBe('account_forbidden');
  });

  it.each<[Role, Role, boolean]>([
    ['viewer', 'viewer', true],
    ['viewer', 'member', false],
    ['viewer', 'owner', false],
    ['member', 'viewer', true],
    ['member', 'member', true],
    ['member', 'owner', false],
    ['owner', 'member', true],
    ['owner', 'owner', true],
  ])('of a %s may call what needs a %s: %s', (role, needed, may) => {
    const got = outcome({ ...OWNER, role }, needed);
    if (may) expect(got).toMatchObject({ actor: { role } });
    else expect(got).toBe('role_forbidden');
  });
});

describe('where a page starts and how long it is', () => {
  const query = listQuery({});
  const search = searchBody({});

  it('is the beginning and twenty by default', () => {
    expect(query.parse({})).toEqual({ limit: 20, offset: 0 });
    expect(search.parse({})).toEqual({ limit: 20, offset: 0 });
  });

  it.each([
    [{ limit: '1' }, true],
    [{ limit: '100' }, true],
    [{ limit: '0' }, false],
    [{ limit: '101' }, false],
    [{ limit: '1e1' }, false],
    [{ limit: ' 5' }, false],
    [{ limit: '0000000005' }, false],
    [{ offset: '10000' }, true],
    [{ offset: '10001' }, false],
    [{ cursor: '' }, false],
    [{ cursor: 'c', offset: '0' }, true],
    [{ cursor: 'c', offset: '1' }, false],
    [{ page: '1' }, false],
  ])('by the query %j is taken: %s', (given, taken) => {
    expect(query.safeParse(given).success).toBe(taken);
  });

  it('is told by a cursor of at most 4096 characters', () => {
    for (const { length, taken } of [
      { length: 4096, taken: true },
      { length: 4097, taken: false },
    ])
      expect(query.safeParse({ cursor: 'c'.repeat(length) }).success).toBe(taken);
  });

  it.each([
    [{ limit: 1 }, true],
    [{ limit: 100 }, true],
    [{ limit: 0 }, false],
    [{ limit: 101 }, false],
    [{ limit: '5' }, false],
    [{ offset: 0 }, true],
    [{ offset: 10_000 }, true],
    [{ offset: 10_001 }, false],
    [{ offset: -1 }, false],
    [{ cursor: 'c', offset: 1 }, false],
    [{ cursor: 'c' }, true],
    [{ page: 1 }, false],
  ])('by the body %j is taken: %s', (given, taken) => {
    expect(search.safeParse(given).success).toBe(taken);
  });
});

describe('what is wrong with a field', () => {
  const wrongWith = (schema: z.ZodType, given: unknown) => {
    const { error } = schema.safeParse(given);
    return invalidFields(error?.issues ?? [], 'body', schema);
  };
  const choice = z.strictObject({
    when: z.union([z.strictObject({ every: z.string() }), z.strictObject({ cron: z.string() })]),
    ids: z.union([z.array(z.string().max(3)), z.string().max(3)]).optional(),
    at: z.union([z.iso.datetime(), z.string().regex(/^now$/)], { error: 'must be a time, or "now"' }).optional(),
  });

  it('is told by the shape that a value comes closest to', () => {
    expect(wrongWith(choice, { when: { every: 'x' }, ids: ['long one'] })).toEqual([
      { pointer: '/ids/0', message: expect.stringContaining('<=3') },
    ]);
    expect(wrongWith(choice, { when: { every: 'x' }, ids: 'long one' })).toEqual([
      { pointer: '/ids', message: expect.stringContaining('<=3') },
    ]);
  });

  it('is told in one sentence where no shape is close, or the choice has words of its own', () => {
    expect(wrongWith(choice, { when: 5 })).toEqual([{ pointer: '/when', message: 'Invalid input' }]);
    expect(wrongWith(choice, { when: { every: 'x' }, at: 'then' })).toEqual([
      { pointer: '/at', message: 'must be a time, or "now"' },
    ]);
  });

  it('names at most 50 wrong values and at most 20 unknown fields of an object', () => {
    const counts = z.record(z.string(), z.int());
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 'x']));
    expect(wrongWith(counts, many(60))).toHaveLength(50);
    expect(wrongWith(z.strictObject({}), many(60))).toHaveLength(20);
  });

  it('knows the fields of what may be left out, be null or have a default', () => {
    const inner = z.strictObject({ size: z.int().optional() });
    for (const outer of [inner.optional(), inner.nullable(), inner.default({}), inner.nullable().optional()])
      expect(wrongWith(z.strictObject({ part: outer }), { part: { siez: 1 } })).toEqual([
        { pointer: '/part/siez', message: 'unknown field; did you mean "size"?' },
      ]);
    expect(wrongWith(z.strictObject({ part: inner }), { part: { wholly_else: 1 } })).toEqual([
      { pointer: '/part/wholly_else', message: 'unknown field' },
    ]);
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

  it('gets a list of a parameter that may repeat, even of one, and of another its value', async () => {
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

  it('refuses a body where it takes none, a parameter twice, and tells of all at once', async () => {
    await expect(run([['q', ['x', 'y']]], { a: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [
        { pointer: '?q', message: 'must be given once' },
        { pointer: '/a', message: 'unknown field' },
      ],
    });
  });

  it('is found by a route of its own', () => {
    expect(ROUTES.filter(({ operation }) => operation === 'listJobs')).toHaveLength(1);
  });
});
