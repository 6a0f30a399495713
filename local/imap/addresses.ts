/** An address as ENVELOPE has it; a group begins with `{mailbox: name, host: null}` and ends with both null. */
export type EnvelopeAddress = {
  readonly name: string | null;
  readonly mailbox: string | null;
  readonly host: string | null;
};

const maxAddresses = 10_000;

type Part = { readonly kind: 'text' | 'quoted' | 'special'; readonly text: string };

const lexer = /"((?:[^"\\]|\\[\s\S])*)"?|\(|([^\s",;:<>()]+|[\s)]+)|([,;:<>])/g;

/**
 * Reads an address list (RFC 5322 section 3.4) from any bytes: an unreadable part becomes a name or a mailbox without
 * host, never an error.
 */
export function parseAddresses(text: string): EnvelopeAddress[] {
  const found: EnvelopeAddress[] = [];
  let words: Part[] = [];
  let angle: string | null = null;
  let inAngle = false;
  let inGroup = false;

  const flush = (): void => {
    const phrase = words
      .map((word) => word.text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim();
    if (angle !== null) found.push({ name: phrase === '' ? null : phrase, ...parts(angle) });
    else if (phrase !== '') found.push({ name: null, ...parts(phrase) });
    words = [];
    angle = null;
    inAngle = false;
  };

  for (const part of lex(text)) {
    if (found.length >= maxAddresses) break;
    if (part.kind === 'special' && part.text === '<') {
      inAngle = true;
      angle = '';
    } else if (part.kind === 'special' && part.text === '>') inAngle = false;
    else if (part.kind === 'special' && part.text === ',') flush();
    else if (part.kind === 'special' && part.text === ':' && !inAngle && !inGroup) {
      const name = words
        .map((word) => word.text)
        .join('')
        .trim();
      found.push({ name: null, mailbox: name, host: null });
      words = [];
      inGroup = true;
    } else if (part.kind === 'special' && part.text === ';') {
      flush();
      if (inGroup) found.push({ name: null, mailbox: null, host: null });
      inGroup = false;
    } else if (inAngle) angle += part.text;
    else words.push(part);
  }
  flush();
  if (inGroup) found.push({ name: null, mailbox: null, host: null });
  return found;
}

function* lex(text: string): Generator<Part> {
  lexer.lastIndex = 0;
  let comment = 0;
  for (let match = lexer.exec(text); match !== null; match = lexer.exec(text)) {
    const [all, quoted, plain, special] = match;
    if (all === '(') comment += 1;
    else if (comment > 0) comment -= plain === undefined ? 0 : [...plain].filter((char) => char === ')').length;
    else if (quoted !== undefined) yield { kind: 'quoted', text: quoted.replace(/\\([\s\S])/g, '$1') };
    else if (plain !== undefined) yield { kind: 'text', text: plain };
    else if (special !== undefined) yield { kind: 'special', text: special };
    comment = Math.max(comment, 0);
  }
}

/** A mailbox without host would mean the start of a group, so a single word gets an empty host. */
function parts(address: string): { mailbox: string; host: string } {
  const trimmed = address.trim().replace(/^@[^:]*:/, '');
  const at = trimmed.lastIndexOf('@');
  if (at === -1) return { mailbox: trimmed, host: '' };
  return { mailbox: trimmed.slice(0, at), host: trimmed.slice(at + 1) };
}
