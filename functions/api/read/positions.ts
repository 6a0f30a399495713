import * as z from 'zod';
import { type CursorBinding, type CursorSeal, InvalidCursor } from '../../ports/cursor-seal.ts';
import type { IndexPosition } from '../../ports/views.ts';

const positionSchema = z.record(z.string(), z.string());

/** The position in a cursor, null for none. Throws InvalidCursor for one that is forged, foreign or for another query. */
export async function openPosition(
  cursors: CursorSeal,
  cursor: string | undefined,
  binding: CursorBinding,
): Promise<IndexPosition | null> {
  if (cursor === undefined) return null;
  const position = positionSchema.safeParse(await cursors.open(cursor, binding));
  if (!position.success) throw new InvalidCursor();
  return position.data;
}

export async function sealPosition(
  cursors: CursorSeal,
  position: IndexPosition | null,
  binding: CursorBinding,
): Promise<string | null> {
  return position === null ? null : cursors.seal(position, binding);
}
