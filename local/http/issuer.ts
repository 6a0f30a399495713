/**
 * The token issuer of the laptop: OIDC discovery, its keys, and a token endpoint that gives anyone on this machine the
 * token they ask for. The key is kept in the data directory, so that a token survives a restart.
 */
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { Complaint } from '../complaint.ts';
import { keptFile } from '../kept-file.ts';

const LIFETIME_SECONDS = 12 * 3600;

export type TokenRequest = { readonly accounts: readonly string[]; readonly role: string; readonly uid: string };

/** The claims in the token of a Gmail push: the caller and the audience. */
export type PushTokenRequest = { readonly audience: string; readonly email: string };

export type Token = { readonly access_token: string; readonly token_type: 'Bearer'; readonly expires_in: number };

export type Issuer = {
  readonly issuer: string;
  token(request: TokenRequest): Promise<Token>;
  pushToken(request: PushTokenRequest): Promise<Token>;
  /** A JWT of this issuer with these claims. */
  sign(claims: JWTPayload, audience: string, subject: string, seconds: number): Promise<string>;
  /** The claims of a valid token, null for any other. */
  verify(token: string, issuer: string, audiences: readonly string[]): Promise<JWTPayload | null>;
  readonly discovery: object;
  readonly jwks: object;
};

async function readKey(keyFile: string): Promise<{ secret: JWK; key: Awaited<ReturnType<typeof importJWK>> }> {
  const text = await keptFile(keyFile, async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    return JSON.stringify(await exportJWK(privateKey));
  });
  try {
    const secret: JWK = JSON.parse(text.toString());
    return { secret, key: await importJWK(secret, 'RS256') };
  } catch {
    throw new Complaint(
      `The data directory is broken (${keyFile} is no key): delete that file, and ask for new tokens.`,
    );
  }
}

/** The issuer at this address, for tokens of this audience. Throws Complaint when the key file contains no key. */
export async function createIssuer(keyFile: string, issuer: string, audience: string): Promise<Issuer> {
  const { secret, key } = await readKey(keyFile);
  const kid = await calculateJwkThumbprint(secret);
  const jwks = { keys: [{ kty: secret.kty, n: secret.n, e: secret.e, kid, alg: 'RS256', use: 'sig' }] };
  const keySet = createLocalJWKSet(jwks);
  const sign: Issuer['sign'] = (claims, tokenAudience, subject, seconds) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(issuer)
      .setAudience(tokenAudience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(key);
  const signed = async (claims: JWTPayload, tokenAudience: string, subject: string): Promise<Token> => ({
    access_token: await sign(claims, tokenAudience, subject, LIFETIME_SECONDS),
    token_type: 'Bearer',
    expires_in: LIFETIME_SECONDS,
  });
  return {
    issuer,
    jwks,
    discovery: {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      scopes_supported: ['openid'],
      prompt_values_supported: ['none', 'login'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    },
    sign,
    async token({ accounts, role, uid }) {
      const [only] = accounts;
      const acc = accounts.length === 1 ? only : accounts;
      const claims = { ...(accounts.length === 0 ? {} : { acc }), ...(role === '' ? {} : { role }), uid };
      return signed(claims, audience, uid);
    },
    pushToken: ({ audience: of, email }) => signed({ email, email_verified: true }, of, email),
    async verify(token, expectedIssuer, audiences) {
      try {
        const { payload } = await jwtVerify(token, keySet, {
          issuer: expectedIssuer,
          algorithms: ['RS256'],
          requiredClaims: ['exp'],
        });
        return isFor(payload, audiences) ? payload : null;
      } catch {
        return null;
      }
    },
  };
}

/**
 * An HTTP API compares `aud`. It compares `client_id` only if the token has no `aud` (access tokens of Cognito have
 * none).
 */
function isFor({ aud, client_id: client }: JWTPayload, audiences: readonly string[]): boolean {
  return [aud ?? client].flat().some((name) => typeof name === 'string' && audiences.includes(name));
}
