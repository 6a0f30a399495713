import * as z from 'zod';

const text = (most: number) => z.string().min(1).max(most);
/** IMAP's LOGIN and SASL have no place for control characters. */
const printable = (most: number) => text(most).regex(/^[^\p{Cc}]*$/u, 'must not contain control characters');

const passwordSecret = z.strictObject({ username: printable(320), password: printable(1024) });

/** OAuth2 comes with token refresh; until then a credential logs in with a password. */
export const secretSchema = passwordSecret;
export type Secret = z.infer<typeof secretSchema>;

/** Enough of a user name to recognise it by: `j…e@example.com`, and for short ones nothing but the dots. */
export function maskUsername(username: string): string {
  const at = username.lastIndexOf('@');
  const local = at < 0 ? username : username.slice(0, at);
  const letters = [...local];
  const masked = letters.length < 4 ? '…' : `${letters[0]}…${letters.at(-1)}`;
  return at < 0 ? masked : `${masked}${username.slice(at)}`;
}
