/**
 * Splits the client's byte stream into commands (RFC 9051 section 4): a line, or lines joined by literals. A literal
 * is announced at the end of a line as `{n}` (the client waits for our `+`) or `{n+}` (it does not). The limits keep a
 * hostile client from filling memory; beyond one the rest of the stream is meaningless.
 */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'literal'; readonly bytes: Buffer };

export type Read =
  | { readonly kind: 'command'; readonly pieces: readonly Piece[] }
  /** The client waits for `+` before it sends its literal. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'too_long'; readonly what: 'line' | 'literal' }
  | { readonly kind: 'more' };

export type CommandReader = {
  push(chunk: Buffer): void;
  /** Returns the next item of the pushed bytes; `more` if they are not enough. */
  next(): Read;
};

const maxLine = 64 * 1024;
const maxLiteral = 1024 * 1024;
const announcement = /\{(\d{1,10})(\+?)\}$/;

export function createCommandReader(): CommandReader {
  let chunks: Buffer[] = [];
  let size = 0;
  let pieces: Piece[] = [];
  let literal: number | null = null;
  /** Bytes of this command so far, by kind: the limits apply to whole commands, not single lines. */
  let lineBytes = 0;
  let literalBytes = 0;

  const joined = (): Buffer => {
    const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    chunks = [all];
    return all;
  };
  const take = (bytes: number): Buffer => {
    const all = joined();
    const rest = all.subarray(bytes);
    chunks = rest.length === 0 ? [] : [rest];
    size = rest.length;
    return all.subarray(0, bytes);
  };

  const line = (): Read => {
    const end = chunks.length === 0 ? -1 : joined().indexOf(0x0a);
    if (lineBytes + (end === -1 ? size : end) > maxLine) return { kind: 'too_long', what: 'line' };
    if (end === -1) return { kind: 'more' };
    const text = take(end + 1)
      .toString('utf8')
      .replace(/\r?\n$/, '');
    lineBytes += end;
    const announced = announcement.exec(text);
    if (announced === null) {
      const command: Read = { kind: 'command', pieces: [...pieces, { kind: 'text', text }] };
      pieces = [];
      lineBytes = 0;
      literalBytes = 0;
      return command;
    }
    const length = Number(announced[1]);
    literalBytes += length;
    if (literalBytes > maxLiteral) return { kind: 'too_long', what: 'literal' };
    literal = length;
    pieces.push({ kind: 'text', text: text.slice(0, announced.index) });
    return announced[2] === '+' ? next() : { kind: 'continue' };
  };

  const next = (): Read => {
    if (literal === null) return line();
    if (size < literal) return { kind: 'more' };
    pieces.push({ kind: 'literal', bytes: take(literal) });
    literal = null;
    return line();
  };

  return {
    push(chunk) {
      if (chunk.length === 0) return;
      chunks.push(chunk);
      size += chunk.length;
    },
    next,
  };
}
