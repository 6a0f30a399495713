/**
 * Scheduled runs. The danger is a run too many. The job of a run has an id derived from the task and the due time, so
 * that however many sweepers fire it, its first event is written once; and it is written together with what is kept of
 * the run, only in the place of the run that the decision saw, and only while the task is at the version that it saw.
 * So a decision on old data (a later run has begun, somebody triggered, paused or deleted the task) writes nothing and
 * is made again. What is kept of runs may be lost: no job's id depends on it, and the log and the index of open jobs
 * say which jobs have not ended.
 */
import { crossesAccounts } from '../../domain/account/tenancy.ts';
import { waitOf } from '../../domain/credential/admission.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { SYSTEM } from '../../domain/event/actors.ts';
import { foldJob } from '../../domain/job/history.ts';
import { isTerminal, type Job } from '../../domain/job/job.ts';
import { decideRun, NO_RUNS, RUNS_KEPT_MS, type ScheduleRun } from '../../domain/schedule/run.ts';
import { latestDue, nextDue } from '../../domain/schedule/schedule.ts';
import { activeSchedule, type Task, type TaskEvent } from '../../domain/task/task.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { openOfCredential } from '../../domain/views/keys.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Ids } from '../../ports/ids.ts';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import type { Views } from '../../ports/views.ts';
import { loadTask } from '../../streams/load-task.ts';
import { reportCrossing } from '../../streams/refuse-job.ts';
import { jobOfTask, requestJob } from '../../streams/request-job.ts';

const TRIES = 3;
/** A request that triggers a task makes its job within its time-out of 29 s, or never. */
const MAKING_MS = 30_000;
/** Open jobs of a credential that are looked at for those of the task. */
const MOST_OPEN = 200;

export type FirePorts = {
  readonly log: EventLog;
  readonly views: Pick<Views, 'reschedule' | 'page' | 'get'>;
  readonly ids: Pick<Ids, 'derive'>;
  readonly runs: ScheduleRuns;
  now(): number;
};

export type Fired = 'fired' | 'skipped' | 'suspended' | 'nothing';
type Active = NonNullable<ReturnType<typeof activeSchedule>>;

/** Deals with what is due of a task, if anything is, and says when to look at it again. */
export async function fireTask(taskId: string, ports: FirePorts): Promise<Fired> {
  const { views } = ports;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const task = await loadTask(taskId, ports);
    const active = task === null ? null : activeSchedule(task);
    if (task === null || active === null) return 'nothing';
    const now = ports.now();
    const fired = await runDue(task, active, now, ports);
    if (fired === 'overtaken') continue;
    // After this same moment: what comes due meanwhile is for the next look.
    const next = nextDue(active.schedule, task.id, now);
    if (next !== null) await views.reschedule(task.id, task.version, `${new Date(next).toISOString()}#${task.id}`);
    return fired;
  }
  // It stays where it is in the index: the next sweep comes back to it.
  return 'nothing';
}

async function runDue(
  task: Task,
  { schedule, since }: Active,
  now: number,
  ports: FirePorts,
): Promise<Fired | 'overtaken'> {
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
  // The trigger is noted and its job is not there yet: a request is about to make it, or was lost.
  if (trigger !== null && !jobs.has(trigger.job_id) && now - Date.parse(trigger.at) < MAKING_MS) return 'overtaken';
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
    // The run before stays the last one. Not known any more, it may be among those that are alive.
    const own = last ?? [...jobs.values()].find((job) => isAlive(job) && job.source?.kind === 'schedule') ?? null;
    const fired = { job_id: run?.job_id ?? own?.id ?? null, fired_at: run?.fired_at ?? own?.created_at ?? null };
    return (await runs.record(entryOf({ ...fired, skipped: skipped + 1 }))) ? 'skipped' : 'overtaken';
  }
  const jobId = jobIdOf(task, due, ports);
  const at = new Date(now).toISOString();
  const origin = { accountId: task.account_id, actor: SYSTEM.scheduler, at };
  const job = requestJob(jobId, jobOfTask(task, credential.generation, 'schedule'), origin);
  const entry = entryOf({ job_id: jobId, fired_at: at, skipped });
  if (await runs.fire({ ...entry, job, taskVersion: task.version })) return 'fired';
  const made = foldJob(await log.current(jobId));
  if (made === null) return 'overtaken';
  // By another sweeper, which has kept it too, unless that was lost since.
  await runs.record(entryOf({ job_id: jobId, fired_at: made.created_at, skipped }));
  return 'nothing';
}

const isAlive = (job: Job): boolean => !job.deleted && !isTerminal(job.status);

/** Jobs of the task that may be alive, by id: these, the last that somebody made, and those the open index knows of. */
async function jobsInSight(
  task: Task,
  named: readonly (string | null | undefined)[],
  ports: FirePorts,
): Promise<ReadonlyMap<string, Job>> {
  const sought = [...named, task.last_job_id, ...(await openJobs(task, ports))].filter((id) => id != null);
  const found = await Promise.all([...new Set(sought)].map(async (id) => foldJob(await ports.log.current(id))));
  return new Map(found.flatMap((job) => (job === null ? [] : [[job.id, job] as const])));
}

/** The oldest first: the newest are known by name. */
async function openJobs({ id, account_id: accountId, target_credential_id: credential }: Task, { views }: FirePorts) {
  const range = { newestFirst: false, limit: MOST_OPEN, above: null, below: null };
  const { entries } = await views.page({ index: 'credential', key: openOfCredential(accountId, credential), ...range });
  const rows = await views.get(
    entries.map((entry) => entry.id),
    { consistent: false },
  );
  return [...rows.values()].flatMap((row) => {
    const job = jobOf(row);
    return job?.task_id === id ? [job.id] : [];
  });
}

const jobIdOf = (task: Task, due: number, { ids }: FirePorts): string =>
  ids.derive('job', ['schedule', task.id, new Date(due).toISOString()]);

async function suspend(
  task: Task,
  { code, failures }: Extract<TaskEvent, { type: 'TaskSuspended' }>['data'],
  now: number,
  { log }: FirePorts,
): Promise<Fired | 'overtaken'> {
  const appended = await log.append([
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
  return appended.kind === 'appended' ? 'suspended' : 'overtaken';
}
