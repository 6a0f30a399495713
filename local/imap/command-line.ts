import type { Piece } from './reader.ts';

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

/** The arguments as one line to read, with literals as quoted strings. */
export function readable(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) =>
      piece.kind === 'text' ? piece.text : `"${piece.bytes.toString('utf8').replace(/["\\]/g, '\\$&')}"`,
    )
    .join('')
    .trim();
}
