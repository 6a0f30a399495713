import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { taskId } from '../../functions/domain/ids/ids.ts';
import { PROBLEMS } from '../../functions/domain/problem/catalogue.ts';
import { contract, noBody } from '../../functions/http/contract.ts';
import { endpoint, type Reply } from '../../functions/http/endpoint.ts';
import { listQuery } from '../../functions/http/pagination.ts';
import { Problem } from '../../functions/http/problem.ts';
import { serve } from '../../functions/http/serve.ts';
import { Throttled } from '../../functions/ports/throttling.ts';
import { KeyUnavailable } from '../../functions/ports/vault.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { type EventParts, gatewayEvent, OWNER } from '../fixtures/gateway-event.ts';
import { lambdaContext } from '../fixtures/lambda-context.ts';

const TASK = 'tsk_01jgx000000000000000000001';
const TRIGGER = 'POST /api/tasks/{task_id}/trigger';
const LIST = 'GET /api/accounts/{account_id}/jobs';

const body = z.strictObject({
  reason: z.string().max(10).optional(),
  nested: z.strictObject({ depth: z.int() }).optional(),
  parts: z.array(z.strictObject({ size: z.int().optional() })).optional(),
  counts: z.record(z.string(), z.int()).optional(),
  any: z.unknown().optional(),
});

const rest = { summary: '', replies: [{ status: 200, data: z.unknown() }], problems: [] } as const;

function handler(handle: (request: unknown) => Promise<Reply> = async (request) => ({ status: 200, data: request })) {
  return serve([
    endpoint(
      contract({
        ...rest,
        operation: 'triggerTask',
        params: z.strictObject({ task_id: taskId }),
        query: z.strictObject({}),
        body,
      }),
      handle,
    ),
    endpoint(
      contract({
        ...rest,
        operation: 'listJobs',
        params: z.strictObject({ account_id: z.string() }),
        query: listQuery({ status: z.array(z.string().max(20)).optional(), q: z.string().optional() }),
        body: noBody,
      }),
      handle,
    ),
  ]);
}

async function call(parts: EventParts, serving = handler()) {
  const reply = await serving(gatewayEvent(parts), lambdaContext);
  return { ...reply, json: reply.body === '' ? null : JSON.parse(reply.body) };
}

const trigger = (more: Partial<EventParts> = {}): EventParts => ({
  routeKey: TRIGGER,
  path: `/api/tasks/${TASK}/trigger`,
  parameters: { task_id: TASK },
  ...more,
});
const list = (query: string, more: Partial<EventParts> = {}): EventParts => ({
  routeKey: LIST,
  parameters: { account_id: 'acc_one' },
  query,
  ...more,
});
const jsonHeaders = { 'content-type': 'application/json' };

describe('an endpoint gets a parsed request', () => {
  it('with actor, accounts, preconditions and body', async () => {
    const { json } = await call(
      trigger({ headers: { ...jsonHeaders, 'idempotency-key': 'k', 'if-match': '"7"' }, body: '{"reason":"why"}' }),
    );
    expect(json.data).toMatchObject({
      actor: { uid: 'ann', role: 'owner' },
      accounts: ['acc_one'],
      headers: { idempotencyKey: 'k', ifMatch: 7 },
      params: { task_id: TASK },
      body: { reason: 'why' },
    });
  });
  it('without body and content type', async () => {
    expect((await call(trigger())).json.data.body).toEqual({});
  });
  it('with a body in base64', async () => {
    const { json } = await call(
      trigger({ headers: jsonHeaders, body: Buffer.from('{"reason":"b64"}').toString('base64'), base64: true }),
    );
    expect(json.data.body).toEqual({ reason: 'b64' });
  });
  it('with a list of accounts in the format of the gateway', async () => {
    const { json } = await call(trigger({ claims: { ...OWNER, acc: '[acc_one acc_two]' } }));
    expect(json.data.accounts).toEqual(['acc_one', 'acc_two']);
  });
  it('with a list of one account', async () => {
    const { json } = await call(trigger({ claims: { ...OWNER, acc: '[acc_one]' } }));
    expect(json.data.accounts).toEqual(['acc_one']);
  });
  it.each(['auth0|5fe435b5cbbc', 'ann@example.com', 'CN=Ann Lee, O=Example', '42', 'x', 'Ünal 李', 'truest', '[x'])(
    'with the uid %s',
    async (uid) => {
      expect((await call(trigger({ claims: { ...OWNER, uid } }))).json.data.actor.uid).toBe(uid);
    },
  );
  it('with repeated parameters as a list and single ones as values', async () => {
    const { json } = await call(list('status=a&status=b%2Cc&q=x&limit=5'));
    expect(json.data.query).toEqual({ status: ['a', 'b,c'], q: 'x', limit: 5, offset: 0 });
  });
});

