/**
 * Finds a secret among octets, whole or cut off. After a cut, a part from its beginning or its end counts: six octets
 * or more, or more than half of it. If both ends are cut off, eight octets count. Parts of fewer than four octets are
 * ignored: they occur in any text.
 */
import { lowerOctets, octetsOf } from './decodings.ts';

const MIN_PART = 6;
const MIN_OCTETS = 4;
const MIN_MIDDLE = 8;

/** Octets to search for, with data that is computed once, because a text is searched run by run. */
export type Needle = {
  readonly forward: Pattern;
  readonly backward: Pattern;
  /** The minimum length of a beginning or end. */
  readonly min: number;
  /** Parts from inside that count as a match, all of the same length. */
  readonly middles: ReadonlySet<string>;
  readonly middle: number;
};

type Pattern = { readonly octets: string; readonly borders: readonly number[] };

const patternOf = (octets: string): Pattern => ({ octets, borders: bordersOf(octets) });

/** The secret in each character encoding that a server may use. `inParts`: also finds what a cut has left of it. */
export function needlesOf(secret: string, inParts: boolean): readonly Needle[] {
  const wide = Buffer.from(secret, 'utf16le');
  const latin = [...secret].every((character) => character <= '\u00ff') ? [Buffer.from(secret, 'latin1')] : [];
  const narrow = [octetsOf(secret), ...[Buffer.from(secret), ...latin].map(lowerOctets)];
  const utf16 = [wide, Buffer.from(wide).swap16()].map(lowerOctets);
  const needle = (octets: string, width: number): Needle => {
    const length = octets.length / width;
    const part = Math.max(MIN_OCTETS, Math.min(MIN_PART, Math.floor(length / 2) + 1));
    const middle = MIN_MIDDLE * width;
    return {
      forward: patternOf(octets),
      backward: patternOf(reversed(octets)),
      min: inParts ? Math.min(part, length) * width : octets.length,
      middles: new Set(inParts ? partsOf(octets, middle) : []),
      middle,
    };
  };
  return [...[...new Set(narrow)].map((octets) => needle(octets, 1)), ...utf16.map((octets) => needle(octets, 2))];
}

/** The parts of `octets` that match the needle or enough of it, as [start, end), end excluded. */
export function occurrences(octets: string, needle: Needle): readonly (readonly [number, number])[] {
  const { forward, backward, min, middles, middle } = needle;
  if (octets.length < min) return [];
  const mirrored = endsOf(reversed(octets), backward, min);
  const inside =
    middles.size === 0 ? [] : startsOf(octets, middle).filter((at) => middles.has(octets.slice(at, at + middle)));
  return [
    ...endsOf(octets, forward, min),
    ...mirrored.map(([start, end]) => [octets.length - end, octets.length - start] as const),
    ...inside.map((at) => [at, at + middle] as const),
  ];
}

/** The possible start positions of a part of this length. */
const startsOf = (text: string, length: number): readonly number[] =>
  Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => at);

const partsOf = (text: string, length: number): readonly string[] =>
  startsOf(text, length).map((at) => text.slice(at, at + length));

/** Positions of the longest prefixes of `sought` with at least this length (Knuth-Morris-Pratt). */
function endsOf(
  text: string,
  { octets: sought, borders }: Pattern,
  min: number,
): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  let length = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const next = text.charCodeAt(at);
    if (length >= min && (length === sought.length || next !== sought.charCodeAt(length)))
      found.push([at - length, at]);
    while (length > 0 && (length === sought.length || next !== sought.charCodeAt(length)))
      length = borders[length] ?? 0;
    if (length < sought.length && next === sought.charCodeAt(length)) length += 1;
  }
  return found;
}

/** For each prefix length of the text: the length of its longest proper border (Knuth-Morris-Pratt). */
function bordersOf(text: string): readonly number[] {
  const borders = [0, 0];
  let length = 0;
  for (let at = 1; at < text.length; at += 1) {
    while (length > 0 && text.charCodeAt(at) !== text.charCodeAt(length)) length = borders[length] ?? 0;
    if (text.charCodeAt(at) === text.charCodeAt(length)) length += 1;
    borders.push(length);
  }
  return borders;
}

const reversed = (octets: string): string => Buffer.from(octets, 'utf16le').swap16().reverse().toString('utf16le');
