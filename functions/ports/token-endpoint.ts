import type { OAuthSecret } from '../domain/credential/secret.ts';

/** The result of a refresh (RFC 6749 section 5.1). */
export type Tokens = {
  readonly accessToken: string;
  /** Lifetime of the access token, in seconds. */
  readonly expiresIn: number;
  /** The next refresh token; null when the old one stays valid. */
  readonly refreshToken: string | null;
};

/** The OAuth token endpoints of tenants. */
export interface TokenEndpoint {
  /** A new access token for a refresh token (RFC 6749 section 6). Throws MailboxFailure. */
  refresh(secret: OAuthSecret): Promise<Tokens>;
  /** Whether this deployment may send requests to that URL. */
  isAllowed(url: string): boolean;
}
