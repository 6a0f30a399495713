/** Text for a terminal: without control characters, and with a known width. */

/** Controls, line and paragraph separators, and marks that change the direction of writing. */
const CONTROLS = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** East Asian wide and fullwidth letters (Unicode UAX #11, in coarse ranges). */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;
/** Emoji, which are two columns wide in a terminal: also by a variation selector, and pairs of letters (flags). */
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}{2})/u;
const INVISIBLE = /^(?:\p{Mn}|\p{Me}|\p{Cf})+$/u;
const ASCII = /^[\u0020-\u007e]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The text in parts that a terminal draws as one: a letter with its accents, an emoji with its modifiers. */
const partsOf = (text: string): string[] =>
  ASCII.test(text) ? [...text] : Array.from(graphemes.segment(text), ({ segment }) => segment);

const partWidth = (part: string): number => (INVISIBLE.test(part) ? 0 : WIDE.test(part) || EMOJI.test(part) ? 2 : 1);

/** Text from outside as one line that can neither move the cursor nor change colours. */
export function printable(text: string): string {
  return text.replace(CONTROLS, ' ');
}

/** JSON that is safe in a terminal: characters that `printable` removes are escaped, so the values stay the same. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return text.replace(CONTROLS, (letter) =>
    letter === '\n' ? letter : `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** How many columns a terminal needs for it. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  return partsOf(text).reduce((width, part) => width + partWidth(part), 0);
}

/** The text in at most so many columns; what does not fit is replaced by `…`. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `${fitting(text, width - 1)}…`;
}

/** The longest beginning of the text that fits. */
function fitting(text: string, width: number): string {
  let kept = '';
  let used = 0;
  for (const part of partsOf(text)) {
    used += partWidth(part);
    if (used > width) break;
    kept += part;
  }
  return kept;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Lines of at most `width` columns, broken at spaces where possible, otherwise within words. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      // Take at least one part, even if it is wider than the line.
      const first = fitting(line, width) || (partsOf(line)[0] ?? '');
      if (first === line) break;
      lines.push(first);
      line = line.slice(first.length);
    }
  }
  return [...lines, line];
}
