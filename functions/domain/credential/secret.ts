import * as z from 'zod';
import { CONTROL } from '../text/one-line.ts';

const text = (max: number) => z.string().min(1).max(max);
/** IMAP's LOGIN and SASL do not allow control characters. */
const PRINTABLE = new RegExp(`^[^${CONTROL}]*$`);
const printable = (max: number) => text(max).regex(PRINTABLE, 'must not contain control characters');

const username = printable(320);

/** A user name and a password. */
export const passwordSecret = z.strictObject({ username, password: printable(1024) });

/** The input of a refresh of the access token (RFC 6749 section 6). */
export const oauthSecret = z.strictObject({
  username,
  client_id: printable(1024),
  client_secret: printable(1024),
  refresh_token: printable(8192),
  /** https. The address that the name resolves to is checked again before connecting. */
  token_url: z.url({ protocol: /^https?$/ }).max(2048),
  scope: printable(2048).optional(),
});

/** The secret as a caller gives it. */
export const secretSchema = z.union([passwordSecret, oauthSecret]);
export type Secret = z.infer<typeof secretSchema>;

/**
 * The secret as it is stored. For OAuth it includes the last access token and its expiry (`access_until`, ms since the
 * epoch).
 */
export const storedSecretSchema = z.union([
  passwordSecret,
  oauthSecret.extend({ access_token: text(16_384).nullable(), access_until: z.number() }),
]);
export type StoredSecret = z.infer<typeof storedSecretSchema>;
export type OAuthSecret = Exclude<StoredSecret, { password: string }>;

/** The kind of login that the secret is for. */
export const authKindOf = (secret: Secret | StoredSecret): 'password' | 'oauth2' =>
  'password' in secret ? 'password' : 'oauth2';

/** The secret as it is stored before its first refresh. */
export function toStored(secret: Secret): StoredSecret {
  return 'password' in secret ? secret : { ...secret, access_token: null, access_until: 0 };
}

/** Enough of a user name to recognise it: `j…e@example.com`. Names shorter than four characters become `…`. */
export function maskUsername(username: string): string {
  const at = username.lastIndexOf('@');
  const local = at < 0 ? username : username.slice(0, at);
  const letters = [...local];
  const masked = letters.length < 4 ? '…' : `${letters[0]}…${letters.at(-1)}`;
  return at < 0 ? masked : `${masked}${username.slice(at)}`;
}
