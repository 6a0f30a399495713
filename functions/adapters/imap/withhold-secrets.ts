/**
 * Removes secrets from what a server wrote. A server that refuses a line often quotes it, and the line of a login
 * contains the secret: unchanged, cut off, in some encoding (`decodings.ts`), or inside the base64 of a SASL response,
 * where its characters depend on the bytes before it. So a secret is searched in all its forms, and a run of base64
 * that contains it is removed completely.
 */
import { decodings, lowerOctets } from './decodings.ts';
import { type Needle, needlesOf, occurrences } from './secret-parts.ts';

/** A secret, or a user name that is sent with it. Only the whole name is removed. */
export type Withheld = string | { readonly name: string };

/** Shorter secrets occur inside ordinary words, where they reveal nothing: they are removed where they stand alone. */
const MIN_REPLACEABLE = 4;
const REDACTED = '[redacted]';
const MAX_EXAMINED = 16_000;
/** Longer than any part of a secret that is not searched for, in any encoding. */
const AT_CUT = 400;

const RUN = /[a-z0-9+/_-]{2,}={0,2}/gi;
/** Removed whether or not it contains a recognised secret: the server may have cut it off or changed its case. */
const INITIAL_RESPONSE = /(\bauthenticate +"?(?:plain|login|xoauth2|oauthbearer)"? +)([a-z0-9+/_=-]{4,})/gi;
/**
 * A word of a sentence. A SASL response of several parts never looks like one: its separators are encoded as capitals.
 */
const WORD = /^[A-Z]?[a-z]{3,}$/;
/** Separators beside a user name or a password in a SASL response. */
const SASL_SEPARATORS = /[\p{Cc}\s=,]/u;
const CONTROL = /\p{Cc}/u;

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Unchanged, and as a quoted IMAP string. */
function writtenForms(secret: string): readonly string[] {
  return [...new Set([secret, secret.replace(/["\\]/g, '\\$&')])];
}

/**
 * Matches a short secret that stands alone: as an argument of a quoted login line, in quotes, or as a word. If the
 * secret begins or ends with a character that is not a letter or digit, a space, a quote or similar must be next to
 * it; otherwise every full stop would match.
 */
function standingAlone(form: string): RegExp {
  const isWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
  const before = isWord(form.slice(0, 1)) ? '(?<![\\p{L}\\p{N}])' : '(?<![^\\s"\'(){}<>[\\],;:=])';
  const after = isWord(form.slice(-1)) ? '(?![\\p{L}\\p{N}])' : '(?![^\\s"\'(){}<>[\\],;:.])';
  return new RegExp(`${before}${escapeForRegExp(form)}${after}`, 'giu');
}

/**
 * What every base64 text of the secret contains, for each offset of the secret within a group of three bytes. The
 * characters at both ends are left out, because the neighbouring bytes affect them.
 */
function base64Cores(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(first, end).toLowerCase();
  });
}

/** A short secret is recognised only where it stands alone. */
function holdsShort(run: string, secrets: readonly string[]): boolean {
  if (WORD.test(run)) return secrets.includes(Buffer.from(run, 'base64').toString('utf8'));
  return [0, 1, 2, 3].some((skipped) => {
    const response = Buffer.from(run.slice(skipped), 'base64').toString('utf8');
    // A secret may contain a separator.
    const parts = [...response.split(SASL_SEPARATORS), ...response.split(CONTROL)];
    return secrets.some((secret) => parts.includes(secret));
  });
}

/** The text without the parts that stand for a secret in any decoding. */
function withoutNeedles(text: string, needles: readonly Needle[]): string {
  if (needles.length === 0) return text;
  const found = decodings(text).flatMap(({ octets, from, to }) =>
    needles
      .flatMap((needle) => occurrences(octets, needle))
      .map(([start, end]) => [from[start] ?? 0, to[end - 1] ?? text.length] as const),
  );
  let rest = '';
  let at = 0;
  for (const [start, end] of found.toSorted(([one], [other]) => one - other)) {
    if (start > at || at === 0) rest += `${text.slice(at, start)}${REDACTED}`;
    at = Math.max(at, end);
  }
  return rest + text.slice(at);
}

/** Whether a run of base64 contains a needle, decoded from any of its first four characters. */
function holdsNeedle(run: string, needles: readonly Needle[]): boolean {
  return [0, 1, 2, 3].some((skipped) => {
    const octets = lowerOctets(Buffer.from(run.slice(skipped), 'base64'));
    return needles.some((needle) => occurrences(octets, needle).length > 0);
  });
}

/**
 * The text without the secrets. Takes time linear in the text's length. Of a text longer than 16,000 characters, the
 * result contains at most that part.
 */
export function withholdSecrets(text: string, withheld: readonly Withheld[]): string {
  if (text.length <= MAX_EXAMINED) return withoutAll(text, withheld);
  // At the cut, the rest of a secret may be too short to be recognised, so the end is removed.
  return withoutAll(text.slice(0, MAX_EXAMINED), withheld).slice(0, -AT_CUT);
}

function withoutAll(text: string, withheld: readonly Withheld[]): string {
  const secrets = withheld.map((each) => (typeof each === 'string' ? each : each.name));
  // Longest first: if a secret contains another one, nothing of it may be left.
  const known = secrets.filter((secret) => secret !== '').toSorted((one, other) => other.length - one.length);
  const needles = withheld.flatMap((each) =>
    typeof each === 'string' ? sought(each, true) : sought(each.name, false),
  );
  const long = known.filter(({ length }) => length >= MIN_REPLACEABLE);
  const short = known.filter(({ length }) => length < MIN_REPLACEABLE);
  const alone = short.flatMap(writtenForms).map(standingAlone);
  const cores = long.flatMap(base64Cores);
  const holdsLong = (run: string): boolean => {
    const standard = run.toLowerCase().replaceAll('-', '+').replaceAll('_', '/');
    return cores.some((core) => standard.includes(core));
  };
  const without = (left: string, form: RegExp): string => left.replace(form, REDACTED);
  const rest = withoutNeedles(text, needles)
    .replace(INITIAL_RESPONSE, (all, command: string, response: string) =>
      /^[a-z]+$/.test(response) ? all : `${command}${REDACTED}`,
    )
    .replace(RUN, (run) => (holdsLong(run) || holdsShort(run, short) || holdsNeedle(run, needles) ? REDACTED : run));
  return alone.reduce(without, rest);
}

const sought = (secret: string, inParts: boolean): readonly Needle[] =>
  secret.length < MIN_REPLACEABLE ? [] : needlesOf(secret, inParts);
