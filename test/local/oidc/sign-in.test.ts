import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateway } from '../../../local/http/gateway.ts';
import { createIssuer, type Issuer } from '../../../local/http/issuer.ts';
import { type FrontDoor, openFrontDoor } from '../../../local/http/server.ts';
import { CLI_CLIENT, CONSOLE_CLIENT } from '../../../local/oidc/clients.ts';
import type { Json } from '../../fixtures/api.ts';
import { FORM, newBrowser, newPkce, type Page, sendRaw } from '../../fixtures/browser.ts';

const ISSUER = 'http://issuer.test';
const LOOPBACK = 'http://127.0.0.1:51234/callback';
const ANN = { account: 'acc_one', role: 'member', name: 'ann' };

let folder: string;
let door: FrontDoor;
let issuer: Issuer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  issuer = await createIssuer(join(folder, 'key'), ISSUER, 'inbox-manager');
  door = await openFrontDoor(0);
  door.open(issuer, gateway([], issuer, 'host.test'));
});
afterAll(async () => {
  await door?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const own = (): string => `${door.url}/callback`;
const asked = (more: Record<string, string | undefined> = {}): Record<string, string> => {
  const all = {
    response_type: 'code',
    client_id: CONSOLE_CLIENT,
    redirect_uri: own(),
    scope: 'openid',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: newPkce().challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
};
const address = (query: Record<string, string>, host = door.url): string =>
  `${host}/_local/oidc/authorize?${new URLSearchParams(query)}`;
const locationOf = ({ headers }: Page): URL => new URL(headers.location ?? 'http://nowhere');

/** Signs in with the form of the page. */
async function codeOf(query: Record<string, string>, filled = ANN, browser = newBrowser(door.url)): Promise<string> {
  const sent = await browser.submit(await browser.open(address(query)), filled);
  expect(sent.status, sent.text).toBe(303);
  return locationOf(sent).searchParams.get('code') ?? '';
}

async function token(form: Record<string, string>): Promise<{ readonly status: number; readonly body: Json }> {
  const body = new URLSearchParams(form).toString();
  const { status, text } = await sendRaw(`${door.url}/_local/oidc/token`, { method: 'POST', headers: FORM, body });
  return { status, body: JSON.parse(text) };
}

/** A person who has signed in at the command line, with the tokens. */
async function signedIn() {
  const { verifier, challenge } = newPkce();
  const query = asked({ client_id: CLI_CLIENT, redirect_uri: LOOPBACK, code_challenge: challenge });
  const grant = { client_id: CLI_CLIENT, redirect_uri: LOOPBACK, code_verifier: verifier };
  const code = { grant_type: 'authorization_code', code: await codeOf(query), ...grant };
  return { code, reply: await token(code) };
}
const refresh = (of: Json, client = CLI_CLIENT) =>
  token({ grant_type: 'refresh_token', client_id: client, refresh_token: of.refresh_token });
const REFUSED = { status: 400, body: { error: 'invalid_grant' } };

describe('the page of the sign-in', () => {
  it('has no script, and chooses the demo account and the owner at first', async () => {
    const page = await newBrowser(door.url).open(address(asked()));
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/<script|javascript:|\son\w+=/i);
    expect(page.text).toContain('name="account" required value="acc_demo"');
    expect(page.text).toContain('<option selected>owner</option>');
    const policy = page.headers['content-security-policy'];
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers['referrer-policy']).toBe('same-origin');
  });

  it('allows its form to redirect to the address of the command line, and to no other', async () => {
    const query = asked({ client_id: CLI_CLIENT, redirect_uri: LOOPBACK });
    const { headers } = await newBrowser(door.url).open(address(query));
    expect(headers['content-security-policy']).toContain("form-action 'self' http://127.0.0.1:51234;");
  });

  it('keeps its cookies from scripts, from other sites and from the API', async () => {
    const browser = newBrowser(door.url);
    const page = await browser.open(address(asked()));
    const sent = await browser.submit(page, ANN);
    const lines = [page.headers['set-cookie'] ?? [], sent.headers['set-cookie'] ?? []].flat();
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/; Path=\/_local\/oidc; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
  });

  it('shows what was typed as text', async () => {
    const browser = newBrowser(door.url);
    const page = await browser.open(address(asked()));
    const again = await browser.submit(page, { ...ANN, account: '"><b>acc</b>' });
    expect([again.status, again.text.includes('<b>')]).toEqual([400, false]);
    expect(again.text).toContain('&quot;&gt;&lt;b&gt;acc&lt;/b&gt;');
  });

  it.each([
    ['an invalid account', { ...ANN, account: 'one' }],
    ['no account', { ...ANN, account: ' ' }],
    ['an unknown role', { ...ANN, role: 'admin' }],
    ['no name', { ...ANN, name: ' ' }],
  ])('shows the form again after %s', async (_, filled) => {
    const browser = newBrowser(door.url);
    const again = await browser.submit(await browser.open(address(asked())), filled);
    expect([again.status, again.headers.location]).toEqual([400, undefined]);
    expect((await browser.submit(again, ANN)).status).toBe(303);
  });
});

describe('a request to sign in', () => {
  it.each([
    ['an unknown client', { client_id: 'other' }],
    ['no client', { client_id: undefined }],
    ['another origin', { redirect_uri: 'http://evil.example/callback' }],
    ['another path', { redirect_uri: 'OWN/other' }],
    ['a longer path', { redirect_uri: 'OWN/callback/more' }],
    ['a query of its own', { redirect_uri: 'OWN/callback?next=x' }],
    ['a user in the address', { redirect_uri: 'http://127.0.0.1:1@evil.example/callback' }],
    ['the console at the loopback of the command line', { redirect_uri: LOOPBACK }],
    [
      'the command line at another host',
      { client_id: CLI_CLIENT, redirect_uri: 'http://127.0.0.1.evil.example:1/callback' },
    ],
    ['the command line at localhost', { client_id: CLI_CLIENT, redirect_uri: 'http://localhost:51234/callback' }],
    ['the command line at the page of the console', { client_id: CLI_CLIENT, redirect_uri: 'OWN/callback' }],
  ])('with %s is answered by a page, without a redirect', async (_, more: Record<string, string | undefined>) => {
    const query = asked({
      ...more,
      ...(more.redirect_uri && { redirect_uri: more.redirect_uri.replace('OWN', door.url) }),
    });
    const page = await newBrowser(door.url).open(address(query));
    expect([page.status, page.headers.location]).toEqual([400, undefined]);
    expect(page.text).toContain('This sign-in cannot continue');
  });

  it.each([
    ['no PKCE', { code_challenge: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no method of PKCE', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is too short', { code_challenge: 'abc' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no openid in its scope', { scope: 'profile' }, 'invalid_scope'],
    ['prompt=none by a person who is not signed in', { prompt: 'none' }, 'login_required'],
    ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request'],
  ])('with %s reports the error to the client', async (_, more, error) => {
    const page = await newBrowser(door.url).open(address(asked(more)));
    expect(page.status).toBe(303);
    expect(`${locationOf(page).origin}${locationOf(page).pathname}`).toBe(own());
    expect(Object.fromEntries(locationOf(page).searchParams)).toEqual({ error, state: 'state-1', iss: ISSUER });
  });

  it('with a repeated parameter is refused', async () => {
    const page = await newBrowser(door.url).open(`${address(asked())}&scope=openid`);
    expect(locationOf(page).searchParams.get('error')).toBe('invalid_request');
    const twice = await newBrowser(door.url).open(`${address(asked())}&redirect_uri=${encodeURIComponent(LOOPBACK)}`);
    expect([twice.status, twice.headers.location]).toEqual([400, undefined]);
  });

  it('at localhost is redirected to 127.0.0.1, as are the pages', async () => {
    const { port } = new URL(door.url);
    for (const path of [`/_local/oidc/authorize?${new URLSearchParams(asked())}`, '/', '/api/docs']) {
      const page = await newBrowser(door.url).open(`http://localhost:${port}${path}`);
      expect([page.status, page.headers.location]).toEqual([302, `${door.url}${path}`]);
    }
    expect((await sendRaw(`http://localhost:${port}/_local/oidc/jwks`)).status).toBe(200);
  });
});

describe('a page of another origin', () => {
  const foreign: readonly Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:3000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];

  it.each(foreign)('cannot open the sign-in, call the API or send the form with %j', async (headers) => {
    for (const path of [`/_local/oidc/authorize?${new URLSearchParams(asked())}`, '/api/me', '/api/auth'])
      expect((await sendRaw(`${door.url}${path}`, { headers })).status, path).toBe(403);
    const browser = newBrowser(door.url);
    const sent = await browser.submit(await browser.open(address(asked())), ANN, headers);
    expect([sent.status, sent.headers.location]).toEqual([403, undefined]);
  });

  it('cannot send its own form, even if the browser names our origin', async () => {
    const victim = newBrowser(door.url);
    await victim.open(address(asked()));
    const body = new URLSearchParams({
      ...ANN,
      request: `?${new URLSearchParams(asked())}`,
      csrf: 'guessed',
    }).toString();
    const cookie = [...victim.cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...FORM, origin: door.url, cookie };
    const sent = await sendRaw(`${door.url}/_local/oidc/authorize`, { method: 'POST', headers, body });
    expect([sent.status, sent.headers.location]).toEqual([403, undefined]);
  });

  it('cannot make a visitor send a form that was made for another browser', async () => {
    const attacker = await newBrowser(door.url).open(address(asked()));
    const victim = newBrowser(door.url);
    await victim.open(address(asked()));
    expect((await victim.submit(attacker, ANN)).status).toBe(403);
  });

  it('cannot change the request of the form', async () => {
    const browser = newBrowser(door.url);
    const page = await browser.open(address(asked()));
    const request = `?${new URLSearchParams(asked({ state: 'other' }))}`;
    expect((await browser.submit(page, { ...ANN, request })).status).toBe(403);
  });
});

describe('the tokens', () => {
  it('of the command line name it as the client, and name the person', async () => {
    const { reply } = await signedIn();
    expect(reply.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid' });
    const keys = createLocalJWKSet(JSON.parse((await sendRaw(`${door.url}/_local/oidc/jwks`)).text));
    const claims = async (jwt: string): Promise<JWTPayload> =>
      (await jwtVerify(jwt, keys, { issuer: ISSUER, audience: CLI_CLIENT })).payload;
    expect(await claims(reply.body.access_token)).toMatchObject({
      acc: 'acc_one',
      role: 'member',
      uid: 'ann',
      client_id: CLI_CLIENT,
    });
    const identity = await claims(reply.body.id_token);
    expect(identity).toMatchObject({ sub: 'ann', nonce: 'nonce-1' });
    expect([identity.acc, identity.role]).toEqual([undefined, undefined]);
  });

  it('may be for several accounts', async () => {
    const { verifier, challenge } = newPkce();
    const code = await codeOf(asked({ code_challenge: challenge }), { ...ANN, account: 'acc_one, acc_two acc_one' });
    const grant = { client_id: CONSOLE_CLIENT, redirect_uri: own(), code_verifier: verifier };
    const { body } = await token({ grant_type: 'authorization_code', code, ...grant });
    expect(decodeJwt(body.access_token).acc).toEqual(['acc_one', 'acc_two']);
  });

  it.each([
    ['another verifier', { code_verifier: newPkce().verifier }],
    ['another client', { client_id: CONSOLE_CLIENT }],
    ['another address', { redirect_uri: 'http://127.0.0.1:51235/callback' }],
  ])('are not given for %s, nor for the code after that', async (_, more) => {
    const { verifier, challenge } = newPkce();
    const code = await codeOf(asked({ client_id: CLI_CLIENT, redirect_uri: LOOPBACK, code_challenge: challenge }));
    const good = {
      grant_type: 'authorization_code',
      code,
      client_id: CLI_CLIENT,
      redirect_uri: LOOPBACK,
      code_verifier: verifier,
    };
    expect(await token({ ...good, ...more })).toEqual(REFUSED);
    expect(await token(good)).toEqual(REFUSED);
  });

  it('are not given for a code that is guessed', async () => {
    const { code } = await signedIn();
    expect(await token({ ...code, code: 'guessed' })).toEqual(REFUSED);
  });

  it('of a code that is used twice end with the second use', async () => {
    const { code, reply } = await signedIn();
    expect(await token(code)).toEqual(REFUSED);
    expect(await refresh(reply.body)).toEqual(REFUSED);
  });

  it('are renewed by a refresh token that can be used once', async () => {
    const first = (await signedIn()).reply.body;
    const second = await refresh(first);
    expect(decodeJwt(second.body.access_token)).toMatchObject({ acc: 'acc_one', role: 'member', uid: 'ann' });
    expect((await refresh(second.body)).status).toBe(200);
  });

  it('of a sign-in end when a used refresh token is presented', async () => {
    const first = (await signedIn()).reply.body;
    const second = await refresh(first);
    expect(await refresh(first)).toEqual(REFUSED);
    expect(await refresh(second.body)).toEqual(REFUSED);
  });

  it('are not renewed for another client', async () => {
    const { reply } = await signedIn();
    expect(await refresh(reply.body, CONSOLE_CLIENT)).toEqual(REFUSED);
    expect((await refresh(reply.body)).status).toBe(200);
  });

  it.each([
    [{ grant_type: 'authorization_code', client_id: CLI_CLIENT }, 'invalid_request'],
    [{ grant_type: 'refresh_token', client_id: CLI_CLIENT }, 'invalid_request'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{}, 'unsupported_grant_type'],
  ])('are refused for %j', async (form, error) => {
    expect(await token(form)).toEqual({ status: 400, body: { error } });
  });
});

describe('a person who is signed in', () => {
  it('is not asked again for the console, unless it requests that', async () => {
    const browser = newBrowser(door.url);
    await codeOf(asked(), ANN, browser);
    const again = await browser.open(address(asked({ prompt: 'none' })));
    expect([again.status, locationOf(again).searchParams.has('code')]).toEqual([303, true]);
    const page = await browser.open(address(asked({ prompt: 'login' })));
    expect([page.status, page.text.includes('value="acc_one"')]).toEqual([200, true]);
  });

  it('is always asked for the command line', async () => {
    const browser = newBrowser(door.url);
    await codeOf(asked(), ANN, browser);
    const page = await browser.open(address(asked({ client_id: CLI_CLIENT, redirect_uri: LOOPBACK })));
    expect([page.status, page.headers.location]).toEqual([200, undefined]);
  });

  it('cannot use an access token as a session, nor a session as an access token', async () => {
    const browser = newBrowser(door.url);
    const access = (await issuer.token({ accounts: ['acc_one'], role: 'owner', uid: 'ann' })).access_token;
    browser.cookies.set('inbox_manager_session', access);
    expect((await browser.open(address(asked()))).status).toBe(200);
    await codeOf(asked(), ANN, browser);
    const session = browser.cookies.get('inbox_manager_session') ?? '';
    expect(await issuer.verify(session, ISSUER, ['inbox-manager', CONSOLE_CLIENT, CLI_CLIENT])).toBeNull();
  });
});
