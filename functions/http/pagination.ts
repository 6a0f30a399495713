import * as z from 'zod';

/** Parameters are text. Only digits are accepted: `Number` would also accept the empty text, `0x10` and `1e1`. */
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

const MAX_ITEMS = 100;
const MAX_OFFSET = 10_000;
const cursor = z.string().min(1).max(4096).optional();
const oneStart = { path: ['offset'], message: 'must not come together with cursor' };

/**
 * Query schema of a list: its own filters plus `limit`, and either `cursor` or `offset`, which say where the page
 * starts.
 */
export function listQuery<Shape extends z.ZodRawShape>(filters: Shape) {
  return z
    .strictObject({
      ...filters,
      limit: wholeNumber(1, MAX_ITEMS).default(20),
      cursor,
      offset: wholeNumber(0, MAX_OFFSET).default(0),
    })
    .refine((given) => !startsTwice(given), oneStart);
}

/** Body schema of a search: the same fields, in the body. */
export function searchBody<Shape extends z.ZodRawShape>(fields: Shape) {
  return z
    .strictObject({
      ...fields,
      limit: z.int().min(1).max(MAX_ITEMS).default(20),
      cursor,
      offset: z.int().min(0).max(MAX_OFFSET).default(0),
    })
    .refine((given) => !startsTwice(given), oneStart);
}

function startsTwice(given: object): boolean {
  return 'cursor' in given && given.cursor !== undefined && 'offset' in given && given.offset !== 0;
}
