/**
 * The projector: brings view rows and counters in step with the event log.
 *
 * Records of one stream may arrive swapped, twice or long after (DynamoDB orders records per item, not per partition
 * key). So a record is a hint that its stream has reached at least that version: what the row has is dropped, exactly
 * the next is applied, and a gap is filled by reading the log. The same code rebuilds a row from nothing.
 * The danger is the counters: a delta is right only for the very row version it was computed from, so row and counters
 * go in one transaction on that condition, and a refused one is computed again from fresh rows. Rows that change no
 * counter need none.
 */
import type { Envelope } from '../domain/event/event.ts';
import { foldEnvelopes } from '../domain/event/event.ts';
import { accountId, prefixOf } from '../domain/ids/ids.ts';
import type { Job } from '../domain/job/job.ts';
import { BULK_PROJECTION } from '../domain/views/bulk-view.ts';
import { counterDelta } from '../domain/views/counters.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import { JOB_PROJECTION } from '../domain/views/job-view.ts';
import { isCurrent, type Projection } from '../domain/views/projections.ts';
import type { ViewRow } from '../domain/views/row.ts';
import { TASK_PROJECTION } from '../domain/views/task-view.ts';
import { DELIVERY_PROJECTION, SILENCE_PROJECTION, WEBHOOK_PROJECTION } from '../domain/views/webhook-views.ts';
import { isSilenceStream } from '../domain/webhook/silence.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { ViewChange, Views } from '../ports/views.ts';

/** 30 rows with their counters stay below the 100 items of a transaction (AWS limit). */
const ROWS_PER_TRANSACTION = 30;
const TRIES = 10;

export type ProjectorPorts = {
  readonly log: EventLog;
  readonly views: Views;
  /** Which counter shard this run adds to. */
  readonly shard: number;
  pause(attempt: number): Promise<void>;
};

export type ProjectionResult = {
  readonly written: number;
  readonly dropped: number;
  readonly gapsFilled: number;
  readonly conflicts: number;
  /** Streams that could not be brought up to date; their records must come again. */
  readonly failed: readonly { readonly streamId: string; readonly error: unknown }[];
};

type Change = ViewChange & { readonly before: Job | null; readonly after: Job | null; readonly gap: boolean };
type Batch = ReadonlyMap<string, readonly Envelope[]>;

/** Projects the streams of these records. Never throws: what failed is in the result. */
export async function projectOnce(records: readonly Envelope[], ports: ProjectorPorts): Promise<ProjectionResult> {
  const batch = byStream(records);
  const totals = { written: 0, dropped: 0, gapsFilled: 0, conflicts: 0 };
  const failed: { streamId: string; error: unknown }[] = [];
  for (const streamIds of chunked([...batch.keys()], ROWS_PER_TRANSACTION)) {
    try {
      const chunk = await projectChunk(streamIds, batch, ports);
      totals.written += chunk.written;
      totals.dropped += chunk.dropped;
      totals.gapsFilled += chunk.gapsFilled;
      totals.conflicts += chunk.conflicts;
    } catch (error) {
      if (streamIds.length === 1) failed.push({ streamId: streamIds[0] ?? '', error });
      else failed.push(...(await oneByOne(streamIds, batch, ports, totals)));
    }
  }
  return { ...totals, failed };
}

/** One bad stream must not hold back the other 29 of its transaction. */
async function oneByOne(
  streamIds: readonly string[],
  batch: Batch,
  ports: ProjectorPorts,
  totals: { written: number },
) {
  const failed: { streamId: string; error: unknown }[] = [];
  for (const streamId of streamIds) {
    try {
      totals.written += (await projectChunk([streamId], batch, ports)).written;
    } catch (error) {
      failed.push({ streamId, error });
    }
  }
  return failed;
}

async function projectChunk(streamIds: readonly string[], batch: Batch, ports: ProjectorPorts) {
  let written = 0;
  let gapsFilled = 0;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await ports.pause(attempt);
    const rows = await ports.views.get(streamIds, { consistent: true });
    const planned = await Promise.all(
      streamIds.map((streamId) =>
        planChange(streamId, batch.get(streamId) ?? [], rows.get(streamId) ?? null, ports.log),
      ),
    );
    const changes = planned.filter((change) => change !== null);
    const done = (await Promise.all(writesOf(changes, ports.shard).map((some) => write(some, ports)))).flat();
    written += done.length;
    gapsFilled += done.filter((change) => change.gap).length;
    if (done.length === changes.length)
      return { written, dropped: streamIds.length - written, gapsFilled, conflicts: attempt };
  }
  throw new Error(`view rows stay in conflict after ${TRIES} tries`);
}

