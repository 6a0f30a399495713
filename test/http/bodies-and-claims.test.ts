import { describe, expect, it } from 'vitest';
import { jsonBody } from '../../functions/http/body.ts';
import { authorize } from '../../functions/http/caller.ts';
import { Problem } from '../../functions/http/problem.ts';
import type { Role, Route } from '../../functions/http/routes.ts';
import { gatewayEvent, OWNER } from '../fixtures/gateway-event.ts';

const HEALTH = 'GET /api/health';

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

  it('is `{}` when the request has none, whatever its media type', () => {
    expect([bodyOf(undefined, 'text/plain'), bodyOf('', null)]).toEqual([{}, {}]);
  });

  it.each([
    ['application/json', null],
    ['Application/JSON; charset=utf-8', null],
    [' application/json ', null],
    ['application/json-patch+json', 'unsupported_media_type'],
    ['text/plain; application/json', 'unsupported_media_type'],
    [null, 'unsupported_media_type'],
  ])('with the media type %j: %s', (type, code) => {
    expect(refusal('{}', type)).toBe(code);
  });

  it('keeps every value unchanged except for lone surrogates', () => {
    const value = { a: [1, 'x', null, true, { b: 1.5 }], '': {} };
    expect(bodyOf(JSON.stringify(value))).toEqual(value);
    expect(bodyOf('{"\\ud800": ["\\udc00x"]}')).toEqual({ '\ufffd': ['\ufffdx'] });
  });

  it('is refused with a key `__proto__`, at any depth', () => {
    for (const body of ['{"__proto__": 1}', '[[{"a": {"__proto__": {}}}]]']) expect(refusal(body)).toBe('invalid_json');
  });

  it('may be nested 32 levels deep, in lists and objects', () => {
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
  const route = (role: Role): Route => ({ operation: 'listJobs', method: 'GET', path: '/', function: 'read', role });
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
  ])('name accounts: %j', (acc, accounts) => {
    expect(outcome({ ...OWNER, acc })).toEqual({ actor: { uid: 'ann', role: 'owner' }, accounts });
  });

  it.each<[string, Record<string, string>]>([
    ['no account', { uid: 'ann', role: 'owner' }],
    ['an invalid account', { ...OWNER, acc: 'nonsense' }],
    ['brackets within an account', { ...OWNER, acc: 'acc_[one]' }],
    ['text after the brackets', { ...OWNER, acc: '[acc_one]x' }],
    ['text before the brackets', { ...OWNER, acc: 'x[acc_one]' }],
    ['no role', { acc: 'acc_one', uid: 'ann' }],
    ['another role', { ...OWNER, role: 'admin' }],
    ['no user', { acc: 'acc_one', role: 'owner' }],
    ['an empty user', { ...OWNER, uid: '' }],
    ['a user that is too long', { ...OWNER, uid: 'u'.repeat(201) }],
    ['the use of an ID token (Cognito)', { ...OWNER, token_use: 'id' }],
    ['the nonce of an ID token', { ...OWNER, nonce: 'n' }],
    ['the access token hash of an ID token', { ...OWNER, at_hash: 'h' }],
  ])('with %s are refused', (_, claims) => {
    expect(outcome(claims)).toBe('invalid_token');
  });

  it.each(['nulls', 'not null', 'a[b]', '[a]b', 'a [b]', 'is true'])('may name a user %j', (uid) => {
    expect(outcome({ ...OWNER, uid })).toMatchObject({ actor: { uid } });
  });

  it('name the accounts of a claim that is passed as a list', () => {
    const event = gatewayEvent({ routeKey: 'x', claims: { ...OWNER } });
    Object.assign(event.requestContext.authorizer.jwt.claims, { acc: ['acc_one', 'acc_two'] });
    expect(authorize(event, route('viewer')).accounts).toEqual(['acc_one', 'acc_two']);
  });

  it('may name a user of 200 characters, and are refused when there are none at all', () => {
    expect(outcome({ ...OWNER, uid: 'u'.repeat(200) })).toMatchObject({ accounts: ['acc_one'] });
    const event = gatewayEvent({ routeKey: 'x' });
    Reflect.deleteProperty(event.requestContext.authorizer, 'jwt');
    expect(() => authorize(event, route('viewer'))).toThrow(new Problem('invalid_token'));
    Reflect.deleteProperty(event.requestContext, 'authorizer');
    expect(() => authorize(event, route('viewer'))).toThrow(new Problem('invalid_token'));
  });

  it('with too low a role get a refusal that names the role that is needed', () => {
    expect(() =>
      authorize(gatewayEvent({ routeKey: 'x', claims: { ...OWNER, role: 'viewer' } }), route('member')),
    ).toThrow(expect.objectContaining({ code: 'role_forbidden', detail: expect.stringContaining('member') }));
  });

  it('are accepted for a path without parameters', () => {
    const { pathParameters: _, ...event } = gatewayEvent({ routeKey: 'x' });
    expect(authorize(event, route('viewer'))).toMatchObject({ accounts: ['acc_one'] });
  });

  it('give access to the accounts they name and to no other', () => {
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
  ])('of the role %s may call an operation that needs the role %s: %s', (role, needed, may) => {
    const got = outcome({ ...OWNER, role }, needed);
    if (may) expect(got).toMatchObject({ actor: { role } });
    else expect(got).toBe('role_forbidden');
  });
});
