import * as z from 'zod';

/** A parameter arrives as text. Digits alone: `Number` would also take the empty text, `0x10` and `1e1`. */
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

const MOST_ITEMS = 100;
const MOST_OFFSET = 10_000;
const cursor = z.string().min(1).max(4096).optional();
const oneStart = { path: ['offset'], message: 'must not come together with cursor' };

/** A list's own filters plus `limit`, and `cursor` or `offset`: each says where the page starts, so not both. */
export function listQuery<Shape extends z.ZodRawShape>(filters: Shape) {
  return z
    .strictObject({
      ...filters,
      limit: wholeNumber(1, MOST_ITEMS).default(20),
      cursor,
      offset: wholeNumber(0, MOST_OFFSET).default(0),
    })
    .refine((given) => !startsTwice(given), oneStart);
}

/** The same for a search, whose page comes in the body. */
export function searchBody<Shape extends z.ZodRawShape>(fields: Shape) {
  return z
    .strictObject({
      ...fields,
      limit: z.int().min(1).max(MOST_ITEMS).default(20),
      cursor,
      offset: z.int().min(0).max(MOST_OFFSET).default(0),
    })
    .refine((given) => !startsTwice(given), oneStart);
}

function startsTwice(given: object): boolean {
  return 'cursor' in given && given.cursor !== undefined && 'offset' in given && given.offset !== 0;
}
