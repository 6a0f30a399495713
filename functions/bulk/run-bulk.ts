/**
 * Runs a bulk operation in slices; its log decides each step. A run never sleeps: when the operation is ahead of its
 * pace, waits for the views or has used its time, the run ends, and a delayed message starts the next one. Several runs
 * may be started, by a message sent twice or by the sweeper. Each step is one append at the version that it was decided
 * on, so of two runs one wins and the other stops.
 */
import { type Bulk, foldBulk } from '../domain/bulk/bulk.ts';
import type { BulkEvent } from '../domain/bulk/events.ts';
import { paceOfChunk, restBeforeChunk } from '../domain/bulk/pace.ts';
import { nextStep, restOfWaiting } from '../domain/bulk/step.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import type { BulkMessage } from '../ports/bulk-queue.ts';
import { searchJobs } from '../queries/search-jobs.ts';
import { takePlace, waitForPlace } from '../sharing/account-share.ts';
import { decideAndAppend } from '../streams/decide-and-append.ts';
import { atMost } from '../streams/retries.ts';
import { startingFrom, stateRead, streamOf } from '../streams/stream-of.ts';
import { applyChunk } from './apply-chunk.ts';
import type { BulkPorts } from './bulk-ports.ts';

/** Minimum time to start a chunk. */
const MIN_LEFT_MS = 20_000;
/** Maximum time of a run while other operations may wait. */
const SLICE_MS = 10_000;
/** How long a run checks the views, and how often. They are normally a second or two behind the log. */
const MAX_WAIT_MS = 15_000;
const LOOK_MS = 1_000;
/** A table's indexes are normally updated within a fraction of a second. */
const INDEXES_MS = 1_000;
/** More than the clocks of two runs differ: a message must not arrive before its time. */
const CLOCKS_MS = 1_000;
const MAX_DEFERRED_MS = 15_000;

/** `over`: the operation has ended, or another run has it. Otherwise the message that continues it, and its delay. */
export type BulkTurn = 'over' | { readonly message: BulkMessage; readonly delayMs: number };

/** A slice of the operation: when it began (ms), and whether the account has used its share. */
type Slice = { readonly began: number; readonly over: AbortSignal };

/**
 * Runs one slice of the operation and returns how it continues. Throws the errors of its ports: then the message is
 * received again.
 */
export async function runBulk(message: BulkMessage, ports: BulkPorts): Promise<BulkTurn> {
  const bulk = foldBulk(await ports.log.current(message.bulk_id));
  if (bulk === null || isPassed(message, bulk)) return 'over';
  const place = await takePlace(bulk.account_id, { kind: 'bulks', most: ports.accountBulks }, ports);
  if (place === null) {
    // The operation has its own message, which is received again. A second one for each sweep would be too many.
    if (message.swept) return 'over';
    const deferred = message.deferred ?? 0;
    const delayMs = waitForPlace(deferred, ports.random(), MAX_DEFERRED_MS);
    const { views, ready } = message;
    return { message: { ...next(bulk), views, ready, deferred: deferred + 1 }, delayMs };
  }
  try {
    return await runSlice(bulk, message, { began: ports.now(), over: place.over }, ports);
  } finally {
    await place.release();
  }
}

const metJobs = ({ done, skipped, failed }: Bulk): number => done + skipped + failed;
const next = (bulk: Bulk): BulkMessage => ({ bulk_id: bulk.id, account_id: bulk.account_id, after: metJobs(bulk) });
/** Whether another run has already continued from this message: the message was received twice. */
const isPassed = ({ after }: BulkMessage, bulk: Bulk): boolean => after !== undefined && after !== metJobs(bulk);

async function runSlice(bulk: Bulk, message: BulkMessage, slice: Slice, ports: BulkPorts): Promise<BulkTurn> {
  let state: Bulk | null = bulk;
  while (state !== null) {
    const rest = restOfSlice(state, slice, ports);
    if (rest !== null) return { message: next(state), delayMs: rest };
    const step = nextStep(state, ports.now());
    switch (step.kind) {
      case 'rest':
        return 'over';
      case 'select': {
        const turn = step.afterViews && message.ready !== true ? await lookAtViews(state, message, ports) : null;
        if (turn !== null) return turn;
        state = await append(state, await select(state, step.most, ports), ports);
        break;
      }
      case 'apply': {
        const pace = step.touch ? paceOfChunk(state, ports.now()) : null;
        const { results, nextAt } = await applyChunk(state, step.jobIds, pace, ports);
        const next = nextAt === null ? {} : { next_at: new Date(nextAt).toISOString() };
        state = await append(state, { type: 'BulkChunkApplied', data: { results: [...results], ...next } }, ports);
        break;
      }
      case 'finish':
        state = await append(state, finished(state, step.outcome), ports);
        if (state !== null) await ports.ended(state);
        break;
    }
  }
  return 'over';
}

