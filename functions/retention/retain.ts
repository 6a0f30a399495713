/**
 * Retention: deletes jobs at the end of their retention, and erases the streams of jobs deleted long enough ago, old
 * deliveries, and the remaining mail of deleted credentials. The due-time index gives the candidates; the log alone
 * decides. A run may end at any point: the next one finds the rest, because a row leaves the index only after its work
 * is done.
 */
import { foldCredential } from '../domain/credential/history.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import { foldJob } from '../domain/job/history.ts';
import { decideExpiry, eraseAfterMs, mayErase, RETENTION_CLASSES, type Retention } from '../domain/job/retention.ts';
import {
  DELETED_BY,
  DELETED_CREDENTIALS,
  deletedJobKeys,
  ENDED_DELIVERY_KEYS,
  endedJobKeys,
  MARKS,
} from '../domain/views/keys.ts';
import type { ViewRow } from '../domain/views/row.ts';
import { DELIVERY_KEPT_MS } from '../domain/webhook/delivery.ts';
import type { Eraser } from '../ports/eraser.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { Views } from '../ports/views.ts';
import { appendOnce } from '../streams/append-once.ts';
import { jobEvent } from '../streams/job-event.ts';

const PAGE = 100;
/** By then all work on a credential that was running at its deletion has ended. */
const MAIL_AFTER_MS = 15 * 60_000;
/** Longer than any operation waits for a mark, and than any record stays in the stream. */
const MARK_KEPT_MS = 48 * 3_600_000;
/** Number of jobs at a time, for each of the twenty partitions. */
const PARALLEL = 10;
const MIN_LEFT_MS = 10_000;
const NAMED = 10;

export type RetainPorts = {
  readonly log: EventLog;
  readonly views: Pick<Views, 'page' | 'get'>;
  readonly eraser: Eraser;
  readonly mail: Pick<MailStore, 'eraseCredential'>;
  readonly retention: Retention;
  /** ms since the epoch. */
  now(): number;
  /** Milliseconds left for this run; the next run does the rest. */
  remainingMs(): number;
};

export type RetainResult = { deleted: number; erased: number; complete: boolean };

/** The work on the entries of one partition that are older than `afterMs`. */
type Duty = {
  readonly key: string;
  readonly afterMs: number;
  readonly work: (id: string, ports: RetainPorts, row: ViewRow | undefined) => Promise<boolean>;
  /**
   * Whether `work` needs the entry's row. Rows are read together: one request for each would take a tenth of the time.
   */
  readonly needsRow: boolean;
  readonly counter: 'deleted' | 'erased';
};
type Failure = { readonly id: string; readonly error: unknown };

/**
 * One run. All partitions are processed in parallel, so that a flood in one does not delay the others for days. Throws
 * when the index cannot be read. If single jobs fail, it throws after everything else is done.
 */
export async function retainOnce(ports: RetainPorts): Promise<RetainResult> {
  const result: RetainResult = { deleted: 0, erased: 0, complete: true };
  const failures: Failure[] = [];
  await Promise.all(dutiesOf(ports.retention).map((duty) => fulfil(duty, ports, result, failures)));
  if (failures.length > 0) {
    const some = failures.slice(0, NAMED).map(({ id }) => id);
    throw new Error(`retention could not handle ${failures.length} jobs, among them ${some.join(', ')}`, {
      cause: failures[0]?.error,
    });
  }
  return result;
}

function dutiesOf(retention: Retention): readonly Duty[] {
  const ended = RETENTION_CLASSES.flatMap((kept) =>
    endedJobKeys(kept).map((key) => ({
      key,
      afterMs: retention[kept],
      work: expireJob,
      needsRow: false,
      counter: 'deleted' as const,
    })),
  );
  const deleted = DELETED_BY.flatMap((by) =>
    deletedJobKeys(by).map((key) => ({
      key,
      afterMs: eraseAfterMs(by, retention),
      work: eraseJob,
      needsRow: true,
      counter: 'erased' as const,
    })),
  );
  const deliveries = ENDED_DELIVERY_KEYS.map((key) => ({
    key,
    afterMs: DELIVERY_KEPT_MS,
    work: eraseStreamAndRow,
    needsRow: true,
    counter: 'erased' as const,
  }));
  const marks = {
    key: MARKS,
    afterMs: MARK_KEPT_MS,
    work: eraseStreamAndRow,
    needsRow: true,
    counter: 'erased' as const,
  };
  const mail = {
    key: DELETED_CREDENTIALS,
    afterMs: MAIL_AFTER_MS,
    work: eraseMail,
    needsRow: true,
    counter: 'erased' as const,
  };
  return [...ended, ...deleted, ...deliveries, marks, mail];
}

