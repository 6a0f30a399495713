import type { IncomingMessage } from 'node:http';
import { bodyOf } from '../http/body.ts';
import type { Issuer } from '../http/issuer.ts';
import type { Grants, Redeemed } from './grants.ts';

/** The tokens for a person: a new refresh token replaces the used one. */
const ACCESS_SECONDS = 3600;

/** The reply of the token endpoint, before it is written. */
export type TokenReply = { readonly status: number; readonly body: object };
const refused = (error: string): TokenReply => ({ status: 400, body: { error } });

/**
 * The token endpoint (RFC 6749, section 3.2): for people it exchanges codes and refresh tokens; programs on this
 * machine get any token that they ask for.
 */
export function tokenEndpoint(issuer: Issuer, grants: Grants) {
  return async function answer(request: IncomingMessage): Promise<TokenReply> {
    const form = new URLSearchParams(await bodyOf(request));
    const kind = form.get('grant_type');
    if (kind === 'client_credentials') return { status: 200, body: await forProgram(form) };
    if (kind !== 'authorization_code' && kind !== 'refresh_token') return refused('unsupported_grant_type');
    const names = [...form.keys()];
    const needed =
      kind === 'refresh_token'
        ? ['client_id', 'refresh_token']
        : ['client_id', 'code', 'redirect_uri', 'code_verifier'];
    if (new Set(names).size < names.length || needed.some((name) => !form.get(name))) return refused('invalid_request');
    const redeemed = redeem(kind, form);
    return redeemed === null ? refused('invalid_grant') : { status: 200, body: await forPerson(redeemed) };
  };

  function redeem(kind: 'authorization_code' | 'refresh_token', form: URLSearchParams): Redeemed | null {
    const of = (name: string): string => form.get(name) ?? '';
    const clientId = of('client_id');
    if (kind === 'refresh_token') return grants.refresh(of('refresh_token'), clientId, Date.now());
    const shown = { clientId, redirectUri: of('redirect_uri'), verifier: of('code_verifier') };
    return grants.redeemCode(of('code'), shown, Date.now());
  }

  async function forProgram(form: URLSearchParams): Promise<object> {
    const [audience, email] = [form.get('audience'), form.get('email')];
    if (audience !== null && email !== null) return issuer.pushToken({ audience, email });
    const accounts = form.getAll('account_id');
    return issuer.token({ accounts, role: form.get('role') ?? '', uid: form.get('uid') ?? 'local' });
  }

  /** The ID token names the person. It has no account and no role, so the API does not accept it. */
  async function forPerson({ clientId, person, nonce, signedInAt, refreshToken }: Redeemed): Promise<object> {
    const { accounts, role, uid } = person;
    const [only] = accounts;
    const acc = accounts.length === 1 ? only : accounts;
    const access = { acc, role, uid, client_id: clientId, scope: 'openid' };
    const identity = { name: uid, auth_time: Math.floor(signedInAt / 1000), ...(nonce === null ? {} : { nonce }) };
    return {
      access_token: await issuer.sign(access, clientId, uid, ACCESS_SECONDS),
      token_type: 'Bearer',
      expires_in: ACCESS_SECONDS,
      refresh_token: refreshToken,
      id_token: await issuer.sign(identity, clientId, uid, ACCESS_SECONDS),
      scope: 'openid',
    };
  }
}
