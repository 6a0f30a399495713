import type { Piece } from './reader.ts';
import { Refusal } from './refusal.ts';

/** The parts of a command's arguments. An atom includes its section: `BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.10>`. */
export type Token =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly bytes: Buffer }
  | { readonly kind: 'list'; readonly items: readonly Token[] };

const maxDepth = 50;
const maxTokens = 50_000;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const atomEnd = /[\s()"[]/g;
const space = /[ \t]+/y;

/** Throws a Refusal (`BAD …`) for invalid IMAP syntax. */
export function tokenize(pieces: readonly Piece[]): Token[] {
  const open: Token[][] = [[]];
  let count = 0;
  const push = (token: Token): void => {
    count += 1;
    if (count > maxTokens) throw new Refusal('BAD Too many arguments');
    open.at(-1)?.push(token);
  };

  for (const piece of pieces) {
    if (piece.kind === 'literal') {
      push({ kind: 'string', bytes: piece.bytes });
      continue;
    }
    const { text } = piece;
    let at = 0;
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found !== null) at = pattern.lastIndex;
      return found;
    };
    while (at < text.length) {
      if (match(space)) continue;
      const char = text[at];
      if (char === '(') {
        at += 1;
        open.push([]);
        if (open.length > maxDepth) throw new Refusal('BAD Lists nested too deeply');
      } else if (char === ')') {
        at += 1;
        const items = open.pop();
        if (items === undefined || open.length === 0) throw new Refusal('BAD Unexpected )');
        push({ kind: 'list', items });
      } else if (char === '"') {
        const found = match(quoted);
        if (found === null) throw new Refusal('BAD Unterminated string');
        push({ kind: 'string', bytes: Buffer.from((found[1] ?? '').replace(/\\(.)/g, '$1'), 'utf8') });
      } else {
        const end = endOfAtom(text, at);
        push({ kind: 'atom', text: text.slice(at, end) });
        at = end;
      }
    }
  }
  const [tokens] = open;
  if (open.length !== 1 || tokens === undefined) throw new Refusal('BAD Missing )');
  return tokens;
}

/** An atom ends before a space, a parenthesis or a quote, but not inside its section. */
function endOfAtom(text: string, start: number): number {
  let at = start;
  for (;;) {
    atomEnd.lastIndex = at;
    const stop = atomEnd.exec(text)?.index;
    if (stop === undefined) return text.length;
    if (text[stop] !== '[') return stop;
    const close = text.indexOf(']', stop);
    if (close === -1) {
      // No section: the bracket and the rest are plain characters.
      const plain = /[\s()"]/g;
      plain.lastIndex = stop;
      return plain.exec(text)?.index ?? text.length;
    }
    at = close + 1;
  }
}

/** Text of an atom or a string; throws a Refusal for a list or nothing. */
export function textOf(token: Token | undefined): string {
  if (token === undefined || token.kind === 'list') throw new Refusal('BAD Missing argument');
  return token.kind === 'atom' ? token.text : token.bytes.toString('utf8');
}

/** The text of a token in upper case; throws a Refusal for a list or nothing. */
export const wordOf = (token: Token | undefined): string => textOf(token).toUpperCase();

/** The items of a list; throws a Refusal for anything else. */
export function listOf(token: Token | undefined): readonly Token[] {
  if (token?.kind !== 'list') throw new Refusal('BAD Expected a list');
  return token.items;
}

/** A decimal number of at most 63 bits. */
export function numberOf(token: Token | undefined): bigint {
  const text = textOf(token);
  if (!/^\d{1,19}$/.test(text)) throw new Refusal('BAD Expected a number');
  return BigInt(text);
}
