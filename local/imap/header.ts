/** A message's header block, as strings of bytes. Lines that are not fields are skipped. */

export type HeaderField = { readonly name: string; readonly value: string; readonly raw: string };

export type SplitMessage = {
  /** With the blank line that ends it. */
  readonly header: string;
  readonly body: string;
  readonly fields: readonly HeaderField[];
};

const split = new WeakMap<Buffer, SplitMessage>();

/** Splits each message once and caches the result. */
export function splitMessage(raw: Buffer): SplitMessage {
  const known = split.get(raw);
  if (known !== undefined) return known;
  const text = raw.toString('latin1');
  const end = /^\r?\n/.exec(text) ?? /\n\r?\n/.exec(text);
  const header = end === null ? text : text.slice(0, end.index + end[0].length);
  const message = { header, body: text.slice(header.length), fields: parseFields(header) };
  split.set(raw, message);
  return message;
}

function parseFields(header: string): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const raw of header.split(/(?<=\n)(?![ \t])/)) {
    const colon = raw.indexOf(':');
    const name = raw.slice(0, Math.max(colon, 0)).trimEnd();
    if (!/^[!-9;-~]+$/.test(name)) continue;
    const value = raw
      .slice(colon + 1)
      .replace(/\r?\n(?=[ \t])/g, '')
      .trim();
    fields.push({ name: name.toLowerCase(), value, raw });
  }
  return fields;
}

/** The first field of that name (lower case); null if there is none. */
export function fieldOf(message: SplitMessage, name: string): string | null {
  return message.fields.find((field) => field.name === name)?.value ?? null;
}
