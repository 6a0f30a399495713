/**
 * Rebuilds the views from the log. It reads stream after stream and passes the events to the projector as if they were
 * new, so there is only one way to fold and to write a row. It may stop at any point, or run beside a projector of the
 * same table: a row only replaces an older version. Counters follow from the table's stream, as for the projector's
 * rows. It holds only a few dozen streams in memory.
 */
import type { Envelope } from '../domain/event/event.ts';
import { isMark } from '../domain/views/mark.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';
import { passMarks } from '../projector/marks.ts';
import { projectOnce } from '../projector/project.ts';

/** Number of streams read and written together: what the projector does at once. */
const STREAMS = 30;

export type ReplayPorts = {
  readonly log: EventLog;
  readonly views: Views;
  /** Ids of the streams in one of `parts` segments of the log, each once. */
  streamIds(part: number, parts: number): AsyncIterable<string>;
  /** Whether the views table has any row that this would write. */
  hasViews(): Promise<boolean>;
  pause(attempt: number): Promise<void>;
  /** ms since the epoch. */
  now(): number;
  /** Called after every few dozen streams. */
  onProgress(soFar: ReplayReport): void;
};

export type ReplayReport = {
  readonly streams: number;
  readonly events: number;
  /** Rows written. */
  readonly written: number;
  /** Streams whose row already existed, or that have none. */
  readonly unchanged: number;
  /** Streams that could not be read or written; `failures` has the first ones. */
  readonly failed: number;
  readonly failures: readonly { readonly streamId: string; readonly error: unknown }[];
};

/** The views table has rows, and `resume` is not set. */
export class ViewsNotEmpty extends Error {
  override readonly name = 'ViewsNotEmpty';
}

const NAMED = 20;
/** Clocks differ a little: a mark that seems this much older than the replay was in the log before it began. */
const MARGIN_MS = 60_000;
const MARKS_AT_ONCE = 25;

/**
 * Projects every stream of the log, in `parts` segments in parallel. `resume` continues in a table that has rows.
 * Throws ViewsNotEmpty before anything is written, and throws when the log cannot be scanned; streams that fail are
 * reported.
 */
export async function replay(
  ports: ReplayPorts,
  { parts, resume }: { readonly parts: number; readonly resume: boolean },
): Promise<ReplayReport> {
  if (!resume && (await ports.hasViews())) throw new ViewsNotEmpty('The views table is not empty.');
  const before = ports.now() - MARGIN_MS;
  const marks: Envelope[] = [];
  let report: ReplayReport = { streams: 0, events: 0, written: 0, unchanged: 0, failed: 0, failures: [] };
  const add = (done: ReplayReport): void => {
    report = {
      streams: report.streams + done.streams,
      events: report.events + done.events,
      written: report.written + done.written,
      unchanged: report.unchanged + done.unchanged,
      failed: report.failed + done.failed,
      failures: [...report.failures, ...done.failures].slice(0, NAMED),
    };
    ports.onProgress(report);
  };
  const part = async (number: number): Promise<void> => {
    let some: string[] = [];
    for await (const streamId of ports.streamIds(number, parts)) {
      some.push(streamId);
      if (some.length < STREAMS) continue;
      add(await projectStreams(some, marks, ports));
      some = [];
    }
    if (some.length > 0) add(await projectStreams(some, marks, ports));
  };
  const ends = await Promise.allSettled(Array.from({ length: parts }, (_, number) => part(number)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  // The views now contain everything that was in the log before these marks. Retention erases a mark by its row.
  const passed = marks.filter(({ at }) => report.failed === 0 && Date.parse(at) < before);
  for (let start = 0; start < passed.length; start += MARKS_AT_ONCE)
    await passMarks(passed.slice(start, start + MARKS_AT_ONCE), new Set(), ports.views);
  return report;
}

/** Adds the marks among the streams to `marks`. */
async function projectStreams(
  streamIds: readonly string[],
  marks: Envelope[],
  { log, views, pause }: ReplayPorts,
): Promise<ReplayReport> {
  const failures: { streamId: string; error: unknown }[] = [];
  const read = async (streamId: string): Promise<readonly Envelope[]> => {
    try {
      return await log.read(streamId);
    } catch (error) {
      failures.push({ streamId, error });
      return [];
    }
  };
  const events = (await Promise.all(streamIds.map(read))).flat();
  marks.push(...events.filter(({ stream_id: id }) => isMark(id)));
  const { written, failed } = await projectOnce(events, { log, views, pause });
  failures.push(...failed);
  return {
    streams: streamIds.length,
    events: events.length,
    written,
    unchanged: streamIds.length - written - failures.length,
    failed: failures.length,
    failures,
  };
}
