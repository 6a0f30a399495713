import * as z from 'zod';
import type { CursorBinding, CursorSeal } from '../../ports/cursor-seal.ts';
import type { IndexPosition } from '../../ports/views.ts';

const positionSchema = z.record(z.string(), z.string());

/** The position in a cursor, null for none. Throws InvalidCursor for one that is forged, foreign or for another query. */
export async function openPosition(
  cursors: CursorSeal,
  cursor: string | undefined,
  binding: CursorBinding,
): Promise<IndexPosition | null> {
  return cursor === undefined ? null : positionSchema.parse(await cursors.open(cursor, binding));
}

export async function sealPosition(
  cursors: CursorSeal,
  position: IndexPosition | null,
  binding: CursorBinding,
): Promise<string | null> {
  return position === null ? null : cursors.seal(position, binding);
}