describe('a token is refused', () => {
  const refused = async (claims: Record<string, string>) => {
    const { statusCode, json } = await call(trigger({ claims: { ...OWNER, ...claims } }));
    expect([statusCode, json.code]).toEqual([401, 'invalid_token']);
  };

  it.each([
    ['a text with a space', 'acc_one b'],
    ['two ids in a text that is not a list', 'acc_one acc_two'],
    ['ids with a comma between them', 'acc_one,acc_two'],
    ['ids with a tab or a line between them', 'acc_one\tacc_two'],
    ['an id and a line break', 'acc_one\n'],
    ['an empty text', ''],
    ['spaces around an id', ' acc_one '],
    ['a list with something else in it', '[acc_one b]'],
    ['a list with something else first', '[b acc_one]'],
    ['a list with commas', '[acc_one,acc_two]'],
    ['a list with commas and spaces', '[acc_one, acc_two]'],
    ['a list in JSON', '["acc_one","acc_two"]'],
    ['a list with two spaces', '[acc_one  acc_two]'],
    ['a list with a line break', '[acc_one\nacc_two]'],
    ['a list with a space at its end', '[acc_one ]'],
    ['an empty list', '[]'],
    ['a list in a list', '[[acc_one acc_two]]'],
    ['a list in a list, beside an id', '[acc_one [acc_two]]'],
    ['a list without its closing bracket', '[acc_one acc_two'],
    ['a list without its opening bracket', 'acc_one acc_two]'],
    ['text after a list', '[acc_one] acc_two'],
    ['an object', '{"id":"acc_one"}'],
    ['an object as Go writes it', 'map[id:acc_one]'],
    ['null', '<nil>'],
    ['a number', '1'],
  ])('whose acc is %s', (_, acc) => refused({ acc }));

  it.each([
    ['empty', ''],
    ['blank', ' '],
    ['a list', '[ann bob]'],
    ['an empty list', '[]'],
    ['an object', '{"id":"ann"}'],
    ['an object as Go writes it', 'map[id:ann]'],
    ['null', 'null'],
    ['null as Go writes it', '<nil>'],
    ['a boolean', 'true'],
    ['a name with a control character', 'ann\u0000'],
    ['a name with a line break', 'ann\nbob'],
    ['a name with a space at its end', 'ann '],
    ['longer than 200 characters', 'a'.repeat(201)],
  ])('whose uid is %s', (_, uid) => refused({ uid }));

  it.each(['[owner]', '[viewer owner]', 'viewer owner', 'owner ', ' owner', 'Owner', 'owner,viewer', '', 'null'])(
    'whose role is %j',
    (role) => refused({ role }),
  );
});

