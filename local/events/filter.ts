/**
 * The part of EventBridge's pattern language that event source filters use: values, prefix, exists and anything-but,
 * over nested objects. A field of the pattern must match; fields of the record it does not name are free.
 */
import * as z from 'zod';

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const condition = z.union([
  plain,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ 'anything-but': z.union([plain, z.array(plain)]) }),
]);
const pattern: z.ZodType<Pattern> = z.lazy(() => z.union([z.array(condition).min(1), z.record(z.string(), pattern)]));

type Condition = z.infer<typeof condition>;
export type Pattern = readonly Condition[] | { readonly [field: string]: Pattern };

/** Parses a pattern. Throws ZodError for an unknown operator. */
export function readPattern(given: unknown): Pattern {
  return pattern.parse(given);
}

export function matchesPattern(given: Pattern, value: unknown): boolean {
  if (isList(given)) return given.some((each) => matchesCondition(each, value));
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  return Object.entries(given).every(([name, inner]) => matchesPattern(inner, fields.get(name)));
}

const isList = (given: Pattern): given is readonly Condition[] => Array.isArray(given);

function matchesCondition(given: Condition, value: unknown): boolean {
  if (typeof given !== 'object' || given === null) return given === value;
  if ('prefix' in given) return typeof value === 'string' && value.startsWith(given.prefix);
  if ('exists' in given) return (value !== undefined) === given.exists;
  const excluded: readonly unknown[] = [given['anything-but']].flat();
  return value !== undefined && !excluded.includes(value);
}
