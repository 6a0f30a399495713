import type * as z from 'zod';

/**
 * The text of UTF-8 bytes; null if they are not valid UTF-8. A byte order mark is kept, so that different bodies never
 * become the same text.
 */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The JSON value of the bytes, parsed by the schema; null when they are not UTF-8, not JSON or do not match. */
export function parsedJson<Schema extends z.ZodType<object>>(
  bytes: Uint8Array,
  schema: Schema,
): z.output<Schema> | null {
  const text = utf8(bytes);
  if (text === null) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A time in ms since the epoch as ISO 8601 in UTC; null if it is outside the calendar. */
export function isoTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The value as JSON in UTF-8. */
export const jsonBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
