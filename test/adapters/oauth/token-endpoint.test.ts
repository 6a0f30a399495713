import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tokenEndpoint } from '../../../functions/adapters/oauth/token-endpoint.ts';
import type { OAuthSecret } from '../../../functions/domain/credential/secret.ts';
import { type Listening, listenOnLoopback } from '../../../local/http/listen.ts';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';

let server: Listening;
let answer: (request: IncomingMessage, response: ServerResponse, form: URLSearchParams) => void;
beforeAll(async () => {
  server = await listenOnLoopback(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => answer(request, response, new URLSearchParams(Buffer.concat(chunks).toString())));
    }),
    0,
  );
});
afterAll(() => server?.stop());

const allowing = tokenEndpoint({ ports: 'any', loopback: 'allow' });
const deployed = tokenEndpoint({ ports: new Set([143, 993]), loopback: 'deny' });
const secretFor = (path: string, more: Partial<OAuthSecret> = {}): OAuthSecret => ({
  username: 'jane@example.com',
  client_id: 'client',
  client_secret: 'hush&hush',
  refresh_token: 'refresh',
  token_url: `${server.url}${path}`,
  access_token: null,
  access_until: 0,
  ...more,
});
const json = (status: number, body: unknown) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const codeOf = (result: Promise<unknown>): Promise<string> =>
  result.then(
    () => 'ok',
    (error) => error.failure?.code ?? String(error),
  );

