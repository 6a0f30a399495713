import { type Withheld, withholdSecrets } from './withhold-secrets.ts';

const MAX_DETAIL = 300;
/** Only this much of a text is searched: a server may send megabytes. */
const MAX_EXAMINED = 8000;
/** The longest form of a secret has three characters for each of its bytes: `%XX`. */
const FORM_PER_BYTE = 3;
/** The rest of a longer secret after a cut looks like a token and is removed as one. */
const MAX_FORM = 3000;

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;
const URL_TAIL = /\b([a-z][a-z0-9+.-]{1,15}:\/\/)([^\s/?#]*@)?([^\s?#]{0,200})[^\s]*/gi;
const EMAIL = /[^\s@<>()",;:]{1,128}@[^\s@<>()"',;:]{1,255}/g;
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const IPV6_LIKE = /[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:.]{0,40}/gi;
const CLOCK = /^\d{1,2}:\d\d:\d\d\.?\d*$/;
const TOKEN = /[a-z0-9+/_=.~-]{32,}/gi;

/**
 * Makes foreign text safe for an event: at most 300 characters on one line, without control characters, e-mail and IP
 * addresses, URL queries, anything that looks like a token, and the given secrets. The text is controlled by the
 * server's operator, and may repeat what we sent.
 */
export function redact(text: string, secrets: readonly Withheld[] = []): string {
  const examined = text.slice(0, MAX_EXAMINED);
  // Before and after: a secret may contain such characters, or be split by them.
  const withheld = withholdSecrets(withholdSecrets(examined, secrets).replace(CONTROL, ' '), secrets);
  // The cut may have split a secret whose rest can no longer be recognised.
  const longest = Math.max(0, ...secrets.map((secret) => FORM_PER_BYTE * Buffer.byteLength(textOf(secret))));
  const unsure = text.length > MAX_EXAMINED ? Math.min(longest, MAX_FORM) : 0;
  return withheld
    .slice(0, Math.max(0, withheld.length - unsure))
    .replace(URL_TAIL, '$1$3')
    .replace(EMAIL, '[email]')
    .replace(IPV6_LIKE, (candidate) => (CLOCK.test(candidate) ? candidate : '[ip]'))
    .replace(IPV4, '[ip]')
    .replace(TOKEN, '[token]')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_DETAIL)
    .toWellFormed();
}

const textOf = (secret: Withheld): string => (typeof secret === 'string' ? secret : secret.name);
