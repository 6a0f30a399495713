import type { Bulk } from '../domain/bulk/bulk.ts';
import type { BulkResult } from '../domain/bulk/events.ts';
import type { ChunkPace } from '../domain/bulk/pace.ts';
import { commandOf } from '../domain/bulk/step.ts';
import type { Job } from '../domain/job/job.ts';
import { matchesFilter, matchesJoined, needsJoin } from '../domain/search/job-filter.ts';
import { joinJobs } from '../queries/join-jobs.ts';
import { onServers, waitState } from '../queries/search-jobs.ts';
import { appendCommand } from '../streams/append-command.ts';
import type { BulkPorts } from './bulk-ports.ts';

const PARALLEL = 10;

/**
 * Applies the command to each job of a chunk that still matches the operation. A job that got it already, before a
 * crash, counts as `done` and does not get it again. Without a `pace` no new command is given: the operation is being
 * aborted.
 */
export async function applyChunk(
  bulk: Bulk,
  jobIds: readonly string[],
  pace: ChunkPace | null,
  ports: BulkPorts,
): Promise<AppliedChunk> {
  const results: BulkResult[] = [];
  let paced = pace;
  for (let start = 0; start < jobIds.length; start += PARALLEL) {
    const now = paced?.from(start, ports.now()) ?? null;
    const some = jobIds.slice(start, start + PARALLEL);
    const turns = some.map((jobId, at) => applyOrFail(bulk, jobId, turnOf(now, start + at), ports));
    results.push(...(await Promise.all(turns)));
    paced = now;
  }
  return { results, nextAt: paced?.nextAt ?? null };
}

/** `nextAt`: when the next chunk may start, in ms; null without a pace. */
type AppliedChunk = { readonly results: readonly BulkResult[]; readonly nextAt: number | null };

/** For one job of the chunk: its command, starting at that time (ms; null: it starts nothing), or no command. */
type Turn = { readonly startAt: number | null } | 'aborted';

const turnOf = (pace: ChunkPace | null, place: number): Turn =>
  pace === null ? 'aborted' : { startAt: pace.startOf(place) };

const TRIES = 3;
const FIRST_PAUSE_MS = 200;

/**
 * A job that cannot be read must not stop the others. An error may hide that the event was written: the next try finds
 * the event by its command id.
 */
async function applyOrFail(bulk: Bulk, jobId: string, turn: Turn, ports: BulkPorts): Promise<BulkResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOne(bulk, jobId, turn, ports);
    } catch (error) {
      if (attempt === TRIES) {
        ports.failed(jobId, error);
        return { job_id: jobId, outcome: 'failed', code: 'internal_error' };
      }
    }
    await ports.pause(FIRST_PAUSE_MS * attempt);
  }
}

async function applyOne(bulk: Bulk, jobId: string, turn: Turn, ports: BulkPorts): Promise<BulkResult> {
  const commandId = ports.ids.digest(['bulk', bulk.id, jobId]);
  const done: BulkResult = { job_id: jobId, outcome: 'done', code: null };
  const skipped = (code: string): BulkResult => ({ job_id: jobId, outcome: 'skipped', code });
  const failed = (code: string): BulkResult => ({ job_id: jobId, outcome: 'failed', code });
  if (turn === 'aborted') {
    const history = await ports.log.read(jobId);
    return history.some((event) => event.command_id === commandId) ? done : skipped('bulk_aborted');
  }
  const origin = {
    actor: { kind: bulk.by_kind, id: bulk.by },
    role: bulk.by_role,
    now: ports.now(),
    commandId,
    bulkId: bulk.id,
    ...(turn.startAt === null ? {} : { startAt: turn.startAt }),
  };
  const isMeant = (job: Job): boolean | Promise<boolean> =>
    job.account_id === bulk.account_id && stillMatches(bulk, job, ports);
  const command = () => commandOf(bulk);
  const result = await appendCommand(ports, { jobId, events: null }, origin, isMeant, command, async () => null);
  switch (result.kind) {
    case 'appended':
    case 'earlier':
      return done;
    case 'forbidden':
      return skipped('role_forbidden');
    case 'refused':
      return skipped(result.code);
    case 'not_accepted':
      return result.job === null || result.job.deleted || result.job.account_id !== bulk.account_id
        ? skipped('not_found')
        : skipped('filter_no_longer_matches');
    case 'conflict':
      return failed('version_conflict');
  }
}

/** The view that selected the job may have been behind, so the filter is checked against the job's log. */
async function stillMatches({ filter }: Bulk, job: Job, ports: BulkPorts): Promise<boolean> {
  if (filter === null) return true;
  if (!matchesFilter(job, filter) || (await onServers([job], filter, ports)).length === 0) return false;
  if (!needsJoin(filter)) return true;
  const now = ports.now();
  const [joined] = await joinJobs([job], ports, now);
  return joined !== undefined && matchesJoined(waitState(joined, now), filter);
}
