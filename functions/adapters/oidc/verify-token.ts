import { type CompactVerifyGetKey, compactVerify, createRemoteJWKSet, decodeJwt, errors } from 'jose';
import { isSecureUrl } from '../../domain/network/secure-url.ts';

const TIMEOUT_MS = 3_000;

/** If the keys could not be fetched, nothing is known of the token. A token that names an unknown key is refused. */
const NO_VERDICT = [errors.JWKSTimeout, errors.JWKSInvalid];

/**
 * The claims of a token whose signature holds by its issuer's published keys, null for any other: what they say is
 * the asker's to judge. `issuers`: where the keys of each issuer that is trusted are; nothing is ever fetched for
 * another. Rejects when the keys cannot be had.
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
      // jose tells of an answer that was no 200 by its bare base class.
      if (verdict && error.code !== 'ERR_JOSE_GENERIC') return null;
      throw error;
    }
  };
}

/**
 * `issuer=keys' URL` pairs, separated by spaces, as the deployment's configuration has them. Throws Error for keys that
 * would be fetched over the network without TLS: they could be replaced on the way.
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
