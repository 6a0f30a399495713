import type { OAuthSecret } from '../domain/credential/secret.ts';

export type Tokens = {
  readonly accessToken: string;
  /** Seconds the access token is good for. */
  readonly expiresIn: number;
  /** The next refresh token, null when the old one stays good. */
  readonly refreshToken: string | null;
};

export interface TokenEndpoint {
  /** A new access token for a refresh token (RFC 6749 section 6). Throws MailboxFailure. */
  refresh(secret: OAuthSecret): Promise<Tokens>;
  /** Whether this deployment would ask that URL at all. */
  isAllowed(url: string): boolean;
}
