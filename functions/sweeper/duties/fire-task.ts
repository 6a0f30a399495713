/**
 * Starts scheduled runs, each one exactly once. The id of the job is derived from the task and the due time, so its
 * first event is written once, by whichever sweeper is first. The same transaction writes the record of the run. It
 * succeeds only if the previous run and the version of the task are those that the decision saw. So a decision on old
 * data (a later run has started, or the task was triggered, paused or deleted) writes nothing and is made again.
 * Records of runs may be lost: job ids do not depend on them, and the log and the index of open jobs show which jobs
 * have not ended.
 */
import { crossesAccounts } from '../../domain/account/tenancy.ts';
import { waitOf } from '../../domain/credential/admission.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { SYSTEM } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal, type Job } from '../../domain/job/job.ts';
import { decideRun, NO_RUNS, RUNS_KEPT_MS, type ScheduleRun } from '../../domain/schedule/run.ts';
import { latestDue, nextDue } from '../../domain/schedule/schedule.ts';
import { activeSchedule, foldTask, type Task, type TaskEvent } from '../../domain/task/task.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Ids } from '../../ports/ids.ts';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import type { Views } from '../../ports/views.ts';
import { someOpenJobs } from '../../queries/open-jobs.ts';
import { appendOnce } from '../../streams/append-once.ts';
import { decideAndAppend, OVERTAKEN } from '../../streams/decide-and-append.ts';
import { reportCrossing } from '../../streams/refuse-job.ts';
import { jobOfTask, requestJob } from '../../streams/request-job.ts';
import { atMost } from '../../streams/retries.ts';
import { streamOf } from '../../streams/stream-of.ts';

const ROUNDS = 3;
/** A request that triggers a task creates its job within its timeout of 29 s, or never. */
const MAKING_MS = 30_000;
/** Maximum number of open jobs of the credential that are searched for jobs of the task. */
const MAX_OPEN = 200;

export type FirePorts = {
  readonly log: EventLog;
  readonly views: Pick<Views, 'reschedule' | 'page' | 'get'>;
  readonly ids: Pick<Ids, 'derive'>;
  readonly runs: ScheduleRuns;
  now(): number;
};

export type Fired = 'fired' | 'skipped' | 'suspended' | 'nothing';
type Active = NonNullable<ReturnType<typeof activeSchedule>>;

/**
 * Starts the task's due run, or skips it or suspends the task by its rules, and sets the next due time. `nothing`: no
 * run was due, or another writer was faster.
 */
export async function fireTask(taskId: string, ports: FirePorts): Promise<Fired> {
  const { log, views } = ports;
  const stream = streamOf<Task>(log, taskId, foldTask, atMost(ROUNDS));
  // Runs are appended with their records in one transaction. A run that was overtaken is decided again.
  const outcome = await decideAndAppend<Task, Fired>(log, stream, async (task) => {
    const active = task === null ? null : activeSchedule(task);
    if (task === null || active === null) return { events: null, result: 'nothing' };
    const now = ports.now();
    const fired = await runDue(task, active, now, ports);
    if (fired === OVERTAKEN) return OVERTAKEN;
    // The next due time is after `now`: a run that becomes due meanwhile is handled by the next sweep.
    const next = nextDue(active.schedule, task.id, now);
    if (next !== null) await views.reschedule(task.id, task.version, `${new Date(next).toISOString()}#${task.id}`);
    return { events: null, result: fired };
  });
  // After a conflict the task stays in the index, and the next sweep finds it again.
  return outcome.kind === 'unchanged' ? outcome.result : 'nothing';
}