describe('a request is refused for its first error in the documented order', () => {
  const wrongEverything = { headers: { 'content-type': 'text/plain' }, body: '{' };
  it.each<[string, EventParts, keyof typeof PROBLEMS]>([
    ['an unknown route', { routeKey: '$default' }, 'not_found'],
    ['no account in the token', trigger({ ...wrongEverything, claims: { uid: 'a', role: 'owner' } }), 'invalid_token'],
    ['no role in the token', trigger({ ...wrongEverything, claims: { uid: 'a', acc: 'acc_one' } }), 'invalid_token'],
    ['an unknown role', trigger({ ...wrongEverything, claims: { ...OWNER, role: 'admin' } }), 'invalid_token'],
    ['another account in the path', list('nonsense=1', { parameters: { account_id: 'acc_two' } }), 'account_forbidden'],
    ['too low a role', trigger({ ...wrongEverything, claims: { ...OWNER, role: 'viewer' } }), 'role_forbidden'],
    [
      'a body over 256 KB',
      trigger({ headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(262_145) }),
      'body_too_large',
    ],
    ['another content type', trigger(wrongEverything), 'unsupported_media_type'],
    ['a body that is not JSON', trigger({ headers: jsonHeaders, body: '{' }), 'invalid_json'],
    [
      'invalid UTF-8',
      trigger({ headers: jsonHeaders, body: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), base64: true }),
      'invalid_json',
    ],
    ['a key `__proto__`', trigger({ headers: jsonHeaders, body: '{"__proto__": {"reason": "x"}}' }), 'invalid_json'],
    [
      'JSON that is nested too deep',
      trigger({ headers: jsonHeaders, body: `${'['.repeat(5000)}${']'.repeat(5000)}` }),
      'invalid_request',
    ],
    ['a body that is not an object', trigger({ headers: jsonHeaders, body: '[1]' }), 'invalid_request'],
    ['a limit out of range', list('limit=101'), 'invalid_request'],
    ['a limit that is not a number', list('limit=ten'), 'invalid_request'],
    ['a single parameter twice', list('q=a&q=b'), 'invalid_request'],
    ['an offset out of range', list('offset=10001'), 'invalid_request'],
    ['an empty offset', list('offset='), 'invalid_request'],
    ['a limit in another notation', list('limit=0x10'), 'invalid_request'],
    ['a cursor with an offset', list('cursor=abc&offset=5'), 'invalid_request'],
    ['an unknown parameter', list('__proto__=1'), 'invalid_request'],
    ['an invalid If-Match', trigger({ headers: { 'if-match': 'x' } }), 'invalid_request'],
    [
      'an Idempotency-Key that is too long',
      trigger({ headers: { 'idempotency-key': 'k'.repeat(201) } }),
      'invalid_request',
    ],
    ['an id of another kind', trigger({ parameters: { task_id: TASK.replace('tsk', 'job') } }), 'not_found'],
  ])('%s', async (_, parts, code) => {
    const reply = await call(parts);
    expect(reply).toMatchObject({
      statusCode: PROBLEMS[code].status,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'request-1' },
      json: { code, status: PROBLEMS[code].status, request_id: 'request-1' },
    });
  });

  describe('a body at the limit of 256 KB', () => {
    const MOST = 256 * 1024;
    /** `{"any":"…"}` with this many bytes, in characters of this many bytes each. */
    const bodyOf = (bytes: number, character: string): string => {
      const room = bytes - Buffer.byteLength('{"any":""}');
      const size = Buffer.byteLength(character);
      return `{"any":"${'x'.repeat(room % size)}${character.repeat(Math.floor(room / size))}"}`;
    };

    it.each(['x', 'ä', '€', '😀'])(
      'is accepted, counted in bytes and not in characters, also in base64: of %s',
      async (character) => {
        const [fits, over] = [bodyOf(MOST, character), bodyOf(MOST + 1, character)];
        expect([fits, over].map((text) => Buffer.byteLength(text))).toEqual([MOST, MOST + 1]);
        for (const base64 of [false, true]) {
          const send = (text: string) =>
            call(trigger({ headers: jsonHeaders, base64, body: base64 ? Buffer.from(text).toString('base64') : text }));
          expect((await send(fits)).statusCode, `base64: ${base64}`).toBe(200);
          expect(await send(over), `base64: ${base64}`).toMatchObject({
            statusCode: 413,
            json: { code: 'body_too_large' },
          });
        }
      },
    );

    it('that is exceeded is refused before type and syntax are checked, also in base64', async () => {
      const body = Buffer.alloc(MOST + 1, 0xff).toString('base64');
      const parts = { headers: { 'content-type': 'text/plain' }, base64: true, body };
      expect((await call(trigger(parts))).json.code).toBe('body_too_large');
    });
  });

  it('names each unknown field and parameter, and the similar known one', async () => {
    expect((await call(list('limt=1&cursr=x'))).json.errors).toEqual([
      { pointer: '?limt', message: 'unknown parameter; did you mean "limit"?' },
      { pointer: '?cursr', message: 'unknown parameter; did you mean "cursor"?' },
    ]);
    const { json } = await call(
      trigger({ headers: jsonHeaders, body: '{"raeson": 1, "nested": {"dept": 1, "depth": 2}}' }),
    );
    expect(json.errors).toEqual(
      expect.arrayContaining([
        { pointer: '/raeson', message: 'unknown field; did you mean "reason"?' },
        { pointer: '/nested/dept', message: 'unknown field; did you mean "depth"?' },
      ]),
    );
  });

  it('names place and reason, once for each error', async () => {
    expect((await call(list('q=a&q=b&limit=ten'))).json.errors).toEqual([
      { pointer: '?q', message: 'must be given once' },
      { pointer: '?limit', message: 'must be a whole number' },
    ]);
    expect((await call(list('cursor=abc&offset=5'))).json.errors).toEqual([
      { pointer: '?offset', message: 'must not come together with cursor' },
    ]);
    expect((await call(list(`status=${'x'.repeat(21)}`))).json.errors).toMatchObject([{ pointer: '?status' }]);
  });

  it('suggests a similar field inside a list too', async () => {
    const { json } = await call(trigger({ headers: jsonHeaders, body: '{"parts": [{"siez": 1}]}' }));
    expect(json.errors).toContainEqual({ pointer: '/parts/0/siez', message: 'unknown field; did you mean "size"?' });
  });

  it('limits the reply to many and long wrong names', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`${at}${'k'.repeat(200)}`, 'x']));
    for (const wrong of [many, { counts: many }, { counts: { ['k'.repeat(200_000)]: 'x' } }]) {
      const reply = await call(trigger({ headers: jsonHeaders, body: JSON.stringify(wrong) }));
      expect(reply.statusCode).toBe(422);
      expect(reply.body.length).toBeLessThan(20_000);
    }
  });

  it('accepts keys of a body that are names of prototype members', async () => {
    const { json } = await call(
      trigger({ headers: jsonHeaders, body: '{"counts": {"constructor": 1, "toString": 2}}' }),
    );
    expect(json.data.body).toEqual({ counts: { constructor: 1, toString: 2 } });
  });

  it('refuses JSON of 33 levels and accepts 32', async () => {
    const nested = (levels: number) => `{"any": ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect((await call(trigger({ headers: jsonHeaders, body: nested(32) }))).statusCode).toBe(200);
    expect((await call(trigger({ headers: jsonHeaders, body: nested(33) }))).statusCode).toBe(422);
  });

  it('reports an internal error without its message', async () => {
    const failing = handler(async () => {
      throw new Error('password=hunter2');
    });
    const reply = await call(trigger(), failing);
    expect(reply).toMatchObject({ statusCode: 500, json: { code: 'internal_error' } });
    expect(reply.body).not.toContain('hunter2');
  });

  it.each([
    Object.assign(new Error('secret'), { name: 'ThrottlingException' }),
    Object.assign(new Error('secret'), { name: 'ProvisionedThroughputExceededException' }),
    Object.assign(new Error('secret'), {
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
    }),
    new Throttled('3 keys stay unprocessed'),
  ])('answers 503 with Retry-After when a limit of AWS is reached: $name', async (error) => {
    const failing = handler(() => Promise.reject(error));
    const reply = await call(trigger(), failing);
    expect(reply).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '5' },
      json: { code: 'service_busy', status: 503 },
    });
    expect(reply.body).not.toContain('secret');
  });

  it('answers 503 when KMS refuses, names its error in the log, and says that the outcome is not known', async () => {
    const logged = vi.spyOn(logger, 'error');
    const disabled = Object.assign(new Error('secret'), { name: 'DisabledException' });
    try {
      const reply = await call(
        trigger(),
        handler(() => Promise.reject(new KeyUnavailable(disabled))),
      );
      expect(reply).toMatchObject({
        statusCode: 503,
        headers: { 'retry-after': '5' },
        json: { code: 'service_busy', detail: expect.stringContaining('could not use its key') },
      });
      expect(reply.body).not.toContain('secret');
      expect(logged.mock.calls.map(([message, fields]) => [message, fields])).toEqual([
        ['request could not use the key', { kms_error: 'DisabledException', request_id: 'request-1' }],
      ]);
    } finally {
      logged.mockRestore();
    }
  });

  it.each([
    { name: 'TimeoutError', $metadata: { attempts: 5 } },
    { name: 'Error', code: 'ECONNRESET', $metadata: { attempts: 5 } },
    { name: 'Error', code: 'ENOTFOUND', $metadata: { attempts: 5 } },
    { name: 'InternalServerError', $metadata: { httpStatusCode: 500, attempts: 5 } },
  ])('answers 503, and that the outcome is not known, where AWS gives no answer: $name', async (fields) => {
    const failing = handler(() => Promise.reject(Object.assign(new Error('secret'), fields)));
    const reply = await call(trigger(), failing);
    expect(reply).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '5' },
      json: { code: 'service_busy', status: 503, detail: expect.stringContaining('is not known') },
    });
    expect(reply.body).not.toContain('secret');
  });

  it.each([
    { name: 'TimeoutError' },
    { name: 'Error', code: 'ECONNRESET' },
    { name: 'ValidationException', $metadata: { httpStatusCode: 400, attempts: 1 } },
  ])('answers 500 for an error that is none of AWS, or a defect of the request: $name', async (fields) => {
    const failing = handler(() => Promise.reject(Object.assign(new Error('secret'), fields)));
    expect(await call(trigger(), failing)).toMatchObject({ statusCode: 500 });
  });

  it('answers 500 when a transaction fails by its condition', async () => {
    const reasons = [{ Code: 'ConditionalCheckFailed' }];
    const refused = Object.assign(new Error('no'), {
      name: 'TransactionCanceledException',
      CancellationReasons: reasons,
    });
    expect(
      await call(
        trigger(),
        handler(() => Promise.reject(refused)),
      ),
    ).toMatchObject({ statusCode: 500 });
  });

  it('adds the members of a problem to the reply', async () => {
    const failing = handler(async () => {
      throw new Problem('credential_in_use', { members: { open_jobs: 3 } });
    });
    expect((await call(trigger(), failing)).json).toMatchObject({ status: 409, open_jobs: 3 });
  });
});

describe('a successful reply', () => {
  it('wraps its data, has the version as ETag, and is not cached', async () => {
    const reply = await call(
      trigger(),
      handler(async () => ({ status: 202, data: { id: 1 }, etag: 4 })),
    );
    expect(reply).toMatchObject({
      statusCode: 202,
      headers: {
        etag: '"4"',
        'cache-control': 'no-store',
        'x-request-id': 'request-1',
        'x-content-type-options': 'nosniff',
      },
      json: { data: { id: 1 } },
    });
  });
  it('has null as its data when there is none', async () => {
    const nothing = handler(async () => ({ status: 200 }));
    expect((await call(trigger(), nothing)).json).toEqual({ data: null });
  });

  it('has no body with 204', async () => {
    expect(
      (
        await call(
          trigger(),
          handler(async () => ({ status: 204 })),
        )
      ).body,
    ).toBe('');
  });
});

describe('the log', () => {
  it('has one line per request, without body, token, query, header or error message', async () => {
    const lines: string[] = [];
    const listen = (text: string | Uint8Array): boolean => lines.push(String(text)) > 0;
    const spies = [process.stdout, process.stderr].map((out) => vi.spyOn(out, 'write').mockImplementation(listen));
    const failing = handler(async () => {
      throw new Error('hunter2\n    at hunter2');
    });
    const loud = { headers: { ...jsonHeaders, authorization: 'Bearer hunter2', 'idempotency-key': 'hunter2' } };
    await call(trigger({ ...loud, body: '{"reason": "hunter2"}' }));
    await call(list('q=hunter2&hunter2=1', loud));
    await call(trigger({ ...loud, body: '{"hunter2' }));
    await call(trigger({ ...loud, body: '{"reason": "hunter2"}' }), failing);
    for (const spy of spies) spy.mockRestore();
    const ours = lines.map((line) => JSON.parse(line));
    expect(ours.map(({ message, status, request_id: id }) => [message, status, id])).toEqual([
      ['request', 200, 'request-1'],
      ['request', 422, 'request-1'],
      ['request', 400, 'request-1'],
      ['request failed', undefined, 'request-1'],
      ['request', 500, 'request-1'],
    ]);
    expect(lines.join('')).not.toContain('hunter2');
  });

  it('names the limit that a request reached and its account, and has no such fields for other requests', async () => {
    const lines = vi.spyOn(logger, 'info').mockImplementation(() => {});
    const full = handler(async () => {
      throw new Problem('quota_exceeded', { members: { limit: 'openJobs', value: 5 } });
    });
    await call(trigger({ claims: { ...OWNER, acc: '[acc_one acc_two]' } }), full);
    await call(trigger());
    const [refused, taken] = lines.mock.calls.map(([, fields]) => fields);
    lines.mockRestore();
    expect(refused).toMatchObject({ status: 409, limit: 'openJobs', account_ids: ['acc_one', 'acc_two'] });
    expect(taken).not.toHaveProperty('limit');
  });
});

describe('any request', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const parts: fc.Arbitrary<EventParts> = fc.record({
    routeKey: fc.constantFrom(TRIGGER, LIST, '$default', 'GET /nothing'),
    path: text,
    query: fc.oneof(text, fc.constantFrom('limit=1', 'limit=%', 'status=&status', '%00=%ff', '__proto__=1', 'cursor=')),
    headers: fc.dictionary(
      fc.constantFrom('content-type', 'if-match', 'idempotency-key', 'authorization'),
      fc.oneof(text, fc.constant('application/json')),
    ),
    parameters: fc.dictionary(
      fc.constantFrom('account_id', 'task_id'),
      fc.oneof(text, fc.constantFrom('acc_one', TASK)),
    ),
    claims: fc.oneof(fc.constant(OWNER), fc.dictionary(fc.constantFrom('acc', 'uid', 'role'), text)),
    body: fc.oneof(text, fc.json(), fc.constant('')),
    base64: fc.boolean(),
  });

  it('is answered, never with a 5xx, and each refusal is a documented problem', async () => {
    const serving = handler();
    await fc.assert(
      fc.asyncProperty(parts, async (random) => {
        const reply = await call(random, serving);
        expect(reply.statusCode).toBeLessThan(500);
        expect(reply.headers['x-request-id']).toBe('request-1');
        expect(reply.headers['x-content-type-options']).toBe('nosniff');
        if (reply.statusCode < 400) return;
        expect(reply.headers['content-type']).toBe('application/problem+json');
        expect(Object.keys(PROBLEMS)).toContain(reply.json.code);
        expect(reply.json).toMatchObject({
          type: `urn:inbox-manager:problem:${reply.json.code}`,
          status: reply.statusCode,
          title: expect.any(String),
          detail: expect.any(String),
          request_id: 'request-1',
        });
      }),
      { numRuns: 1500 },
    );
  });
});
