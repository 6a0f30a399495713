import * as z from 'zod';

/**
 * Control characters (Unicode category Cc), for a character class. Written as ranges: patterns in the API document
 * must work in validators that do not set the regular expression flag `u`, and `\p{Cc}` does not.
 */
export const CONTROL = '\\u0000-\\u001F\\u007F-\\u009F';

/**
 * Characters that a label, note or reason must not contain: control characters, line breaks, and Unicode bidirectional
 * formatting, which can make a log show a different text. Halves of a surrogate pair are replaced when a body is read.
 */
const OF_ONE_LINE = `[^${CONTROL}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]`;
const ONE_LINE = new RegExp(`^${OF_ONE_LINE}*$`);
const ONE_LINE_NOT_BLANK = new RegExp(`^(?=.*\\S)${OF_ONE_LINE}*$`);

/** One line of text from a caller, at most this many UTF-16 units long. */
export const oneLine = (max: number) => z.string().max(max).regex(ONE_LINE, 'must not contain control characters');

/** The same, with at least one character that is not blank. One pattern, so that the API document can show it. */
export const oneLineNotBlank = (max: number) =>
  z.string().max(max).regex(ONE_LINE_NOT_BLANK, 'must not be blank, nor contain control characters');
