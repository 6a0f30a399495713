import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gatewayClaims } from '../../../local/http/claims.ts';
import { gateway } from '../../../local/http/gateway.ts';
import { createIssuer, type Issuer } from '../../../local/http/issuer.ts';
import type { GatewayRoute } from '../../../local/http/route-match.ts';
import { gatewayRoutes } from '../../../local/http/routes.ts';
import { type FrontDoor, openFrontDoor } from '../../../local/http/server.ts';
import type { Json } from '../../fixtures/api.ts';

const AUDIENCE = 'inbox-manager';
const ISSUER = 'http://issuer.test';
const OWNER = { accounts: ['acc_one'], role: 'owner', uid: 'ann' };

let folder: string;
let door: FrontDoor;
let issuer: Issuer;
let events: Json[] = [];
let answer: (event: unknown) => unknown = () => ({ statusCode: 200 });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  issuer = await createIssuer(join(folder, 'key'), ISSUER, AUDIENCE);
  door = await openFrontDoor(0);
  const routes = [
    route('GET /open', { authorizer: null }),
    route('GET /slow', { authorizer: null, timeoutMs: 50 }),
    route('POST /open', { authorizer: null }),
    route('GET /jobs/{job_id}'),
    route('GET /jobs/stats'),
  ];
  door.open(issuer, gateway(routes, issuer, 'host.test'));
});
beforeEach(() => {
  events = [];
  answer = () => ({ statusCode: 200 });
});
afterAll(async () => {
  await door.stop();
  rmSync(folder, { recursive: true, force: true });
});

function route(routeKey: string, more: Partial<GatewayRoute> = {}): GatewayRoute {
  const target = {
    name: 'Target',
    async invoke(event: unknown) {
      events.push(event);
      return answer(event);
    },
    warm: async () => {},
    kill: async () => {},
    stop: async () => {},
  };
  return {
    routeKey,
    target,
    timeoutMs: 300_000,
    authorizer: { issuer: ISSUER, audiences: [AUDIENCE, 'cli'] },
    ...more,
  };
}

async function bearer(request = OWNER): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${(await issuer.token(request)).access_token}` };
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${door.url}${path}`, { headers });

