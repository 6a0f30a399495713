import type { Envelope } from '../domain/event/event.ts';
import { isMark, markRow } from '../domain/views/mark.ts';
import type { Views } from '../ports/views.ts';

/**
 * Writes the rows of the marks in this batch of one shard, after its other records were projected. If streams failed,
 * only marks before the first failure count, because that record and all later ones are delivered again. The row of a
 * mark promises that nothing before it is missing. A rebuild of the views, which reads in another order, writes rows
 * of older marks at its end.
 */
export async function passMarks(
  records: readonly Envelope[],
  failedStreams: ReadonlySet<string>,
  views: Pick<Views, 'write'>,
): Promise<void> {
  const failedAt = records.findIndex(({ stream_id: id }) => failedStreams.has(id));
  const passed = records.slice(0, failedAt < 0 ? records.length : failedAt).filter(({ stream_id: id }) => isMark(id));
  // On a conflict the row already exists, because the batch was delivered before.
  await Promise.all(passed.map((mark) => views.write({ row: markRow(mark), replaces: null })));
}
