/**
 * Retention: deletes jobs whose time is over, and erases the streams of jobs deleted long enough ago, old deliveries, and
 * what is left of the mail of deleted credentials. The due-time index says where to look; what is done is decided on the
 * log alone. Any run may end at any point: the next one finds the rest, because a row leaves the index only by what was
 * done.
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
import { DELIVERY_KEPT_MS } from '../domain/webhook/delivery.ts';
import type { Eraser } from '../ports/eraser.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { IndexEntry, Views } from '../ports/views.ts';
import { jobEvent } from '../streams/job-event.ts';

const PAGE = 100;
/** Whatever worked on a credential when it was deleted has ended by then. */
const MAIL_AFTER_MS = 15 * 60_000;
/** No operation waits for a mark for longer, and no record of the stream is older. */
const MARK_KEPT_MS = 48 * 3_600_000;
/** Jobs at a time of each of the twenty partitions. */
const PARALLEL = 5;
const LEAST_LEFT_MS = 10_000;
const NAMED = 10;

export type RetainPorts = {
  readonly log: EventLog;
  readonly views: Pick<Views, 'page' | 'get'>;
  readonly eraser: Eraser;
  readonly mail: Pick<MailStore, 'eraseCredential'>;
  readonly retention: Retention;
  /** ms since the epoch. */
  now(): number;
  /** Milliseconds left for this run; what it does not reach the next one does. */
  remainingMs(): number;
};

export type RetainResult = { deleted: number; erased: number; complete: boolean };

/** What is done with the entries of one partition once they are older than `afterMs`. */
type Duty = {
  readonly key: string;
  readonly afterMs: number;
  readonly work: (id: string, ports: RetainPorts) => Promise<boolean>;
  readonly counter: 'deleted' | 'erased';
};
type Failure = { readonly id: string; readonly error: unknown };

/**
 * One run. All partitions side by side, so that a flood of one kind does not keep the others waiting for days.
 * Throws when the index cannot be read; and, after everything else has been done, when single jobs could not be.
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
    endedJobKeys(kept).map((key) => ({ key, afterMs: retention[kept], work: expireJob, counter: 'deleted' as const })),
  );
  const deleted = DELETED_BY.flatMap((by) =>
    deletedJobKeys(by).map((key) => ({
      key,
      afterMs: eraseAfterMs(by, retention),
      work: eraseJob,
      counter: 'erased' as const,
    })),
  );
  const deliveries = ENDED_DELIVERY_KEYS.map((key) => ({
    key,
    afterMs: DELIVERY_KEPT_MS,
    work: eraseStreamAndRow,
    counter: 'erased' as const,
  }));
  const marks = { key: MARKS, afterMs: MARK_KEPT_MS, work: eraseStreamAndRow, counter: 'erased' as const };
  const mail = { key: DELETED_CREDENTIALS, afterMs: MAIL_AFTER_MS, work: eraseMail, counter: 'erased' as const };
  return [...ended, ...deleted, ...deliveries, marks, mail];
}

/** Every entry of the partition that is old enough, oldest first, a few at a time. */
async function fulfil(duty: Duty, ports: RetainPorts, result: RetainResult, failures: Failure[]): Promise<void> {
  const { key, afterMs, work, counter } = duty;
  const attempt = async ({ id }: IndexEntry): Promise<void> => {
    try {
      if (await work(id, ports)) result[counter] += 1;
    } catch (error) {
      // The oldest come first: one that cannot be read must not keep the others for ever.
      failures.push({ id, error });
    }
  };
  // Sort keys are `<time>#<id>`, and `$` follows `#`: what is due this very millisecond is included.
  const below = `${new Date(ports.now() - afterMs).toISOString()}$`;
  let above: string | null = null;
  for (let more = true; more; ) {
    const page = await ports.views.page({ index: 'open', key, newestFirst: false, limit: PAGE, above, below });
    for (let start = 0; start < page.entries.length; start += PARALLEL) {
      if (ports.remainingMs() < LEAST_LEFT_MS) {
        result.complete = false;
        return;
      }
      await Promise.all(page.entries.slice(start, start + PARALLEL).map(attempt));
    }
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
}

async function expireJob(id: string, { log, retention, now }: RetainPorts): Promise<boolean> {
  const job = foldJob(await log.read(id));
  const event = decideExpiry(job, retention, now());
  if (job === null || event === null) return false;
  const appended = await log.append([jobEvent(job, event, { actor: SYSTEM.retention, at: now() })]);
  return appended.kind === 'appended';
}

/** The stream first and the tombstone last: while that is there, the next run finds what is left. */
async function eraseJob(id: string, { log, views, eraser, retention, now }: RetainPorts): Promise<boolean> {
  const row = (await views.get([id], { consistent: true })).get(id);
  if (row === undefined || row.b !== undefined) return false;
  const events = await log.read(id);
  const deletion = events.find(({ type }) => type === 'JobDeleted');
  if (deletion !== undefined && !mayErase(deletion, retention, now())) return false;
  // A first event without a deletion: the old stream is gone, and a late idempotent replay has used its id again.
  const usedAnew = deletion === undefined && events[0]?.version === 1;
  if (!usedAnew) await eraser.eraseStream(id, events);
  await eraser.removeRow(id, row.v);
  return !usedAnew;
}

/** Erases a stream that gets no more events by then, and its row. The stream first, as above. */
async function eraseStreamAndRow(id: string, { log, views, eraser }: RetainPorts): Promise<boolean> {
  const row = (await views.get([id], { consistent: true })).get(id);
  if (row === undefined) return false;
  await eraser.eraseStream(id, await log.read(id));
  await eraser.removeRow(id, row.v);
  return true;
}

/** The deletion itself has erased what it could in its time. Its log stays: it is the audit's. */
async function eraseMail(id: string, { log, views, eraser, mail, remainingMs }: RetainPorts): Promise<boolean> {
  const row = (await views.get([id], { consistent: true })).get(id);
  const credential = foldCredential(await log.read(id));
  if (row === undefined || credential === null || !credential.deleted) return false;
  if (!(await mail.eraseCredential(id, true, () => remainingMs() >= LEAST_LEFT_MS))) return false;
  await eraser.removeRow(id, row.v);
  return true;
}
