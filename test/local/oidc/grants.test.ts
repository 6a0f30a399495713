import { expect, it } from 'vitest';
import { CONSOLE_CLIENT } from '../../../local/oidc/clients.ts';
import { CODE_MS, createGrants, REFRESH_MS } from '../../../local/oidc/grants.ts';
import { DEMO_PERSON } from '../../../local/oidc/person.ts';
import { newPkce } from '../../fixtures/browser.ts';

const { verifier, challenge } = newPkce();
const redirectUri = 'http://127.0.0.1:4000/callback';
const REQUEST = {
  clientId: CONSOLE_CLIENT,
  redirectUri,
  challenge,
  state: null,
  nonce: null,
  scope: 'openid',
  prompt: null,
} as const;
const SHOWN = { clientId: CONSOLE_CLIENT, redirectUri, verifier };

it('a code is valid for less than a minute', () => {
  const grants = createGrants();
  const [inTime, late] = [grants.code(REQUEST, DEMO_PERSON, 0), grants.code(REQUEST, DEMO_PERSON, 0)];
  expect(grants.redeemCode(inTime, SHOWN, CODE_MS - 1)).toMatchObject({ person: DEMO_PERSON });
  expect(grants.redeemCode(late, SHOWN, CODE_MS)).toBeNull();
});

it('a refresh token is valid for less than twelve hours from the previous one', () => {
  const grants = createGrants();
  const first = grants.redeemCode(grants.code(REQUEST, DEMO_PERSON, 0), SHOWN, 0)?.refreshToken ?? '';
  const second = grants.refresh(first, CONSOLE_CLIENT, REFRESH_MS - 1)?.refreshToken ?? '';
  expect(second).not.toBe('');
  expect(grants.refresh(second, CONSOLE_CLIENT, 2 * REFRESH_MS - 1)).toBeNull();
});

it('too many sign-ins remove only the oldest one', () => {
  const grants = createGrants();
  const codes = Array.from({ length: 1_001 }, () => grants.code(REQUEST, DEMO_PERSON, 0));
  expect(grants.redeemCode(codes[0] ?? '', SHOWN, 0)).toBeNull();
  expect(grants.redeemCode(codes[1] ?? '', SHOWN, 0)).not.toBeNull();
});