describe('the event that a function gets from the gateway', () => {
  it('is the request in payload format 2.0', async () => {
    const headers = { ...(await bearer()), cookie: 'a=1; b=2', 'X-Mixed': 'Case' };
    await get('/jobs/job%20one?status=a&status=b&q=%C3%BC', headers);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'GET /jobs/{job_id}',
      rawPath: '/jobs/job%20one',
      rawQueryString: 'status=a&status=b&q=%C3%BC',
      queryStringParameters: { status: 'a,b', q: 'ü' },
      pathParameters: { job_id: 'job one' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-mixed': 'Case' },
      isBase64Encoded: false,
      requestContext: {
        domainName: 'host.test',
        http: { method: 'GET', path: '/jobs/job%20one', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        routeKey: 'GET /jobs/{job_id}',
        stage: '$default',
        time: expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
    expect(events[0].headers).not.toHaveProperty('cookie');
    expect(events[0]).not.toHaveProperty('body');
  });

  it('contains every claim as text, a list as [a b]', async () => {
    await get('/jobs/1', await bearer({ ...OWNER, accounts: ['acc_one', 'acc_two'] }));
    const { claims } = events[0].requestContext.authorizer.jwt;
    expect(claims).toMatchObject({ acc: '[acc_one acc_two]', role: 'owner', uid: 'ann', iss: ISSUER });
    expect(claims.exp).toMatch(/^\d+$/);
    expect(Object.values(claims).every((value) => typeof value === 'string')).toBe(true);
  });

  it('contains claims of every type in the format measured on AWS, without null claims', () => {
    expect(
      gatewayClaims({
        text: 'a b',
        exp: 9_999_999_999,
        ratio: 1.5,
        yes: true,
        no: false,
        none: null,
        list: ['a', 'b'],
        one: ['a b'],
        empty: [],
        nested: [['a', 'b'], 'c'],
        mixed: ['a', 1, true],
        object: { country: 'JP' },
      }),
    ).toEqual({
      text: 'a b',
      exp: '9999999999',
      ratio: '1.5',
      yes: 'true',
      no: 'false',
      list: '[a b]',
      one: '[a b]',
      empty: '[]',
      nested: '[[a b] c]',
      mixed: '[a 1 true]',
      object: '{"country":"JP"}',
    });
  });

  it.each<[string, string | null, Uint8Array<ArrayBuffer>, boolean]>([
    ['JSON as text', 'application/json', Buffer.from('{"a": "ü"}'), false],
    ['problem+json as text', 'application/problem+json', Buffer.from('{}'), false],
    ['JSON that is not UTF-8 in base64', 'application/json', Uint8Array.of(0x22, 0xff, 0x22), true],
    ['bytes in base64', 'application/octet-stream', Uint8Array.of(0, 255), true],
    ['a form in base64', 'application/x-www-form-urlencoded', Buffer.from('a=b'), true],
    ['a body without a content type in base64', null, Buffer.from('x'), true],
  ])('has %s', async (_, type, body, isBase64Encoded) => {
    await fetch(`${door.url}/open`, { method: 'POST', body, headers: type === null ? {} : { 'content-type': type } });
    expect(events[0].isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(events[0].body, isBase64Encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(body));
  });

  it('has the most specific route', async () => {
    await get('/jobs/stats', await bearer());
    expect(events[0].routeKey).toBe('GET /jobs/stats');
  });

  it('contains the path as it was sent', async () => {
    for (const path of ['//', '/open/../open', 'http://evil.example/open']) {
      const status = await rawGet(path);
      expect(status).toBe(path.endsWith('example/open') ? 200 : 404);
    }
    expect(events.map(({ rawPath }) => rawPath)).toEqual(['/open']);
  });
});

describe('the reply that a client gets from the gateway', () => {
  it('has the status, headers, cookies and body of the function', async () => {
    answer = () => ({
      statusCode: 201,
      headers: { 'X-One': 1 },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from('bytes').toString('base64'),
      isBase64Encoded: true,
    });
    const reply = await get('/open');
    expect(reply.status).toBe(201);
    expect(reply.headers.get('x-one')).toBe('1');
    expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await reply.text()).toBe('bytes');
  });

  it('is JSON when the function returned no status code', async () => {
    answer = () => ({ hello: 'world' });
    const reply = await get('/open');
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(await reply.json()).toEqual({ hello: 'world' });
  });

  const refusals: [string, () => Promise<Response>, number, string][] = [
    ['a route that there is not', () => get('/nowhere'), 404, 'Not Found'],
    ['another method', () => fetch(`${door.url}/jobs/1`, { method: 'DELETE' }), 404, 'Not Found'],
    ['a function that takes too long', slow, 503, 'Service Unavailable'],
    ['a function that throws', () => failing(() => Promise.reject(new Error('no'))), 500, 'Internal Server Error'],
    ['a function that returns nonsense', () => failing(() => ({ statusCode: 'x' })), 500, 'Internal Server Error'],
    [
      'a body beyond 10 MB',
      () => fetch(`${door.url}/open`, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) }),
      413,
      'Request Entity Too Large',
    ],
  ];
  it.each(refusals)("is the gateway's own reply to %s", async (_, ask, status, message) => {
    const reply = await ask();
    expect(reply.status).toBe(status);
    expect(await reply.json()).toEqual({ message });
  });
});

describe('the authorizer', () => {
  const signed = async (change: (token: SignJWT) => SignJWT): Promise<string> => {
    const { privateKey } = await generateKeyPair('RS256');
    return change(new SignJWT({ acc: 'acc_one', role: 'owner' }).setProtectedHeader({ alg: 'RS256' })).sign(privateKey);
  };
  const tokens: [string, () => Promise<string | null>][] = [
    ['no token', async () => null],
    ['no token at all in the header', async () => 'Bearer'],
    ['junk', async () => 'Bearer junk'],
    ['another scheme', async () => 'Basic abc'],
    [
      'a token signed by somebody else',
      async () =>
        `Bearer ${await signed((token) => token.setIssuer(ISSUER).setAudience(AUDIENCE).setExpirationTime('1h'))}`,
    ],
    [
      'a token without signature',
      async () =>
        `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
          JSON.stringify({ iss: ISSUER, aud: AUDIENCE, exp: 4_000_000_000 }),
        ).toString('base64url')}.`,
    ],
    [
      'a token of another issuer',
      async () => {
        const other = await createIssuer(join(folder, 'key'), 'http://other.test', AUDIENCE);
        return `Bearer ${(await other.token(OWNER)).access_token}`;
      },
    ],
    [
      'a token for another audience',
      async () => {
        const other = await createIssuer(join(folder, 'key'), ISSUER, 'somebody');
        return `Bearer ${(await other.token(OWNER)).access_token}`;
      },
    ],
  ];
  it.each(tokens)('refuses %s', async (_, make) => {
    const authorization = await make();
    const reply = await get('/jobs/1', authorization === null ? {} : { authorization });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect(await reply.json()).toEqual({ message: 'Unauthorized' });
    expect(events).toEqual([]);
  });

  it('accepts a valid token, with or without its scheme', async () => {
    const { authorization } = await bearer();
    expect((await get('/jobs/1', { authorization })).status).toBe(200);
    expect((await get('/jobs/1', { authorization: authorization.replace('Bearer ', '') })).status).toBe(200);
  });

  it.each([
    ['a client that it knows', { aud: undefined, client_id: 'cli' }, 200],
    ['a client that it does not know', { aud: undefined, client_id: 'other' }, 401],
    ['neither audience nor client', { aud: undefined }, 401],
    ['a client that it knows, for another audience', { aud: 'other', client_id: 'cli' }, 401],
    ['an audience that it knows, of another client', { aud: ['other', AUDIENCE], client_id: 'other' }, 200],
  ])('compares the client only where a token has no audience: %s', async (_, claims, status) => {
    const key = await importJWK(JSON.parse(readFileSync(join(folder, 'key'), 'utf8')), 'RS256');
    const token = new SignJWT({ ...claims, acc: 'acc_one' }).setProtectedHeader({ alg: 'RS256' }).setIssuer(ISSUER);
    const authorization = `Bearer ${await token.setExpirationTime('1h').sign(key)}`;
    expect((await get('/jobs/1', { authorization })).status).toBe(status);
  });

  it('accepts a token from before a restart', async () => {
    const { access_token } = await issuer.token(OWNER);
    const again = await createIssuer(join(folder, 'key'), ISSUER, AUDIENCE);
    expect(await again.verify(access_token, ISSUER, [AUDIENCE])).toMatchObject({ uid: 'ann' });
  });
});

describe('the local issuer', () => {
  it('serves its description and keys, and gives tokens to callers on this machine', async () => {
    const discovery: Json = await (await get('/_local/oidc/.well-known/openid-configuration')).json();
    expect(discovery).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, token_endpoint: `${ISSUER}/token` });
    const jwks: Json = await (await get('/_local/oidc/jwks')).json();
    expect(Object.keys(jwks.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const form = new URLSearchParams({ grant_type: 'client_credentials', role: 'viewer', uid: 'bob' });
    form.append('account_id', 'acc_one');
    form.append('account_id', 'acc_two');
    const reply = await fetch(`${door.url}/_local/oidc/token`, { method: 'POST', body: form });
    const { access_token, token_type }: Json = await reply.json();
    expect(token_type).toBe('Bearer');
    expect(await issuer.verify(access_token, ISSUER, [AUDIENCE])).toMatchObject({
      acc: ['acc_one', 'acc_two'],
      role: 'viewer',
      uid: 'bob',
    });
  });

  it('refuses every other grant type', async () => {
    const body = new URLSearchParams({ grant_type: 'password' });
    expect((await fetch(`${door.url}/_local/oidc/token`, { method: 'POST', body })).status).toBe(400);
  });
});

function failing(how: () => unknown): Promise<Response> {
  answer = how;
  return get('/open');
}

function slow(): Promise<Response> {
  answer = () => new Promise(() => {});
  return get('/slow');
}

/** A raw request target, which no normal client would send. */
async function rawGet(target: string): Promise<number> {
  const { hostname, port } = new URL(door.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${target} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\n\r\n`);
  const [head] = await once(socket, 'data');
  socket.destroy();
  return Number(String(head).split(' ')[1]);
}

it.each(['ANY /jobs', 'GET', 'get /jobs'])('a template with the route key %s is refused', (RouteKey) => {
  const api = { id: 'Api', type: 'AWS::ApiGatewayV2::Api', properties: { ProtocolType: 'HTTP' } };
  const of = { id: 'Route', type: 'AWS::ApiGatewayV2::Route', properties: { RouteKey, Target: 'integrations/Read' } };
  const assembly = { directory: folder, resources: [api, of], exports: new Map() };
  const read = () => gatewayRoutes(assembly, new Map(), new Map(), { require: () => {} });
  expect(read).toThrow(/cannot host Route .*RouteKey: is neither \$default nor one method and a path/);
});
