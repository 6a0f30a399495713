import * as z from 'zod';

const text = (most: number) => z.string().min(1).max(most);
/** IMAP's LOGIN and SASL have no place for control characters. */
const printable = (most: number) => text(most).regex(/^[^\p{Cc}]*$/u, 'must not contain control characters');

export const passwordSecret = z.strictObject({ username: printable(320), password: printable(1024) });

export const oauth2Secret = z.strictObject({
  username: printable(320),
  client_id: text(1024),
  client_secret: text(4096),
  refresh_token: text(8192),
  token_url: z.url({ protocol: /^https$/ }).max(2048),
  scope: text(2048).optional(),
});

export const secretSchema = z.union([passwordSecret, oauth2Secret]);
export type Secret = z.infer<typeof secretSchema>;

/** Enough of a user name to recognise it by: `j…e@example.com`, and for short ones nothing but the dots. */
export function maskUsername(username: string): string {
  const at = username.lastIndexOf('@');
  const local = at < 0 ? username : username.slice(0, at);
  const letters = [...local];
  const masked = letters.length < 4 ? '…' : `${letters[0]}…${letters.at(-1)}`;
  return at < 0 ? masked : `${masked}${username.slice(at)}`;
}
