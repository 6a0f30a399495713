/**
 * Scheduled runs. The danger is a run too many: so the job of a run has an id derived from the task and the due time,
 * and however many sweepers fire it, in whatever order they die, its first event is written once. What is kept besides
 * (the last run, what was skipped) may be lost or late: the job of the run before is looked up in the log by its derived
 * id, and when nothing is known at all the task's jobs are.
 */
import { foldCredential, waitOf } from '../domain/credential/credential.ts';
import { SYSTEM } from '../domain/event/actors.ts';
import { foldJob } from '../domain/job/history.ts';
import { isTerminal, type Job } from '../domain/job/job.ts';
import { decideRun } from '../domain/schedule/run.ts';
import { latestDue, nextDue } from '../domain/schedule/schedule.ts';
import { activeSchedule, foldTask, type Task, type TaskEvent } from '../domain/task/task.ts';
import { byOwner } from '../domain/views/keys.ts';
import { jobOfTask, requestJob } from '../jobs/request-job.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { ScheduleRuns } from '../ports/schedule-runs.ts';
import type { Views } from '../ports/views.ts';

export type FirePorts = {
  readonly log: EventLog;
  readonly views: Pick<Views, 'reschedule' | 'page'>;
  readonly ids: Pick<Ids, 'derive'>;
  readonly runs: ScheduleRuns;
  now(): number;
};

export type Fired = 'fired' | 'skipped' | 'suspended' | 'nothing';

/** Deals with what is due of a task, if anything is, and says when to look at it again. */
export async function fireTask(taskId: string, ports: FirePorts): Promise<Fired> {
  const { log, views } = ports;
  const task = foldTask(await log.read(taskId));
  const active = task === null ? null : activeSchedule(task);
  if (task === null || active === null) return 'nothing';
  const now = ports.now();
  const fired = await runDue(task, active, now, ports);
  // After this same moment: what comes due meanwhile is for the next look.
  const next = nextDue(active.schedule, task.id, now);
  if (next !== null) await views.reschedule(task.id, task.version, `${new Date(next).toISOString()}#${task.id}`);
  return fired;
}

async function runDue(
  task: Task,
  { schedule, since }: NonNullable<ReturnType<typeof activeSchedule>>,
  now: number,
  ports: FirePorts,
): Promise<Fired> {
  const { log, runs } = ports;
  const due = latestDue(schedule, task.id, since, now);
  if (due === null) return 'nothing';
  const dueAt = new Date(due).toISOString();
  const run = (await runs.read([task.id])).get(task.id) ?? null;
  if (run !== null && run.due >= dueAt) return 'nothing';
  const credential = foldCredential(await log.read(task.target_credential_id));
  if (credential === null || credential.deleted)
    return suspend(task, { code: 'credential_not_found', failures: 0 }, ports);
  const before = latestDue(schedule, task.id, since, due - 1);
  const previous = before === null ? null : jobIdOf(task, before, ports);
  // Nothing is known of earlier runs: there were none, or that was lost.
  const earlier = run === null ? await newestJobs(task, ports) : [];
  const [last, ...others] = await Promise.all([run?.job_id ?? null, previous, task.last_job_id, ...earlier].map(load));
  const sinceAt = new Date(since).toISOString();
  const parked = waitOf(credential, now)?.on === 'credential_parked';
  const decision = decideRun(run, sinceAt, last ?? null, others, parked);
  if (decision.kind === 'suspend') return suspend(task, decision, ports);
  const { failures } = decision;
  const kept = { due: dueAt, since: sinceAt, failures };
  if (decision.kind === 'skip') {
    const skipped = (run?.skipped ?? 0) + 1;
    // The one that is alive stays in sight, whoever made it: later runs look for it here.
    const alive = [last, ...others].find((job) => job != null && !job.deleted && !isTerminal(job.status));
    const job = alive ?? last ?? null;
    const then = { job_id: job?.id ?? null, fired_at: job?.created_at ?? null, skipped };
    return (await runs.record(task.id, { ...then, ...kept }, run?.due ?? null)) ? 'skipped' : 'nothing';
  }
  const jobId = jobIdOf(task, due, ports);
  const appended = await log.append([
    requestJob(jobId, jobOfTask(task, credential.generation, 'schedule'), {
      accountId: task.account_id,
      actor: SYSTEM.scheduler,
      at: new Date(now).toISOString(),
    }),
  ]);
  const then = { job_id: jobId, fired_at: new Date(now).toISOString(), skipped: run?.skipped ?? 0 };
  await runs.record(task.id, { ...then, ...kept }, run?.due ?? null);
  return appended.kind === 'appended' ? 'fired' : 'nothing';

  async function load(id: string | null): Promise<Job | null> {
    return id === null ? null : foldJob(await log.read(id));
  }
}

async function newestJobs({ id, account_id: accountId }: Task, { views }: FirePorts): Promise<readonly string[]> {
  const range = { newestFirst: true, limit: 10, above: null, below: null };
  const { entries } = await views.page({ index: 'task', key: byOwner(accountId, id), ...range });
  return entries.map(({ id: jobId }) => jobId);
}

const jobIdOf = (task: Task, due: number, { ids }: FirePorts): string =>
  ids.derive('job', ['schedule', task.id, new Date(due).toISOString()]);

async function suspend(
  task: Task,
  data: Extract<TaskEvent, { type: 'TaskSuspended' }>['data'],
  { log, now }: FirePorts,
): Promise<Fired> {
  const { code, failures } = data;
  const appended = await log.append([
    {
      streamId: task.id,
      version: task.version + 1,
      accountId: task.account_id,
      actor: SYSTEM.scheduler,
      at: new Date(now()).toISOString(),
      event: { type: 'TaskSuspended', data: { code, failures } },
      audited: true,
    },
  ]);
  return appended.kind === 'appended' ? 'suspended' : 'nothing';
}
