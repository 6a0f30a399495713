import { type CompactVerifyGetKey, compactVerify, createRemoteJWKSet, decodeJwt, errors } from 'jose';
import { isSecureUrl } from '../../domain/network/secure-url.ts';

const TIMEOUT_MS = 3_000;

/** If the keys could not be fetched, nothing is known about the token. A token with an unknown key is refused. */
const NO_VERDICT = [errors.JWKSTimeout, errors.JWKSInvalid];

/**
 * The claims of a token whose signature is valid under its issuer's published keys; null for any other token. The
 * caller must check the claims. `issuers`: the URL of the keys of each trusted issuer; nothing is fetched for another
 * issuer. Rejects when the keys are unavailable.
 */
export function remoteTokenVerifier(issuers: ReadonlyMap<string, string>) {
  const keys = new Map<string, CompactVerifyGetKey>(
    [...issuers].map(([issuer, url]) => [issuer, createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS })]),
  );
  return async (jwt: string, issuer: string): Promise<Record<string, unknown> | null> => {
    const key = keys.get(issuer);
    if (key === undefined) return null;
    try {
      await compactVerify(jwt, key, { algorithms: ['RS256'] });
      return decodeJwt(jwt);
    } catch (error) {
      const verdict = error instanceof errors.JOSEError && !NO_VERDICT.some((kind) => error instanceof kind);
      // jose reports an answer other than 200 only by its base class.
      if (verdict && error.code !== 'ERR_JOSE_GENERIC') return null;
      throw error;
    }
  };
}

/**
 * `issuer=URL of its keys` pairs, separated by spaces, as in the deployment's configuration. Throws Error for keys
 * that would be fetched over the network without TLS: they could be replaced on the way.
 */
export function readIssuers(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(' ').flatMap((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) return [];
      const [issuer, url] = [pair.slice(0, at), pair.slice(at + 1)];
      if (!isSecureUrl(url, 'allow')) throw new Error(`the keys of ${issuer} need a URL of https`);
      return [[issuer, url] as const];
    }),
  );
}