async function runDue(
  task: Task,
  { schedule, since }: Active,
  now: number,
  ports: FirePorts,
): Promise<Fired | typeof OVERTAKEN> {
  const { log, runs } = ports;
  const due = latestDue(schedule, task.id, since, now);
  if (due === null) return 'nothing';
  const dueAt = new Date(due).toISOString();
  const { run, trigger } = (await runs.read([task.id], { consistent: true })).get(task.id) ?? NO_RUNS;
  if (run !== null && run.due >= dueAt) return 'nothing';
  const credential = foldCredential(await log.current(task.target_credential_id));
  if (credential === null || credential.deleted)
    return suspend(task, { code: 'credential_not_found', failures: 0 }, now, ports);
  if (crossesAccounts(task, credential)) {
    const done = await suspend(task, { code: 'credential_of_another_account', failures: 0 }, now, ports);
    if (done === 'suspended')
      reportCrossing({ task_id: task.id, account_id: task.account_id, credential_id: task.target_credential_id });
    return done;
  }
  const before = latestDue(schedule, task.id, since, due - 1);
  const named = [run?.job_id, before === null ? null : jobIdOf(task, before, ports), trigger?.job_id];
  const jobs = await jobsInSight(task, named, ports);
  // The trigger is recorded but its job does not exist yet: the request is about to create it, or was lost.
  if (trigger !== null && !jobs.has(trigger.job_id) && now - Date.parse(trigger.at) < MAKING_MS) return OVERTAKEN;
  const last = run?.job_id == null ? null : (jobs.get(run.job_id) ?? null);
  const sinceAt = new Date(since).toISOString();
  const parked = waitOf(credential, now)?.on === 'credential_parked';
  const decision = decideRun(run, sinceAt, last, [...jobs.values()], parked);
  if (decision.kind === 'suspend') return suspend(task, decision, now, ports);
  const { failures } = decision;
  const until = (nextDue(schedule, task.id, now) ?? now) + RUNS_KEPT_MS;
  const skipped = run?.skipped ?? 0;
  const entryOf = (kept: Pick<ScheduleRun, 'job_id' | 'fired_at' | 'skipped'>) => ({
    taskId: task.id,
    run: { due: dueAt, since: sinceAt, failures, ...kept },
    replaces: run?.due ?? null,
    trigger,
    until,
  });
  if (decision.kind === 'skip') {
    // The previous run stays the last one. If its record is lost, it may be among the jobs that are still open.
    const own = last ?? [...jobs.values()].find((job) => isAlive(job) && job.source?.kind === 'schedule') ?? null;
    const fired = { job_id: run?.job_id ?? own?.id ?? null, fired_at: run?.fired_at ?? own?.created_at ?? null };
    return (await runs.record(entryOf({ ...fired, skipped: skipped + 1 }))) ? 'skipped' : OVERTAKEN;
  }
  const jobId = jobIdOf(task, due, ports);
  const at = new Date(now).toISOString();
  const origin = { accountId: task.account_id, actor: SYSTEM.scheduler, at };
  const job = requestJob(jobId, jobOfTask(task, credential.generation, 'schedule'), origin);
  const entry = entryOf({ job_id: jobId, fired_at: at, skipped });
  if (await runs.fire({ ...entry, job, taskVersion: task.version })) return 'fired';
  const made = foldJob(await log.current(jobId));
  if (made === null) return OVERTAKEN;
  // Another sweeper started this run. Its record is written again, in case it was lost.
  await runs.record(entryOf({ job_id: jobId, fired_at: made.created_at, skipped }));
  return 'nothing';
}

const isAlive = (job: Job): boolean => !job.deleted && !isTerminal(job.status);

/**
 * Jobs of the task that may be open, by id: the given ones, the last one that was triggered, and those in the open
 * index.
 */
async function jobsInSight(
  task: Task,
  named: readonly (string | null | undefined)[],
  ports: FirePorts,
): Promise<ReadonlyMap<string, Job>> {
  const sought = [...named, task.last_job_id, ...(await openJobs(task, ports))].filter((id) => id != null);
  const found = await Promise.all([...new Set(sought)].map(async (id) => foldJob(await ports.log.current(id))));
  return new Map(found.flatMap((job) => (job === null ? [] : [[job.id, job] as const])));
}

/** Reads the oldest first: the newest are known by their ids. */
async function openJobs({ id, account_id: accountId, target_credential_id: credentialId }: Task, { views }: FirePorts) {
  const jobs = await someOpenJobs(views, { accountId, credentialId }, { newestFirst: false, page: MAX_OPEN });
  return jobs.filter((job) => job.task_id === id).map((job) => job.id);
}

const jobIdOf = (task: Task, due: number, { ids }: FirePorts): string =>
  ids.derive('job', ['schedule', task.id, new Date(due).toISOString()]);

async function suspend(
  task: Task,
  { code, failures }: Extract<TaskEvent, { type: 'TaskSuspended' }>['data'],
  now: number,
  { log }: FirePorts,
): Promise<Fired | typeof OVERTAKEN> {
  const isAppended = await appendOnce(log, [
    {
      streamId: task.id,
      version: task.version + 1,
      accountId: task.account_id,
      actor: SYSTEM.scheduler,
      at: new Date(now).toISOString(),
      event: { type: 'TaskSuspended', data: { code, failures } },
      audited: true,
    },
  ]);
  return isAppended ? 'suspended' : OVERTAKEN;
}
