import type { Envelope } from '../domain/event/event.ts';
import { isMark, markRow } from '../domain/views/mark.ts';
import type { Views } from '../ports/views.ts';

/**
 * Writes the rows of the marks that this batch of one shard has come to, after the rest of it was projected: of a batch
 * with failed streams only those before the first failure, because that record and all after it come again. The row of a
 * mark is its promise that nothing before it is missing: a rebuild of the views, which reads in another order, writes
 * rows of older marks at its end.
 */
export async function passMarks(
  records: readonly Envelope[],
  failedStreams: ReadonlySet<string>,
  views: Pick<Views, 'write'>,
): Promise<void> {
  const failedAt = records.findIndex(({ stream_id: id }) => failedStreams.has(id));
  const passed = records.slice(0, failedAt < 0 ? records.length : failedAt).filter(({ stream_id: id }) => isMark(id));
  // A conflict: the row is there, because the batch has come before.
  await Promise.all(passed.map((mark) => views.write([{ row: markRow(mark), replaces: null }], new Map())));
}
