/**
 * The projector: updates view rows and counters from the event log.
 *
 * Records of one stream may arrive out of order, twice or late (DynamoDB orders records per item, not per partition
 * key). So a record only says that its stream has reached at least that version: versions in the row are dropped,
 * exactly the next version is applied, and a gap is filled by reading the log. The same code rebuilds a row from
 * nothing. Counters need special care: a delta is correct only for the row version it was computed from. So row and
 * counters are written in one transaction with that condition, and after a conflict the delta is computed again from
 * fresh rows. Rows that change no counter need no transaction.
 */
import type { Envelope } from '../domain/event/event.ts';
import { foldEnvelopes } from '../domain/event/event.ts';
import type { Job } from '../domain/job/job.ts';
import { BULK_PROJECTION } from '../domain/views/bulk-view.ts';
import { counterDelta } from '../domain/views/counters.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import { JOB_PROJECTION } from '../domain/views/job-view.ts';
import { isCurrent, kindOf, type Projection, type StreamKind } from '../domain/views/projections.ts';
import { FIRST_FOLD, type ViewRow } from '../domain/views/row.ts';
import { TASK_PROJECTION } from '../domain/views/task-view.ts';
import { DELIVERY_PROJECTION, SILENCE_PROJECTION, WEBHOOK_PROJECTION } from '../domain/views/webhook-views.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { ViewChange, Views } from '../ports/views.ts';

/** 30 rows with their counters stay below the 100 items of a transaction (AWS limit). */
const ROWS_PER_TRANSACTION = 30;
const TRIES = 10;

export type ProjectorPorts = {
  readonly log: EventLog;
  readonly views: Views;
  /** The counter shard that this run adds to. */
  readonly shard: number;
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

type Change = ViewChange & { readonly before: Job | null; readonly after: Job | null; readonly gap: boolean };
type Batch = ReadonlyMap<string, readonly Envelope[]>;

/** Projects the streams of these records. Never throws: failures are in the result. */
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

/** If a transaction fails, its streams are retried one by one, so that one bad stream does not block the other 29. */
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

/**
 * Rows that change counters are written together with them. Other rows are written singly, because a transaction costs
 * twice as much.
 */
function writesOf(changes: readonly Change[], shard: number): readonly (readonly Change[])[] {
  const counts = (change: Change): boolean => counterDelta([change], shard).size > 0;
  const together = changes.filter(counts);
  const alone = changes.filter((change) => !counts(change)).map((change) => [change]);
  return together.length === 0 ? alone : [together, ...alone];
}

/** The changes that were written: all or none. */
async function write(changes: readonly Change[], { views, shard }: ProjectorPorts): Promise<readonly Change[]> {
  const rows = changes.map(({ before: _before, after: _after, gap: _gap, ...change }) => change);
  return (await views.write(rows, counterDelta(changes, shard))) === 'written' ? changes : [];
}

type PlanChange = (
  streamId: string,
  records: readonly Envelope[],
  row: ViewRow | null,
  log: EventLog,
) => Promise<Change | null>;

/** Plans the row of a stream of this projection. `counted`: the job that a state counts as in the counters. */
function rowOf<State extends { version: number }, E>(
  projection: Projection<State, E>,
  counted: (state: State | null) => Job | null = () => null,
): PlanChange {
  return async (streamId, records, row, log) => {
    const change = await foldOnto(projection, streamId, records, row, log);
    return change && { ...change, before: counted(change.from), after: counted(change.to) };
  };
}

const liveJob = (job: Job | null): Job | null => (job?.deleted ? null : job);

const PLANS: Readonly<Record<StreamKind, PlanChange>> = {
  account: rowOf(ACCOUNT_PROJECTION),
  job: rowOf(JOB_PROJECTION, liveJob),
  tsk: rowOf(TASK_PROJECTION),
  pc: rowOf(CREDENTIAL_PROJECTION),
  blk: rowOf(BULK_PROJECTION),
  whk: rowOf(WEBHOOK_PROJECTION),
  silence: rowOf(SILENCE_PROJECTION),
  dlv: rowOf(DELIVERY_PROJECTION),
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
) {
  const has = row?.v ?? 0;
  const from = row === null ? null : projection.fromRow(row);
  const news = records.filter((record) => record.version > has).sort((one, other) => one.version - other.version);
  if (news.length === 0) return foldAgain(projection, streamId, row, log);
  const contiguous = news.every((record, at) => record.version === has + 1 + at);
  // A tombstone, or a row of another release's fold, cannot be folded onto: the whole stream is read.
  const base = row !== null && isCurrent(row, projection) ? from : null;
  const foldable = contiguous && (has === 0 || base !== null);
  const events = foldable ? news : await log.read(streamId, base === null ? 0 : has);
  const to = foldEnvelopes(projection.history, events, base);
  if (to === null || to.version <= has) return null;
  return { row: projection.toRow(to), replaces: row === null ? null : has, from, to, gap: !foldable };
}

/**
 * The change of a row that an earlier release folded, from the whole stream: that release may have met events that it did
 * not know, and has left them out. Null for a row of this release's fold or a later one, and for a tombstone.
 */
async function foldAgain<State extends { version: number }, E>(
  projection: Projection<State, E>,
  streamId: string,
  row: ViewRow | null,
  log: EventLog,
) {
  const fold = row?.f ?? FIRST_FOLD;
  if (row === null || fold >= projection.fold) return null;
  const from = projection.fromRow(row);
  const to = from === null ? null : foldEnvelopes(projection.history, await log.read(streamId));
  if (to === null || to.version < row.v) return null;
  return { row: projection.toRow(to), replaces: row.v, replacesFold: fold, from, to, gap: true };
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