describe('the token endpoint', () => {
  it('gets a form, and returns tokens', async () => {
    let asked: Record<string, string> = {};
    answer = (request, response, form) => {
      asked = { method: request.method ?? '', ...Object.fromEntries(form) };
      json(200, { access_token: 'a', expires_in: '1800', refresh_token: 'next', token_type: 'Bearer' })(
        request,
        response,
      );
    };
    const tokens = await allowing.refresh(secretFor('/token', { scope: 'mail' }));
    expect(tokens).toEqual({ accessToken: 'a', expiresIn: 1800, refreshToken: 'next' });
    expect(asked).toEqual({
      method: 'POST',
      grant_type: 'refresh_token',
      refresh_token: 'refresh',
      client_id: 'client',
      client_secret: 'hush&hush',
      scope: 'mail',
    });
  });

  it('gets a form with its length and without an absent scope, and a request for JSON', async () => {
    let headers: IncomingMessage['headers'] = {};
    let asked = new URLSearchParams();
    answer = (request, response, form) => {
      headers = request.headers;
      asked = form;
      json(200, { access_token: 'a' })(request, response);
    };
    await allowing.refresh(secretFor('/token', { client_secret: 'häsch' }));
    expect(headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(asked.toString())),
    });
    expect([asked.has('scope'), asked.get('client_secret')]).toEqual([false, 'häsch']);
  });

  it.each([
    [undefined, 3600],
    ['soon', 3600],
    [0, 3600],
    [86_401, 3600],
    [86_400, 86_400],
    [1, 1],
  ])('that reports a lifetime of %j s is used for %i s', async (given, seconds) => {
    answer = json(200, { access_token: 'a', expires_in: given });
    expect(await allowing.refresh(secretFor('/token'))).toMatchObject({ expiresIn: seconds });
  });

  it.each([null, '', undefined])(
    'that returns no further refresh token, but %j, leaves the old one valid',
    async (absent) => {
      answer = json(200, { access_token: 'a', expires_in: 1800, refresh_token: absent });
      expect(await allowing.refresh(secretFor('/token'))).toEqual({
        accessToken: 'a',
        expiresIn: 1800,
        refreshToken: null,
      });
    },
  );

  it.each([
    ['120', 120_000],
    [' 7200', 3_600_000],
    [new Date(Date.parse('2026-11-01T00:00:30.000Z')).toUTCString(), 30_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', null],
    ['Sun, 01 Nov 2026 00:00:30 GMT-0100', null],
    ['0', null],
    ['-5', null],
    ['1e3', null],
    ['soon', null],
    [undefined, null],
  ])('that answers 429 with Retry-After %j is left alone for %j ms', async (header, retryAfterMs) => {
    answer = (request, response) => {
      if (header !== undefined) response.setHeader('retry-after', header);
      json(429, {})(request, response);
    };
    const endpoint = tokenEndpoint({ ports: 'any', loopback: 'allow' }, () => Date.parse('2026-11-01T00:00:00.000Z'));
    const refused = endpoint.refresh(secretFor('/token'));
    await expect(refused).rejects.toMatchObject({ failure: { code: 'rate_limited', retryAfterMs } });
  });

  it.each<[string, number, unknown, string]>([
    ['a revoked consent', 400, { error: 'invalid_grant' }, 'oauth_token_expired'],
    ['an unknown client', 401, { error: 'invalid_client' }, 'oauth_invalid_request'],
    ['a refused scope', 400, { error: 'invalid_scope' }, 'oauth_invalid_request'],
    ['a wrong URL', 404, 'not json at all', 'oauth_invalid_request'],
    ['too many requests', 429, {}, 'rate_limited'],
    ['an outage', 503, {}, 'provider_unavailable'],
    ['an outage with Retry-After', 400, { error: 'temporarily_unavailable' }, 'provider_unavailable'],
    ['an error code of its own', 500, {}, 'provider_unavailable'],
    ['a token that is too long', 200, { access_token: 'x'.repeat(16_385) }, 'provider_unavailable'],
    ['a token with a status of failure', 201, { access_token: 'a' }, 'oauth_invalid_request'],
    ['a revoked consent, with another status', 429, { error: 'invalid_grant' }, 'oauth_token_expired'],
    ['an answer without a token', 200, { access_token: '' }, 'provider_unavailable'],
    ['a redirect, which is not followed', 302, {}, 'oauth_invalid_request'],
    ['an answer without an end', 200, { access_token: 'x'.repeat(100_000) }, 'provider_unavailable'],
  ])('leads to the code: %s', async (_, status, body, code) => {
    answer = (request, response) => {
      response.setHeader('location', `${server.url}/elsewhere`);
      json(status, body)(request, response);
    };
    expect(await codeOf(allowing.refresh(secretFor('/token')))).toBe(code);
  });

  it('that hangs up is unreachable, and the failure contains nothing from it or from the secret', async () => {
    answer = (request) => request.socket.destroy();
    const failure = await allowing.refresh(secretFor('/token')).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      failure: { code: 'provider_unavailable', retryAfterMs: null, outcomeUnknown: false },
    });
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/hush|refresh"|127\.0\.0\.1/);
  });

  it('may send 64 KB, and is cut off beyond that', async () => {
    const sized = (bytes: number) => {
      const head = '{"access_token":"a","pad":"';
      return `${head}${'x'.repeat(bytes - head.length - 2)}"}`;
    };
    const saying = (text: string) => (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(200).end(text);
    answer = saying(sized(65_536));
    expect(await allowing.refresh(secretFor('/token'))).toMatchObject({ accessToken: 'a' });
    answer = saying(sized(65_537));
    await expect(allowing.refresh(secretFor('/token'))).rejects.toMatchObject({
      failure: { code: 'provider_unavailable', detail: expect.stringContaining('too large') },
    });
  });

  it('that hangs up during its answer is unreachable', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.socket?.destroy());
    };
    expect(await codeOf(allowing.refresh(secretFor('/token')))).toBe('provider_unavailable');
  });

  it('that does not answer in ten seconds times out', async () => {
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(limit.signal);
    answer = () => limit.abort();
    const failure = codeOf(allowing.refresh(secretFor('/token')));
    expect(await failure).toBe('provider_timeout');
    expect(timeout).toHaveBeenCalledWith(10_000);
    timeout.mockRestore();
  });

  it.each([
    ['https://login.example.com/token', true],
    ['https://login.example.com:8443/token', false],
    ['http://login.example.com/token', false],
    ['https://user:pass@login.example.com/token', false],
    ['https://127.0.0.1/token', false],
    ['https://[::1]/token', false],
    ['https://169.254.169.254/latest', false],
    ['https://10.1.2.3/token', false],
    ['https://2130706433/token', false],
    ['https://localhost/token', false],
    ['https://LOCALHOST/token', false],
    ['https://localhost./token', false],
    ['https://login.localhost/token', false],
    ['https://localhost.localdomain/token', false],
    ['https://ip6-localhost/token', false],
    ['https://0x7f.1/token', false],
    ['http://localhost/token', false],
    ['https://localhost.example.com/token', true],
    ['ftp://login.example.com/token', false],
    ['nonsense', false],
  ])('%s: allowed in a deployment is %s', async (url, allowed) => {
    expect(deployed.isAllowed(url)).toBe(allowed);
    if (!allowed) expect(await codeOf(deployed.refresh(secretFor('', { token_url: url })))).toBe('host_not_allowed');
  });

  it.each([
    ['http://localhost:8080/token', true],
    ['http://127.0.0.1:8080/token', true],
    ['http://[::1]:8080/token', true],
    ['https://127.0.0.1:8443/token', true],
    ['http://login.example.com/token', false],
    ['http://:pass@127.0.0.1/token', false],
    ['http://user@127.0.0.1/token', false],
    ['https://10.1.2.3/token', false],
  ])('%s: allowed on a laptop is %s', (url, allowed) => {
    expect(allowing.isAllowed(url)).toBe(allowed);
  });

  it('with an untrusted certificate is refused with that reason', async () => {
    const { certPem, keyPem } = selfSignedCertificate({ hosts: ['127.0.0.1'] });
    const untrusted = await listenOnLoopback(createTlsServer({ cert: certPem, key: keyPem }), 0);
    const url = `https://127.0.0.1:${untrusted.port}/token`;
    expect(await codeOf(allowing.refresh(secretFor('', { token_url: url })))).toBe('tls_error');
    await untrusted.stop();
  });

  it('at a host name that resolves to an internal address is refused when connecting', async () => {
    const names: string[] = [];
    const policy = { ports: new Set([993]), loopback: 'deny' } as const;
    const inside = tokenEndpoint(policy, Date.now, (name, _, found) => {
      names.push(name);
      found(null, [{ address: '127.0.0.1', family: 4 }]);
    });
    const secret = secretFor('', { token_url: 'https://login.example.com/token' });
    expect(await codeOf(inside.refresh(secret))).toBe('host_not_allowed');
    expect(names).toEqual(['login.example.com']);
  });

  it('at an unknown host name is reported with the code of an unknown host', async () => {
    const endpoint = tokenEndpoint({ ports: 'any', loopback: 'deny' }, Date.now, (_, __, found) => {
      found(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    });
    const secret = secretFor('', { token_url: 'https://login.example.com/token' });
    expect(await codeOf(endpoint.refresh(secret))).toBe('dns_not_found');
  });

  it.each([
    ['http://localhost:4000/token', true],
    ['http://127.0.0.1:4000/token', true],
    ['https://[::1]:4000/token', true],
    ['http://login.example.com/token', false],
    ['http://10.1.2.3/token', false],
    ['http://127.0.0.1.example.com/token', false],
  ])('%s: allowed on a laptop is %s', (url, allowed) => {
    expect(allowing.isAllowed(url)).toBe(allowed);
  });
});
