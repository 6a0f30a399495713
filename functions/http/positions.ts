import * as z from 'zod';
import { type CursorBinding, type CursorSeal, InvalidCursor } from '../ports/cursor-seal.ts';

/** The position in a cursor, null for none. Throws InvalidCursor for one that is forged, foreign or for another query. */
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

export async function sealPosition(
  cursors: CursorSeal,
  position: object | null,
  binding: CursorBinding,
): Promise<string | null> {
  return position === null ? null : cursors.seal(position, binding);
}

/** Where a page of an index ended: the sort key of its last entry. */
const indexPosition = z.strictObject({ after: z.string() });

export async function openIndexPosition(
  cursors: CursorSeal,
  cursor: string | undefined,
  binding: CursorBinding,
): Promise<string | null> {
  return (await openPosition(cursors, cursor, binding, indexPosition))?.after ?? null;
}

export function sealIndexPosition(
  cursors: CursorSeal,
  after: string | null,
  binding: CursorBinding,
): Promise<string | null> {
  return sealPosition(cursors, after === null ? null : { after }, binding);
}

/** Where a page of a search of rows ended. */
export const rowPosition = z.strictObject({ after: z.string(), began: z.int() });
