/**
 * Marks: events that only mean "the stream has come this far". One is written to each shard of the log's stream, and
 * the projector writes a row for it after everything before it in that shard. When the rows of all marks exist, the
 * views contain everything that was in the log before the first mark.
 */
import type { Envelope } from '../event/event.ts';
import { MARKS } from './keys.ts';
import type { ViewRow } from './row.ts';

export const MARK_EVENT = 'ViewsMarked';
const PREFIX = 'mark#';

/** The stream of a mark. `token`: 128 random bits, so that marks spread over all shards. */
export const markStream = (token: string): string => `${PREFIX}${token}`;
export const isMark = (streamId: string): boolean => streamId.startsWith(PREFIX);

/** The row of a mark that the projector has reached. Retention removes it together with its event. */
export function markRow({ stream_id: id, version, at }: Envelope): ViewRow {
  return { id, v: version, go: MARKS, od: `${at}#${id}` };
}
