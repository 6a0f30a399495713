import * as z from 'zod';

/**
 * What no label, note or reason holds: control characters, line breaks, and the characters that turn the direction of what
 * follows (Unicode bidirectional formatting), which make a log show something else. Halves of a surrogate pair are
 * replaced when a body is read.
 */
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u;
const ONE_LINE_NOT_BLANK = /^(?=.*\S)[^\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u;

/** One line of text from a caller, at most this many UTF-16 units long. */
export const oneLine = (max: number) => z.string().max(max).regex(ONE_LINE, 'must not contain control characters');

/** The same, with something else than blanks in it. One pattern, so that the document can show it. */
export const oneLineNotBlank = (max: number) =>
  z.string().max(max).regex(ONE_LINE_NOT_BLANK, 'must not be blank, nor contain control characters');
