import * as z from 'zod';
import { openPosition, sealPosition } from '../http/positions.ts';
import type { CursorBinding, CursorSeal } from '../ports/cursor-seal.ts';
import type { EventLog } from '../ports/event-log.ts';
import { toEventResource } from './event-resource.ts';

const eventPosition = z.strictObject({ version: z.int() });

type PageQuery = { readonly limit: number; readonly cursor?: string | undefined; readonly offset: number };

/** One page of a stream's events, oldest first. Throws InvalidCursor. */
export async function eventsPage(
  { log, cursors }: { readonly log: Pick<EventLog, 'read'>; readonly cursors: CursorSeal },
  streamId: string,
  binding: CursorBinding,
  { limit, cursor, offset }: PageQuery,
) {
  const position = await openPosition(cursors, cursor, binding, eventPosition);
  const events = await log.read(streamId, (position?.version ?? 0) + offset, limit + 1);
  const page = events.slice(0, limit);
  const last = page.at(-1);
  const next = last !== undefined && events.length > limit ? { version: last.version } : null;
  return { data: page.map(toEventResource), page: { limit, next_cursor: await sealPosition(cursors, next, binding) } };
}
