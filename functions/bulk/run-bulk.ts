/**
 * Runs a bulk operation, step by step as its log decides, a slice at a time. A run never sleeps: when the operation is
 * ahead of its pace, waits for the views or has had its time, the run ends and a delayed message begins the next one.
 * Any number of runs may be started, by a message sent twice or by the sweeper after a silence: each step is one append
 * at the version it was decided on, so of two runs one wins and the other stops.
 */
import { type Bulk, foldBulk } from '../domain/bulk/bulk.ts';
import type { BulkEvent } from '../domain/bulk/events.ts';
import { paceOfChunk, restBeforeChunk } from '../domain/bulk/pace.ts';
import { nextStep, restOfWaiting } from '../domain/bulk/step.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import type { BulkMessage } from '../ports/bulk-queue.ts';
import { searchJobs } from '../queries/search-jobs.ts';
import { takePlace, waitForPlace } from '../sharing/account-share.ts';
import { loadBulk } from '../streams/load-bulk.ts';
import { applyChunk } from './apply-chunk.ts';
import type { BulkPorts } from './bulk-ports.ts';

/** Enough for one chunk. */
const LEAST_LEFT_MS = 20_000;
/** Longer than this no run goes on while others may wait. */
const SLICE_MS = 10_000;
/** How long it looks for the views, normally a second or two behind the log, before that is noted, and how often. */
const MOST_WAIT_MS = 15_000;
const LOOK_MS = 1_000;
/** The indexes of a table follow it, normally within a fraction of a second. */
const INDEXES_MS = 1_000;
/** More than the clocks of two runs differ: a message must not arrive before the time that it is for. */
const CLOCKS_MS = 1_000;
const MOST_DEFERRED_MS = 15_000;

/** `over`: it has ended, or another run has it. Else this message is to come after so many ms, and the run goes on. */
export type BulkTurn = 'over' | { readonly message: BulkMessage; readonly delayMs: number };

/** A slice of the operation: its time, and what others of its account leave it. */
type Slice = { readonly began: number; readonly over: AbortSignal };

export async function runBulk(message: BulkMessage, ports: BulkPorts): Promise<BulkTurn> {
  const bulk = await loadBulk(message.bulk_id, ports);
  if (bulk === null || isPassed(message, bulk)) return 'over';
  const place = await takePlace(bulk.account_id, { kind: 'bulks', most: ports.accountBulks }, ports);
  if (place === null) {
    // The operation has a message of its own that comes again. A further one for each sweep would be too many.
    if (message.swept) return 'over';
    const deferred = message.deferred ?? 0;
    const delayMs = waitForPlace(deferred, ports.random(), MOST_DEFERRED_MS);
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
/** Of messages that came twice, one leads on. */
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

/** When the next slice is to begin, ms from now; null while this one goes on. It ends between two chunks. */
function restOfSlice(bulk: Bulk, { began, over }: Slice, { now, remainingMs }: BulkPorts): number | null {
  if (bulk.status !== 'running' || bulk.chunk.length > 0 || bulk.exhausted || bulk.aborting) {
    return bulk.status === 'running' && remainingMs() < LEAST_LEFT_MS ? 0 : null;
  }
  const elapsed = now() - began;
  const rest = restBeforeChunk(bulk, now());
  if (rest > 0) return rest;
  if (over.aborted) return waitForPlace(0, 0, MOST_DEFERRED_MS);
  return elapsed >= SLICE_MS || remainingMs() < LEAST_LEFT_MS ? 0 : null;
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
 * Looks whether the views hold all that was in the log at receipt, whatever the number of the stream's shards and how
 * far each is behind: a job whose row is missing or old would silently be left out. The first look puts marks into the
 * log, the next ones come by messages a second apart. When the views are behind for longer, the log says so.
 */
async function lookAtViews(bulk: Bulk, { views }: BulkMessage, ports: BulkPorts): Promise<BulkTurn> {
  const { projection, now } = ports;
  const earlier = bulk.awaiting?.marks ?? [];
  const hasPassed = async (marks: readonly string[]): Promise<boolean> =>
    marks.length > 0 && (await projection.hasPassed(marks));
  if ((await hasPassed(earlier)) || (await hasPassed(views?.marks ?? [])))
    return { message: { ...next(bulk), ready: true }, delayMs: INDEXES_MS };
  // New marks besides the earlier ones, which may be lost: the projector may have been made to skip their records.
  const marks = views?.marks.length ? views.marks : [...((await projection.mark(bulk.account_id)) ?? [])];
  const looks = { marks, since: views?.since ?? now() };
  if (now() - looks.since < MOST_WAIT_MS) return { message: { ...next(bulk), views: looks }, delayMs: LOOK_MS };
  await rest(bulk, earlier.length > 0 ? earlier : looks.marks, ports);
  return 'over';
}

/** Notes that the operation waits. Its message is sent first, so that a run lost in between delays nothing. */
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

const TRIES = 5;

/** The operation after the event; null when another run has taken it over. An abort in between is nobody's run. */
async function append(bulk: Bulk, event: BulkEvent, { log, now }: BulkPorts): Promise<Bulk | null> {
  let state = bulk;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const appended = await log.append([
      {
        streamId: state.id,
        version: state.version + 1,
        accountId: state.account_id,
        actor: SYSTEM.bulk,
        at: new Date(now()).toISOString(),
        event,
        audited: event.type === 'BulkFinished',
      },
    ]);
    const news = await log.read(state.id, state.version);
    const next = foldBulk(news, state);
    if (next === null) return null;
    if (appended.kind === 'appended') return next;
    if (news.some(({ type }) => type !== 'BulkAbortRequested')) return null;
    // Selected jobs are left as they are. Jobs that were changed must be reported.
    if (event.type !== 'BulkChunkApplied') return next;
    state = next;
  }
  return null;
}
