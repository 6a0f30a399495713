import * as oauth from 'oauth4webapi';
import { expect, it, vi } from 'vitest';
import { ConnectionLost } from '../../../client/index.ts';
import { heldTokens } from '../../../console/session/held-tokens.ts';
import { SignInNeeded } from '../../../console/session/sign-in-needed.ts';
import type { Tokens } from '../../../console/session/tokens.ts';

const ISSUER = { issuer: 'https://issuer.example.com' };
const tokens = (access: string, expiresAt = 0): Tokens => ({
  access,
  refresh: 'refresh',
  expiresAt,
  subject: 'person',
});
const GOOD = tokens('good', Number.POSITIVE_INFINITY);

/** A page whose tokens have ended. Each renewal gets the next of these answers. */
function page(...answers: (() => Promise<Tokens>)[]) {
  const changed = vi.fn<() => void>();
  const refresh = vi.fn<(held: Tokens) => Promise<Tokens>>(async () => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error('one renewal too many');
    return answer();
  });
  const held = heldTokens(refresh, changed);
  held.hold(tokens('old'));
  changed.mockClear();
  return { held, refresh, changed };
}

/** What the library makes of this answer of a token endpoint. */
const answer =
  (status: number, body: string, type = 'application/json') =>
  async (): Promise<Tokens> => {
    const reply = new Response(body, { status, headers: { 'content-type': type } });
    await oauth.processRefreshTokenResponse(ISSUER, { client_id: 'console' }, reply);
    return GOOD;
  };

it.each([
  ['502', answer(502, '<h1>Bad gateway</h1>', 'text/html')],
  ['503', answer(503, '{}')],
  ['429', answer(429, '{"error":"slow_down"}')],
  ['another refusal than that of the token', answer(400, '{"error":"invalid_request"}')],
  ['no connection', () => Promise.reject(new TypeError('Failed to fetch'))],
])('the session on screen goes on after %s of the token endpoint', async (_, failure) => {
  const { held, refresh, changed } = page(failure, async () => GOOD);
  await expect(held.access(null)).rejects.toBeInstanceOf(ConnectionLost);
  expect([held.state, changed.mock.calls.length]).toEqual(['signed-in', 0]);
  expect(await held.access(null)).toBe('good');
  expect(refresh).toHaveBeenCalledTimes(2);
});

it.each([400, 401])(
  'a session ends when its refresh token is refused with %d, and posts it no more',
  async (status) => {
    const { held, refresh } = page(answer(status, '{"error":"invalid_grant"}'));
    await expect(held.access(null)).rejects.toBeInstanceOf(SignInNeeded);
    await expect(held.access(null)).rejects.toBeInstanceOf(SignInNeeded);
    expect([held.state, refresh.mock.calls.length]).toEqual(['expired', 1]);
    held.hold(GOOD);
    expect([held.state, await held.access(null)]).toEqual(['signed-in', 'good']);
  },
);

it('a session ends with its access token when there is no refresh token', async () => {
  const { held } = page(() => Promise.reject(new SignInNeeded('There is no refresh token.')));
  await expect(held.access(null)).rejects.toBeInstanceOf(SignInNeeded);
  expect(held.state).toBe('expired');
});

it('requests at one time share one renewal', async () => {
  const { held, refresh } = page(async () => GOOD);
  expect(await Promise.all([held.access(null), held.access('old')])).toEqual(['good', 'good']);
  expect(refresh).toHaveBeenCalledTimes(1);
});

it('a refused renewal does not end the session that was begun meanwhile', async () => {
  const refused = Promise.withResolvers<Tokens>();
  const { held } = page(() => refused.promise);
  const access = held.access(null);
  held.hold(GOOD);
  refused.reject(new SignInNeeded('x'));
  expect([await access, held.state]).toEqual(['good', 'signed-in']);
});

it('a renewal that comes after the sign-out brings no tokens back', async () => {
  const renewed = Promise.withResolvers<Tokens>();
  const { held } = page(() => renewed.promise);
  const access = held.access(null);
  held.forget();
  renewed.resolve(GOOD);
  await access;
  expect([held.state, held.subject]).toEqual(['signed-out', null]);
});
