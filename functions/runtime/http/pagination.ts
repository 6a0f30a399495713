import * as z from 'zod';

/** A parameter arrives as text. Digits alone: `Number` would also take the empty text, `0x10` and `1e1`. */
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

/** A list's own filters plus `limit`, and `cursor` or `offset`: each says where the page starts, so not both. */
export function listQuery<Shape extends z.ZodRawShape>(filters: Shape) {
  return z
    .strictObject({
      ...filters,
      limit: wholeNumber(1, 100).default(20),
      cursor: z.string().min(1).max(4096).optional(),
      offset: wholeNumber(0, 10_000).default(0),
    })
    .refine((given) => !startsTwice(given), {
      path: ['offset'],
      message: 'must not come together with cursor',
    });
}

function startsTwice(given: object): boolean {
  return 'cursor' in given && given.cursor !== undefined && 'offset' in given && given.offset !== 0;
}