/** Processes every entry of the partition that is old enough, oldest first, a few at a time. */
async function fulfil(duty: Duty, ports: RetainPorts, result: RetainResult, failures: Failure[]): Promise<void> {
  const { key, afterMs, work, needsRow, counter } = duty;
  const attempt = async (id: string, rowOf: RowOf): Promise<void> => {
    try {
      if (await work(id, ports, await rowOf(id))) result[counter] += 1;
    } catch (error) {
      // The oldest entries come first: one that cannot be read must not block the others forever.
      failures.push({ id, error });
    }
  };
  // Sort keys are `<time>#<id>`, and `$` follows `#`: entries due in this very millisecond are included.
  const below = `${new Date(ports.now() - afterMs).toISOString()}$`;
  let above: string | null = null;
  for (let more = true; more; ) {
    const page = await ports.views.page({ index: 'open', key, newestFirst: false, limit: PAGE, above, below });
    for (let start = 0; start < page.entries.length; start += PARALLEL) {
      if (ports.remainingMs() < MIN_LEFT_MS) {
        result.complete = false;
        return;
      }
      const some = page.entries.slice(start, start + PARALLEL).map(({ id }) => id);
      const rowOf = needsRow ? await rowsOf(some, ports.views) : async () => undefined;
      await Promise.all(some.map((id) => attempt(id, rowOf)));
    }
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
}

type RowOf = (id: string) => Promise<ViewRow | undefined>;

/**
 * Rows by id, read together. If that fails, they are read one by one, so that a damaged row does not block the others.
 */
async function rowsOf(ids: readonly string[], views: RetainPorts['views']): Promise<RowOf> {
  try {
    const rows = await views.get(ids, { consistent: true });
    return async (id) => rows.get(id);
  } catch {
    return async (id) => (await views.get([id], { consistent: true })).get(id);
  }
}

async function expireJob(id: string, { log, retention, now }: RetainPorts): Promise<boolean> {
  const job = foldJob(await log.read(id));
  const event = decideExpiry(job, retention, now());
  if (job === null || event === null) return false;
  return appendOnce(log, [jobEvent(job, event, { actor: SYSTEM.retention, at: now() })]);
}

/** Erases the stream first and the tombstone last: while the tombstone exists, the next run finds what is left. */
async function eraseJob(
  id: string,
  { log, eraser, retention, now }: RetainPorts,
  row: ViewRow | undefined,
): Promise<boolean> {
  if (row === undefined || row.b !== undefined) return false;
  const events = await log.read(id);
  const deletion = events.find(({ type }) => type === 'JobDeleted');
  if (deletion !== undefined && !mayErase(deletion, retention, now())) return false;
  // A first event without a deletion: the old stream was erased, and a late idempotent replay used its id again.
  const isReused = deletion === undefined && events[0]?.version === 1;
  if (!isReused) await eraser.eraseStream(id, events);
  await eraser.removeRow(id, row.v);
  return !isReused;
}

/** Erases a stream that gets no further events, then its row, in this order as above. */
async function eraseStreamAndRow(id: string, { log, eraser }: RetainPorts, row: ViewRow | undefined): Promise<boolean> {
  if (row === undefined) return false;
  await eraser.eraseStream(id, await log.read(id));
  await eraser.removeRow(id, row.v);
  return true;
}

/**
 * Erases the mail that the deletion itself did not erase in its time. The credential's stream stays: it belongs to the
 * audit.
 */
async function eraseMail(
  id: string,
  { log, eraser, mail, remainingMs }: RetainPorts,
  row: ViewRow | undefined,
): Promise<boolean> {
  const credential = foldCredential(await log.read(id));
  if (row === undefined || credential === null || !credential.deleted) return false;
  if (!(await mail.eraseCredential(id, true, () => remainingMs() >= MIN_LEFT_MS))) return false;
  await eraser.removeRow(id, row.v);
  return true;
}
