/**
 * A part of a text. `text` is shown as it is. `character` is the name of a character that would act instead of being
 * seen.
 */
export type TextPart = { readonly kind: 'text' | 'character'; readonly text: string };

/**
 * Control characters, characters of format and direction (Unicode Cc and Cf), line and paragraph separators, and halves
 * of surrogate pairs. Joiners stay: scripts and emoji need them (U+200C, U+200D).
 */
const ACTING = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const NAMES: Readonly<Record<string, string>> = { '\t': '⇥', '\n': '↵', '\r': '␍', '\u0000': '␀', '\u001b': '␛' };

/** The text in parts, so that no character of it acts on the page. The parts together show the whole text. */
export function visibleParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(ACTING)) {
    if (index > from) parts.push({ kind: 'text', text: text.slice(from, index) });
    parts.push({ kind: 'character', text: NAMES[character] ?? codePointOf(character) });
    from = index + character.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

/** The whole text as plain text, for titles and labels that hold no elements. */
export const visibleText = (text: string): string =>
  visibleParts(text)
    .map(({ kind, text: part }) => (kind === 'text' ? part : `[${part}]`))
    .join('');

function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
