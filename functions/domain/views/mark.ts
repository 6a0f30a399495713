/**
 * Marks: events that say nothing but "the stream has come this far". One is put into each shard of the log's stream, and
 * the projector writes a row for it after everything that came before it in that shard. So when the rows of all marks are
 * there, the views hold all that was in the log before the first of them was put.
 */
import type { Envelope } from '../event/event.ts';
import { MARKS } from './keys.ts';
import type { ViewRow } from './row.ts';

export const MARK_EVENT = 'ViewsMarked';
const PREFIX = 'mark#';

/** The stream of a mark: random, so that marks spread over all shards. `token`: 128 random bits. */
export const markStream = (token: string): string => `${PREFIX}${token}`;
export const isMark = (streamId: string): boolean => streamId.startsWith(PREFIX);

/** The row of a mark that the projector has come to. Retention removes it together with its event. */
export function markRow({ stream_id: id, version, at }: Envelope): ViewRow {
  return { id, v: version, go: MARKS, od: `${at}#${id}` };
}
