/**
 * Takes secrets out of what a server wrote. A server that refuses a line often quotes it, and a login's line holds the
 * secret: as it is, cut off, in some way of writing it (`decodings.ts`), or inside the base64 of a SASL response, where
 * its characters depend on what stands before it. So a secret is looked for in all its forms, and a run of base64 that
 * holds it goes as a whole.
 */
import { decodings, lowerOctets } from './decodings.ts';
import { type Needle, needlesOf, occurrences } from './secret-parts.ts';

/** A secret; or a name that stands in the login beside it, of which only the whole is withheld. */
export type Withheld = string | { readonly name: string };

/** Shorter secrets occur inside ordinary words, where they show nothing: they are taken out where they stand alone. */
const MIN_REPLACEABLE = 4;
const REDACTED = '[redacted]';
const MOST_EXAMINED = 16_000;
/** No part of a secret that is not looked for is longer, however it is written. */
const AT_CUT = 400;

const RUN = /[a-z0-9+/_-]{2,}={0,2}/gi;
/** Goes whether or not a secret is recognised in it: the server may have cut it off or changed its case. */
const INITIAL_RESPONSE = /(\bauthenticate +"?(?:plain|login|xoauth2|oauthbearer)"? +)([a-z0-9+/_=-]{4,})/gi;
/** A word of a sentence. No SASL response of several parts looks like one: what parts them is written in capitals. */
const WORD = /^[A-Z]?[a-z]{3,}$/;
/** What may stand beside a user name or a password in a SASL response. */
const SASL_SEPARATORS = /[\p{Cc}\s=,]+/u;
const CONTROL = /\p{Cc}+/u;

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** As it is, and as an IMAP string in quotes. */
function writtenForms(secret: string): readonly string[] {
  return [...new Set([secret, secret.replace(/["\\]/g, '\\$&')])];
}

/**
 * A short secret where it stands alone: as an argument of a quoted login line, in quotes, or as a word. An end of it that
 * is no letter or digit has to meet a space, a quote or the like, or every full stop would go.
 */
function standingAlone(form: string): RegExp {
  const isWord = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? '');
  const before = isWord(form.at(0)) ? '(?<![\\p{L}\\p{N}])' : '(?<![^\\s"\'(){}<>[\\],;:=])';
  const after = isWord(form.at(-1)) ? '(?![\\p{L}\\p{N}])' : '(?![^\\s"\'(){}<>[\\],;:.])';
  return new RegExp(`${before}${escapeForRegExp(form)}${after}`, 'giu');
}

/**
 * What every base64 text that holds the secret contains, by how far into a group of three bytes the secret begins. The
 * characters at either end, which bytes around it have a part in, are left out.
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

/** A short secret is known only where it stands alone. */
function holdsShort(run: string, secrets: readonly string[]): boolean {
  if (secrets.length === 0) return false;
  if (WORD.test(run)) return secrets.includes(Buffer.from(run, 'base64').toString('utf8'));
  return [0, 1, 2, 3].some((skipped) => {
    const response = Buffer.from(run.slice(skipped), 'base64').toString('utf8');
    if (!secrets.some((secret) => response.includes(secret))) return false;
    // A secret may have a separator in it.
    const parts = [...response.split(SASL_SEPARATORS), ...response.split(CONTROL)];
    return secrets.some((secret) => parts.includes(secret));
  });
}

/** The text without what any of its decodings shows to be a needle. */
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

/** Whether a run of base64 holds a needle, from whichever of its characters it begins. */
function holdsNeedle(run: string, needles: readonly Needle[]): boolean {
  return [0, 1, 2, 3].some((skipped) => {
    const octets = lowerOctets(Buffer.from(run.slice(skipped), 'base64'));
    return needles.some((needle) => occurrences(octets, needle).length > 0);
  });
}

/**
 * The text without the secrets. Takes time linear in the text's length, and of a text that is longer than 16,000
 * characters gives no more than that back.
 */
export function withholdSecrets(text: string, withheld: readonly Withheld[]): string {
  if (text.length <= MOST_EXAMINED) return withoutAll(text, withheld);
  // Too little of a secret to be known may be left where the text is cut.
  return withoutAll(text.slice(0, MOST_EXAMINED), withheld).slice(0, -AT_CUT);
}

function withoutAll(text: string, withheld: readonly Withheld[]): string {
  const secrets = withheld.map((each) => (typeof each === 'string' ? each : each.name));
  // Longest first: of a secret that holds another one nothing must be left.
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