/** When the next slice starts, ms from now; null while this one continues. A slice ends between two chunks. */
function restOfSlice(bulk: Bulk, { began, over }: Slice, { now, remainingMs }: BulkPorts): number | null {
  if (bulk.status !== 'running' || bulk.chunk.length > 0 || bulk.exhausted || bulk.aborting) {
    return bulk.status === 'running' && remainingMs() < MIN_LEFT_MS ? 0 : null;
  }
  const elapsed = now() - began;
  const rest = restBeforeChunk(bulk, now());
  if (rest > 0) return rest;
  if (over.aborted) return waitForPlace(0, 0, MAX_DEFERRED_MS);
  return elapsed >= SLICE_MS || remainingMs() < MIN_LEFT_MS ? 0 : null;
}

const finished = (
  { matched, done, skipped, failed }: Bulk,
  outcome: 'completed' | 'aborted' | 'failed',
): BulkEvent => ({
  type: 'BulkFinished',
  data: { outcome, totals: { matched, done, skipped, failed } },
});

async function select(bulk: Bulk, most: number, ports: BulkPorts): Promise<BulkEvent> {
  if (bulk.job_ids !== null) {
    const start = Number(bulk.position ?? 0);
    const chunk = bulk.job_ids.slice(start, start + most);
    const end = start + chunk.length;
    return selected(chunk, String(end), end >= bulk.job_ids.length);
  }
  const page = await searchJobs(ports, {
    accountId: bulk.account_id,
    filter: bulk.filter ?? {},
    newestFirst: false,
    limit: most,
    offset: 0,
    after: bulk.position,
    now: ports.now(),
    counting: false,
  });
  return selected(
    page.jobs.map(({ job }) => job.id),
    page.next,
    page.next === null,
  );
}

/**
 * Checks that the views contain everything that was in the log when the operation was received, in all shards of the
 * stream. Otherwise a job with a missing or old row would silently be left out. The first check writes marks into the
 * log; the next ones follow a second apart. If the views are behind for longer, the log records it.
 */
async function lookAtViews(bulk: Bulk, { views }: BulkMessage, ports: BulkPorts): Promise<BulkTurn> {
  const { projection, now } = ports;
  const earlier = bulk.awaiting?.marks ?? [];
  const hasPassed = async (marks: readonly string[]): Promise<boolean> =>
    marks.length > 0 && (await projection.hasPassed(marks));
  if ((await hasPassed(earlier)) || (await hasPassed(views?.marks ?? [])))
    return { message: { ...next(bulk), ready: true }, delayMs: INDEXES_MS };
  // New marks in addition to the earlier ones, which may be lost: the projector may have been made to skip their
  // records.
  const marks = views?.marks.length ? views.marks : [...((await projection.mark(bulk.account_id)) ?? [])];
  const looks = { marks, since: views?.since ?? now() };
  if (now() - looks.since < MAX_WAIT_MS) return { message: { ...next(bulk), views: looks }, delayMs: LOOK_MS };
  await rest(bulk, earlier.length > 0 ? earlier : looks.marks, ports);
  return 'over';
}

/** Records that the operation waits. Its message is sent first: then a crash in between delays nothing. */
async function rest(bulk: Bulk, marks: readonly string[], ports: BulkPorts): Promise<void> {
  const restMs = restOfWaiting(bulk, ports.now());
  const until = new Date(ports.now() + restMs).toISOString();
  await ports.runLater(next(bulk), restMs + CLOCKS_MS);
  await append(bulk, { type: 'BulkViewsAwaited', data: { marks: [...marks], until } }, ports);
}

const selected = (chunk: readonly string[], position: string | null, last: boolean): BulkEvent => ({
  type: 'BulkChunkSelected',
  data: { job_ids: [...chunk], position, last },
});

const ROUNDS = 5;

/** Returns the operation after the event; null when another run has taken it over. An abort is not another run. */
async function append(bulk: Bulk, event: BulkEvent, { log, now }: BulkPorts): Promise<Bulk | null> {
  let seen = bulk;
  const stream = startingFrom(stateRead(bulk), {
    ...streamOf<Bulk>(log, bulk.id, foldBulk, atMost(ROUNDS)),
    read: async () => ({ events: await log.read(bulk.id, seen.version), onto: seen }),
  });
  const outcome = await decideAndAppend<Bulk, Bulk | null>(log, stream, (state, news) => {
    if (state === null || news.some(({ type }) => type !== 'BulkAbortRequested')) return { events: null, result: null };
    // Jobs that were only selected are left unchanged. Results of jobs that were changed must be recorded.
    if (state !== bulk && event.type !== 'BulkChunkApplied') return { events: null, result: state };
    seen = state;
    const at = new Date(now()).toISOString();
    const origin = { accountId: state.account_id, actor: SYSTEM.bulk, at, audited: event.type === 'BulkFinished' };
    return { events: [{ ...origin, streamId: state.id, version: state.version + 1, event }], result: null };
  });
  switch (outcome.kind) {
    case 'appended':
      return outcome.state;
    case 'unchanged':
      return outcome.result;
    default:
      return null;
  }
}
