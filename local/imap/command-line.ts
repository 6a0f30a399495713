import type { Piece } from './reader.ts';

/** A command of a client. */
export type CommandLine = {
  readonly tag: string;
  /** Upper case; `UID FETCH` is one name. */
  readonly name: string;
  /** The arguments, not yet cut into tokens. */
  readonly rest: readonly Piece[];
};

/** Splits tag and name off; null when there are none. */
export function parseCommandLine(pieces: readonly Piece[]): CommandLine | null {
  const [first, ...others] = pieces;
  if (first?.kind !== 'text') return null;
  const [all, tag, name] = /^([^\s()"{%*\\+]{1,100}) ((?:UID )?[a-z]{1,30})(?= |$)/i.exec(first.text) ?? [];
  if (all === undefined || tag === undefined || name === undefined) return null;
  return { tag, name: name.toUpperCase(), rest: [{ kind: 'text', text: first.text.slice(all.length) }, ...others] };
}

/** The arguments as one readable line, with literals as quoted strings; `latin1`: one character per octet. */
export function readable(pieces: readonly Piece[], encoding: 'utf8' | 'latin1'): string {
  return pieces
    .map((piece) =>
      piece.kind === 'text'
        ? Buffer.from(piece.text).toString(encoding)
        : `"${piece.bytes.toString(encoding).replace(/["\\]/g, '\\$&')}"`,
    )
    .join('')
    .trim();
}
