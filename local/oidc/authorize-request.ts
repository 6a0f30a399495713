import { type ClientId, clientOf, isOwnRedirect } from './clients.ts';

/** The request of a client that sends a browser to `/authorize`. */
export type AuthorizeRequest = {
  readonly clientId: ClientId;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly scope: string;
  /** `login`: the page is shown even to somebody who is signed in. `none`: it is not shown. */
  readonly prompt: 'login' | 'none' | null;
};

/** The result of reading an authorization request. */
export type ReadRequest =
  | { readonly kind: 'request'; readonly request: AuthorizeRequest }
  /** The redirect address is not valid, so nothing is sent there: a page shows the error to the person. */
  | { readonly kind: 'refused'; readonly because: string }
  /** The error is sent to the client's redirect address. */
  | { readonly kind: 'error'; readonly redirectUri: string; readonly state: string | null; readonly error: string };

const MAX_TEXT = 1_000;
/** A SHA-256 in base64url without padding (RFC 7636, section 4.2). */
const CHALLENGE = /^[\w-]{43}$/;

/**
 * The checked parameters of an authorization request (RFC 6749, section 4.1.1; RFC 7636, section 4.3). PKCE with S256
 * is required. `origin`: of this server.
 */
export function readAuthorizeRequest(query: URLSearchParams, origin: string): ReadRequest {
  const one = (name: string): string | null => query.get(name);
  const clientId = clientOf(one('client_id'));
  const redirectUri = one('redirect_uri');
  if (clientId === null) return { kind: 'refused', because: 'It names no client that is known here (client_id).' };
  if (redirectUri === null || !isOwnRedirect(clientId, redirectUri, origin) || query.getAll('redirect_uri').length > 1)
    return { kind: 'refused', because: 'It names an address that is not one of this client (redirect_uri).' };
  const state = one('state');
  const fail = (error: string): ReadRequest => ({ kind: 'error', redirectUri, state, error });
  const names = [...query.keys()];
  if (new Set(names).size < names.length || [...query.values()].some(({ length }) => length > MAX_TEXT))
    return { kind: 'error', redirectUri, state: null, error: 'invalid_request' };
  if (one('response_type') !== 'code') return fail('unsupported_response_type');
  const challenge = one('code_challenge');
  if (challenge === null || !CHALLENGE.test(challenge) || one('code_challenge_method') !== 'S256')
    return fail('invalid_request');
  const scope = one('scope') ?? '';
  if (!scope.split(' ').includes('openid')) return fail('invalid_scope');
  const prompt = one('prompt');
  if (prompt !== null && prompt !== 'login' && prompt !== 'none') return fail('invalid_request');
  return {
    kind: 'request',
    request: { clientId, redirectUri, challenge, state, nonce: one('nonce'), scope: 'openid', prompt },
  };
}
