/**
 * Runs a bulk operation, step by step as its log decides, until it ends or this run is out of time. Any number of runs
 * may be started, by a message sent twice or by the sweeper after a silence: each step is one append at the version it
 * was decided on, so of two runs one wins and the other stops.
 */
import { type Bulk, foldBulk } from '../domain/bulk/bulk.ts';
import type { BulkEvent } from '../domain/bulk/events.ts';
import { nextStep, restOfWaiting } from '../domain/bulk/step.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import { searchJobs } from '../search/search-jobs.ts';
import { applyChunk } from './apply-chunk.ts';
import { loadBulk } from './load-bulk.ts';
import type { BulkPorts } from './ports.ts';

/** Enough for one chunk and its pause. */
const LEAST_LEFT_MS = 20_000;
/** How long a run itself waits for the views, normally a second or two behind the log, and how often it looks. */
const MOST_WAIT_MS = 15_000;
const LOOK_MS = 500;
/** The indexes of a table follow it, normally within a fraction of a second. */
const INDEXES_MS = 1_000;
/** More than the clocks of two runs differ: a message must not arrive before the time that it is for. */
const CLOCKS_MS = 1_000;

/** `unfinished`: somebody must run it again. `over`: it has ended, or another run has it. */
export async function runBulk(bulkId: string, ports: BulkPorts): Promise<'unfinished' | 'over'> {
  let bulk = await loadBulk(bulkId, ports);
  while (bulk !== null) {
    if (ports.remainingMs() < LEAST_LEFT_MS) return 'unfinished';
    const began = ports.now();
    const step = nextStep(bulk, began);
    switch (step.kind) {
      case 'rest':
        return 'over';
      case 'select': {
        const behind = step.afterViews ? await viewsBehind(bulk, ports) : null;
        if (behind !== null) {
          await rest(bulk, behind, ports);
          return 'over';
        }
        bulk = await append(bulk, await select(bulk, step.most, ports), ports);
        break;
      }
      case 'apply': {
        const results = await applyChunk(bulk, step.jobIds, step.touch, ports);
        const pace = step.touch ? (results.length / bulk.rate_per_second) * 1000 : 0;
        bulk = await append(bulk, { type: 'BulkChunkApplied', data: { results: [...results] } }, ports);
        if (bulk !== null && !bulk.exhausted) await ports.pause(Math.max(0, pace - (ports.now() - began)));
        break;
      }
      case 'finish':
        bulk = await append(bulk, finished(bulk, step.outcome), ports);
        break;
    }
  }
  return 'over';
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
 * Waits until the views hold all that was in the log at receipt, whatever the number of the stream's shards and how far
 * each is behind: a job whose row is missing or old would silently be left out. Null when they do; else the marks
 * that they have not come to yet; an empty list when no marks could be put.
 */
async function viewsBehind(bulk: Bulk, { projection, now, pause }: BulkPorts): Promise<readonly string[] | null> {
  const earlier = bulk.awaiting?.marks ?? [];
  const hasPassed = async (marks: readonly string[]): Promise<boolean> =>
    marks.length > 0 && (await projection.hasPassed(marks));
  if (!(await hasPassed(earlier))) {
    // New marks besides the earlier ones, which may be lost: the projector may have been made to skip their records.
    const fresh = (await projection.mark(bulk.account_id)) ?? [];
    const latest = now() + MOST_WAIT_MS;
    while (!(await hasPassed(fresh)) && !(await hasPassed(earlier))) {
      if (now() >= latest) return earlier.length > 0 ? earlier : fresh;
      await pause(LOOK_MS);
    }
  }
  await pause(INDEXES_MS);
  return null;
}

/** Notes that the operation waits. Its message is sent first, so that a run lost in between delays nothing. */
async function rest(bulk: Bulk, marks: readonly string[], ports: BulkPorts): Promise<void> {
  const restMs = restOfWaiting(bulk, ports.now());
  const until = new Date(ports.now() + restMs).toISOString();
  await ports.runLater(bulk.id, restMs + CLOCKS_MS);
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
    // What was selected is not touched any more; what was applied has been done and must be told.
    if (event.type !== 'BulkChunkApplied') return next;
    state = next;
  }
  return null;
}
