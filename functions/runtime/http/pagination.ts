import * as z from 'zod';

/** Query parameters arrive as text: lists for those that may repeat. */
export const limitParameter = z.coerce.number().pipe(z.int().min(1).max(100));
const offsetParameter = z.coerce.number().pipe(z.int().min(0).max(10_000));

/** A list's own filters plus `limit`, and `cursor` or `offset`. */
export function listQuery<Shape extends z.ZodRawShape>(filters: Shape) {
  return z.strictObject({
    ...filters,
    limit: limitParameter.default(20),
    cursor: z.string().min(1).max(4096).optional(),
    offset: offsetParameter.default(0),
  });
}
