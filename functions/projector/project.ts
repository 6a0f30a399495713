/**
 * The projector: updates view rows from the event log.
 *
 * Records of one stream may arrive out of order, twice or late (DynamoDB orders records per item, not per partition
 * key). So a record only says that its stream has reached at least that version: versions in the row are dropped,
 * exactly the next version is applied, and a gap is filled by reading the log. The same code rebuilds a row from
 * nothing. A row is written only over the version that it was folded onto; after a conflict it is folded again onto
 * the row that is there. Counters follow from the table's own stream of changes (functions/counters).
 */
import type { Envelope } from '../domain/event/event.ts';
import { foldEnvelopes } from '../domain/event/event.ts';
import { BULK_PROJECTION } from '../domain/views/bulk-view.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import { FAILURE_GROUP_PROJECTION } from '../domain/views/failure-group-view.ts';
import { JOB_PROJECTION } from '../domain/views/job-view.ts';
import { isCurrent, kindOf, type Projection, type StreamKind } from '../domain/views/projections.ts';
import { FIRST_FOLD, type ViewRow } from '../domain/views/row.ts';
import { TASK_PROJECTION } from '../domain/views/task-view.ts';
import { DELIVERY_PROJECTION, SILENCE_PROJECTION, WEBHOOK_PROJECTION } from '../domain/views/webhook-views.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { ViewChange, Views } from '../ports/views.ts';

/** Streams whose rows are read by one request and then written side by side. */
const STREAMS_AT_ONCE = 30;
const TRIES = 10;

export type ProjectorPorts = {
  readonly log: EventLog;
  readonly views: Views;
  pause(attempt: number): Promise<void>;
};

export type ProjectionResult = {
  readonly written: number;
  readonly dropped: number;
  readonly gapsFilled: number;
  readonly conflicts: number;
  /** Streams that could not be updated; their records must be delivered again. */
  readonly failed: readonly { readonly streamId: string; readonly error: unknown }[];
};

type Change = ViewChange & { readonly gap: boolean };
type Batch = ReadonlyMap<string, readonly Envelope[]>;

/** Projects the streams of these records. Never throws: failures are in the result. */
export async function projectOnce(records: readonly Envelope[], ports: ProjectorPorts): Promise<ProjectionResult> {
  const batch = byStream(records);
  const totals = { written: 0, dropped: 0, gapsFilled: 0, conflicts: 0 };
  const failed: { streamId: string; error: unknown }[] = [];
  for (const streamIds of chunked([...batch.keys()], STREAMS_AT_ONCE)) {
    const rows = await readRows(streamIds, ports);
    await Promise.all(
      streamIds.map(async (streamId) => {
        try {
          if (rows instanceof Error) throw rows;
          const done = await projectStream(streamId, batch.get(streamId) ?? [], rows.get(streamId) ?? null, ports);
          totals.written += done.written ? 1 : 0;
          totals.dropped += done.written ? 0 : 1;
          totals.gapsFilled += done.gap ? 1 : 0;
          totals.conflicts += done.conflicts;
        } catch (error) {
          failed.push({ streamId, error });
        }
      }),
    );
  }
  return { ...totals, failed };
}

/** The rows of these streams; or the error, if the read failed for all of them. */
async function readRows(streamIds: readonly string[], { views }: ProjectorPorts) {
  try {
    return await views.get(streamIds, { consistent: true });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Brings one row up to date. `row`: as it was read; after a conflict it is read again. */
async function projectStream(
  streamId: string,
  records: readonly Envelope[],
  row: ViewRow | null,
  ports: ProjectorPorts,
) {
  let present = row;
  for (let conflicts = 0; conflicts < TRIES; conflicts += 1) {
    const planned = await planChange(streamId, records, present, ports.log);
    if (planned === null) return { written: false, gap: false, conflicts };
    const { gap, ...change } = planned;
    if ((await ports.views.write(change)) === 'written') return { written: true, gap, conflicts };
    await ports.pause(conflicts + 1);
    present = (await ports.views.get([streamId], { consistent: true })).get(streamId) ?? null;
  }
  throw new Error(`the view row stays in conflict after ${TRIES} tries`);
}

type PlanChange = (
  streamId: string,
  records: readonly Envelope[],
  row: ViewRow | null,
  log: EventLog,
) => Promise<Change | null>;

/** Plans the row of a stream of this projection. */
function rowOf<State extends { version: number }, E>(projection: Projection<State, E>): PlanChange {
  return (streamId, records, row, log) => foldOnto(projection, streamId, records, row, log);
}

const PLANS: Readonly<Record<StreamKind, PlanChange>> = {
  account: rowOf(ACCOUNT_PROJECTION),
  job: rowOf(JOB_PROJECTION),
  tsk: rowOf(TASK_PROJECTION),
  pc: rowOf(CREDENTIAL_PROJECTION),
  blk: rowOf(BULK_PROJECTION),
  whk: rowOf(WEBHOOK_PROJECTION),
  silence: rowOf(SILENCE_PROJECTION),
  dlv: rowOf(DELIVERY_PROJECTION),
  fgr: rowOf(FAILURE_GROUP_PROJECTION),
};

const planChange: PlanChange = async (streamId, ...stored) => {
  const kind = kindOf(streamId);
  return kind === null ? null : PLANS[kind](streamId, ...stored);
};

async function foldOnto<State extends { version: number }, E>(
  projection: Projection<State, E>,
  streamId: string,
  records: readonly Envelope[],
  row: ViewRow | null,
  log: EventLog,
): Promise<Change | null> {
  const has = row?.v ?? 0;
  const news = records.filter((record) => record.version > has).sort((one, other) => one.version - other.version);
  if (news.length === 0) return foldAgain(projection, streamId, row, log);
  const contiguous = news.every((record, at) => record.version === has + 1 + at);
  // A tombstone, or a row of another release's fold, cannot be folded onto: the whole stream is read.
  const base = row !== null && isCurrent(row, projection) ? projection.fromRow(row) : null;
  const foldable = contiguous && (has === 0 || base !== null);
  const events = foldable ? news : await log.read(streamId, base === null ? 0 : has);
  const to = foldEnvelopes(projection.history, events, base);
  if (to === null || to.version <= has) return null;
  return { row: projection.toRow(to), replaces: row === null ? null : has, gap: !foldable };
}

/**
 * The change of a row that an earlier release folded, made from the whole stream: that release may have left out events
 * that it did not know. Null for a tombstone, and for a row of this release's fold or a later one.
 */
async function foldAgain<State extends { version: number }, E>(
  projection: Projection<State, E>,
  streamId: string,
  row: ViewRow | null,
  log: EventLog,
): Promise<Change | null> {
  const fold = row?.f ?? FIRST_FOLD;
  if (row === null || fold >= projection.fold) return null;
  const to = projection.fromRow(row) === null ? null : foldEnvelopes(projection.history, await log.read(streamId));
  if (to === null || to.version < row.v) return null;
  return { row: projection.toRow(to), replaces: row.v, replacesFold: fold, gap: true };
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
