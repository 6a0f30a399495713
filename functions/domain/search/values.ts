/** The building blocks of filters: a value or a list of values, ranges, and times that may be relative to now. */
import * as z from 'zod';
import { durationMs } from '../text/duration.ts';

const MAX_VALUES = 50;

export const listOf = <Value extends z.ZodType>(value: Value) => z.array(value).min(1).max(MAX_VALUES);
/** One value or a list; always a list after parsing. The list comes first, so that an error names the wrong item. */
export const oneOrMore = <Value extends z.ZodType>(value: Value) =>
  z.union([listOf(value), value.transform((one) => [one])]).optional();

const RELATIVE = /^[+-]\d{1,6}[smhdw]$/;
export const moment = z.union([z.iso.datetime(), z.string().regex(RELATIVE)], {
  error: 'must be a time in UTC like "2026-01-31T12:00:00Z", or one relative to now like "-24h"',
});

/** A time in the past: absolute, or an age with or without the minus. */
export const age = z.union([z.iso.datetime(), z.string().regex(/^-?\d{1,6}[smhdw]$/)], {
  error: 'must be a time in UTC like "2026-01-31T12:00:00Z", or how long ago like "30d"',
});

/** The time that an age names, as ISO; `now` in ms. */
export function ageTime(text: string, now: number): string {
  return absoluteTime(/^\d+[smhdw]$/.test(text) ? `-${text}` : text, now);
}

const notEmpty = (given: object): boolean => Object.values(given).some((bound) => bound !== undefined);
const EMPTY = { message: 'must have a bound' };
export const range = z
  .strictObject({ gte: z.int().optional(), lte: z.int().optional() })
  .refine(notEmpty, EMPTY)
  .meta({ minProperties: 1 });
export const period = z
  .strictObject({ gte: moment.optional(), lt: moment.optional() })
  .refine(notEmpty, EMPTY)
  .meta({ minProperties: 1 });

export type Range = z.output<typeof range>;
export type Period = z.output<typeof period>;

const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** An absolute or relative time as ISO with milliseconds; limited to the years 0 to 9999. */
export function absoluteTime(text: string, now: number): string {
  const at = RELATIVE.test(text) ? now + durationMs(text) : Date.parse(text);
  return new Date(Math.min(Math.max(at, FIRST_MS), LAST_MS)).toISOString();
}

export function absolutePeriod({ gte, lt }: Period, now: number): Period {
  return {
    ...(gte === undefined ? {} : { gte: absoluteTime(gte, now) }),
    ...(lt === undefined ? {} : { lt: absoluteTime(lt, now) }),
  };
}

export const within = (wanted: readonly string[] | undefined, value: string | null): boolean =>
  wanted === undefined || (value !== null && wanted.includes(value));

export const inRange = (wanted: Range | undefined, value: number): boolean =>
  wanted === undefined || ((wanted.gte ?? value) <= value && value <= (wanted.lte ?? value));

/** Needs absolute bounds. Compares times instead of texts: a `run_at` keeps the precision that it was given with. */
export function inPeriod(wanted: Period | undefined, at: string | null): boolean {
  if (wanted === undefined) return true;
  if (at === null) return false;
  const { gte = at, lt } = wanted;
  return Date.parse(gte) <= Date.parse(at) && (lt === undefined || Date.parse(at) < Date.parse(lt));
}

/** A text search: all its words must occur. */
export const words = z.string().max(200).regex(/\S/, 'must not be blank');

/** Whether every word of `q` occurs in one of the parts; case is ignored. */
export function mentions(parts: readonly (string | null)[], q: string): boolean {
  // A null is joined as an empty text.
  const text = parts.join('\n').toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
