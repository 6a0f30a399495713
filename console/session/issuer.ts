/** The OpenID Connect part of the sign-in: discovery, the address to go to, codes and refresh tokens. */
import * as oauth from 'oauth4webapi';
import type { PendingSignIn } from './pending-sign-in.ts';
import { SignInNeeded } from './sign-in-needed.ts';
import type { Tokens } from './tokens.ts';

export type Issuer = {
  /** The address of the issuer's sign-in page. `again`: the issuer asks even a person who is signed in. */
  address(pending: PendingSignIn, again: boolean): Promise<string>;
  /** Tokens for the answer in the address of `/callback`. Throws if the answer does not belong to this sign-in. */
  redeem(callback: URL, pending: PendingSignIn): Promise<Tokens>;
  refresh(tokens: Tokens): Promise<Tokens>;
};

const CALLBACK = '/callback';
const DEFAULT_SECONDS = 300;

export const newPending = (returnPath: string): PendingSignIn => ({
  verifier: oauth.generateRandomCodeVerifier(),
  state: oauth.generateRandomState(),
  nonce: oauth.generateRandomNonce(),
  returnPath,
});

/** Reads where to sign in from the API, and the issuer's discovery document. Throws if either cannot be read. */
export async function readIssuer(origin: string): Promise<Issuer> {
  const reply = await fetch(`${origin}/api/auth`, { headers: { accept: 'application/json' } });
  if (!reply.ok) throw new Error(`The service does not say where to sign in (status ${reply.status}).`);
  const { data }: { data: { issuer: string; scopes: string[]; clients: { console: string | null } } } =
    await reply.json();
  if (data.clients.console === null) throw new Error('This service has no sign-in for the console.');
  const client: oauth.Client = { client_id: data.clients.console };
  const redirectUri = `${origin}${CALLBACK}`;
  const url = new URL(data.issuer);
  // Without TLS only if the issuer is on this machine.
  const options = { [oauth.allowInsecureRequests]: url.protocol === 'http:' && url.hostname === '127.0.0.1' };
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));

  function tokensOf(result: oauth.TokenEndpointResponse, before: Tokens | null): Tokens {
    const subject = oauth.getValidatedIdTokenClaims(result)?.sub ?? before?.subject;
    if (subject === undefined) throw new Error('The issuer did not say who signed in.');
    return {
      access: result.access_token,
      refresh: result.refresh_token ?? before?.refresh ?? null,
      expiresAt: Date.now() + (result.expires_in ?? DEFAULT_SECONDS) * 1_000,
      subject,
    };
  }

  return {
    async address({ verifier, state, nonce }, again) {
      const { authorization_endpoint: endpoint } = server;
      if (endpoint === undefined) throw new Error('The issuer names no address to sign in at.');
      const address = new URL(endpoint);
      const parameters = {
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: redirectUri,
        scope: data.scopes.join(' '),
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...(again ? { prompt: 'login' } : {}),
      };
      for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
      return address.href;
    },
    async redeem(callback, { verifier, state, nonce }) {
      const answer = oauth.validateAuthResponse(server, client, callback, state);
      const none = oauth.None();
      const reply = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        none,
        answer,
        redirectUri,
        verifier,
        options,
      );
      const expected = { expectedNonce: nonce, requireIdToken: true };
      return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, reply, expected), null);
    },
    async refresh(tokens) {
      if (tokens.refresh === null) throw new SignInNeeded('There is no refresh token.');
      const reply = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh, options);
      return tokensOf(await oauth.processRefreshTokenResponse(server, client, reply), tokens);
    },
  };
}
