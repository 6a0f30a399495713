import * as z from 'zod';
import { type CursorBinding, type CursorSeal, InvalidCursor } from '../ports/cursor-seal.ts';

/**
 * Opens a cursor. Returns its position; null if there is no cursor. Throws InvalidCursor if the cursor is forged,
 * belongs to another account or to another query.
 */
export async function openPosition<Position>(
  cursors: CursorSeal,
  cursor: string | undefined,
  binding: CursorBinding,
  schema: z.ZodType<Position>,
): Promise<Position | null> {
  if (cursor === undefined) return null;
  const position = schema.safeParse(await cursors.open(cursor, binding));
  if (!position.success) throw new InvalidCursor();
  return position.data;
}

/** Makes the cursor of a position; null for null. The cursor opens only with the same `binding`. */
export async function sealPosition(
  cursors: CursorSeal,
  position: object | null,
  binding: CursorBinding,
): Promise<string | null> {
  return position === null ? null : cursors.seal(position, binding);
}

/** Position after a page of an index: the sort key of its last entry. */
const indexPosition = z.strictObject({ after: z.string() });

/** Opens a cursor of an index: the sort key of the last entry, or null. Throws InvalidCursor. */
export async function openIndexPosition(
  cursors: CursorSeal,
  cursor: string | undefined,
  binding: CursorBinding,
): Promise<string | null> {
  return (await openPosition(cursors, cursor, binding, indexPosition))?.after ?? null;
}

/** Makes the cursor after this sort key of an index; null for null. */
export function sealIndexPosition(
  cursors: CursorSeal,
  after: string | null,
  binding: CursorBinding,
): Promise<string | null> {
  return sealPosition(cursors, after === null ? null : { after }, binding);
}

/** Position after a page of a search in rows. `began`: when the first page was read, ms. */
export const rowPosition = z.strictObject({ after: z.string(), began: z.int() });