/** What counts goes together with its counters; a row that counts in nothing by itself, as a transaction costs double. */
function writesOf(changes: readonly Change[], shard: number): readonly (readonly Change[])[] {
  const counts = (change: Change): boolean => counterDelta([change], shard).size > 0;
  const together = changes.filter(counts);
  const alone = changes.filter((change) => !counts(change)).map((change) => [change]);
  return together.length === 0 ? alone : [together, ...alone];
}

/** Those of the changes that were made: all or none. */
async function write(changes: readonly Change[], { views, shard }: ProjectorPorts): Promise<readonly Change[]> {
  const rows = changes.map(({ row, replaces }) => ({ row, replaces }));
  return (await views.write(rows, counterDelta(changes, shard))) === 'written' ? changes : [];
}

async function planChange(
  streamId: string,
  records: readonly Envelope[],
  row: ViewRow | null,
  log: EventLog,
): Promise<Change | null> {
  if (accountId.safeParse(streamId).success) {
    const change = await foldOnto(ACCOUNT_PROJECTION, streamId, records, row, log);
    return change && { ...change, before: null, after: null };
  }
  switch (prefixOf(streamId)) {
    case 'job': {
      const change = await foldOnto(JOB_PROJECTION, streamId, records, row, log);
      return change && { ...change, before: liveJob(change.from), after: liveJob(change.to) };
    }
    case 'tsk': {
      const change = await foldOnto(TASK_PROJECTION, streamId, records, row, log);
      return change && { ...change, before: null, after: null };
    }
    case 'pc': {
      const change = await foldOnto(CREDENTIAL_PROJECTION, streamId, records, row, log);
      return change && { ...change, before: null, after: null };
    }
    case 'blk': {
      const change = await foldOnto(BULK_PROJECTION, streamId, records, row, log);
      return change && { ...change, before: null, after: null };
    }
    case 'whk': {
      const change = isSilenceStream(streamId)
        ? await foldOnto(SILENCE_PROJECTION, streamId, records, row, log)
        : await foldOnto(WEBHOOK_PROJECTION, streamId, records, row, log);
      return change && { ...change, before: null, after: null };
    }
    case 'dlv': {
      const change = await foldOnto(DELIVERY_PROJECTION, streamId, records, row, log);
      return change && { ...change, before: null, after: null };
    }
    default:
      return null;
  }
}

const liveJob = (job: Job | null): Job | null => (job?.deleted ? null : job);

async function foldOnto<State extends { version: number }, E>(
  projection: Projection<State, E>,
  streamId: string,
  records: readonly Envelope[],
  row: ViewRow | null,
  log: EventLog,
) {
  const has = row?.v ?? 0;
  const from = row === null ? null : projection.fromRow(row);
  const news = records.filter((record) => record.version > has).sort((one, other) => one.version - other.version);
  if (news.length === 0) return null;
  const contiguous = news.every((record, at) => record.version === has + 1 + at);
  // Nothing is folded onto a tombstone, nor onto a row of another release's fold: the whole stream is read.
  const base = row !== null && isCurrent(row, projection) ? from : null;
  const foldable = contiguous && (has === 0 || base !== null);
  const events = foldable ? news : await log.read(streamId, base === null ? 0 : has);
  const to = foldEnvelopes(projection.history, events, base);
  if (to === null || to.version <= has) return null;
  return { row: projection.toRow(to), replaces: row === null ? null : has, from, to, gap: !foldable };
}

function byStream(records: readonly Envelope[]): Batch {
  const batch = new Map<string, Map<number, Envelope>>();
  for (const record of records) {
    const versions = batch.get(record.stream_id) ?? new Map<number, Envelope>();
    versions.set(record.version, record);
    batch.set(record.stream_id, versions);
  }
  return new Map([...batch].map(([streamId, versions]) => [streamId, [...versions.values()]]));
}

function chunked<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
