/** A sign-in like that of a command line, which knows only the address of the API. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiWith, type Json, startTestStack } from '../fixtures/api.ts';
import { FORM, newBrowser, newPkce, sendRaw } from '../fixtures/browser.ts';

const REDIRECT = 'http://127.0.0.1:51234/callback';

let stack: Stack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

/** The tokens of a sign-in on the page, for the client that the API names. */
async function signIn(
  redirectUri: string,
  kind: 'console' | 'cli',
  filled: Readonly<Record<string, string>>,
): Promise<Json> {
  const { clients, scopes } = (await apiWith(stack.url, null).get('/api/auth')).body.data;
  const { verifier, challenge } = newPkce();
  const client = { client_id: clients[kind], redirect_uri: redirectUri };
  const query = { ...client, scope: scopes.join(' '), state: 'a', response_type: 'code' };
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const browser = newBrowser(stack.url);
  const page = await browser.open(`${stack.url}/_local/oidc/authorize?${new URLSearchParams({ ...query, ...pkce })}`);
  const sent = await browser.submit(page, filled);
  const code = new URL(sent.headers.location ?? '').searchParams.get('code') ?? '';
  const grant = { grant_type: 'authorization_code', ...client, code, code_verifier: verifier };
  const body = new URLSearchParams(grant).toString();
  const { text } = await sendRaw(`${stack.url}/_local/oidc/token`, { method: 'POST', headers: FORM, body });
  return JSON.parse(text);
}
const apiFor = (token: string): Api => apiWith(stack.url, token);

it.each([
  ['cli', REDIRECT],
  ['console', '/callback'],
] as const)('the API accepts the token of the %s, and knows the person', async (kind, redirect) => {
  const redirectUri = new URL(redirect, stack.url).href;
  const tokens = await signIn(redirectUri, kind, { account: 'acc_signed', role: 'member', name: 'jane' });
  const me = await apiFor(tokens.access_token).get('/api/me');
  expect(me.body.data).toEqual({
    uid: 'jane',
    role: 'member',
    accounts: [{ id: 'acc_signed', paused: false, paused_until: null }],
  });
  expect((await apiFor(tokens.access_token).post('/api/accounts/acc_signed/pause', {})).status).toBe(403);
});

it('the API accepts no ID token', async () => {
  const tokens = await signIn(REDIRECT, 'cli', { account: 'acc_signed', role: 'owner', name: 'jane' });
  const { status, body } = await apiFor(tokens.id_token).get('/api/me');
  expect([status, body.code]).toEqual([401, 'invalid_token']);
});

it('a script gets a token by client credentials, and the API accepts it', async () => {
  const form = { grant_type: 'client_credentials', account_id: 'acc_script', role: 'viewer', uid: 'nightly' };
  const body = new URLSearchParams(form).toString();
  const { text } = await sendRaw(`${stack.url}/_local/oidc/token`, { method: 'POST', headers: FORM, body });
  const me = await apiFor(JSON.parse(text).access_token).get('/api/me');
  expect(me.body.data).toMatchObject({ uid: 'nightly', role: 'viewer', accounts: [{ id: 'acc_script' }] });
});
