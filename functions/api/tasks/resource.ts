import * as z from 'zod';
import { actionName } from '../../domain/action/catalogue.ts';
import type { TaskRuns } from '../../domain/schedule/run.ts';
import { upcoming } from '../../domain/schedule/schedule.ts';
import { activeSchedule, TASK_STATUSES, type Task, taskSchema, taskStatus } from '../../domain/task/task.ts';

const instant = z.iso.datetime();
const NEXT_RUNS = 5;

/** A task, as the API shows it. */
export const taskResource = z.strictObject({
  ...taskSchema.omit({ scheduled_since: true, last_job_at: true, changes: true, deleted: true }).shape,
  task_type: z.string().meta({ enum: actionName.options }),
  last_job_id: z.string().nullable(),
  schedule: z
    .union([z.strictObject({ every: z.string() }), z.strictObject({ cron: z.string(), time_zone: z.string() })])
    .nullable(),
  paused: z.strictObject({ reason: z.string().nullable(), at: instant }).nullable(),
  suspended: taskSchema.shape.suspended.unwrap(),
  next_runs: z.array(instant),
  skipped_runs: z.int(),
  status: z.enum(TASK_STATUSES),
});
export type TaskResource = z.infer<typeof taskResource>;

/**
 * The newest job of a task, made by a trigger or by its schedule. Earlier releases wrote triggers into the task's log:
 * these count too.
 */
export function lastJobOf(task: Task, { run, trigger }: TaskRuns): string | null {
  const made = [
    { id: task.last_job_id, at: task.last_job_at },
    { id: trigger?.job_id ?? null, at: trigger?.at ?? null },
    { id: run?.job_id ?? null, at: run?.fired_at ?? null },
  ];
  return made.reduce((last, each) => ((each.at ?? '') > (last.at ?? '') ? each : last)).id;
}

/** Facts from outside the task's stream that its status depends on. */
export type TaskCircumstances = {
  readonly runs: TaskRuns;
  readonly lastJobStatus: string | null;
  readonly hasCredential: boolean;
};

/** The status of a task, as the API shows it. */
export const statusOf = (task: Task, { lastJobStatus, hasCredential }: TaskCircumstances) =>
  taskStatus(task, lastJobStatus, hasCredential);

/** The task as the API shows it at `now` (ms). */
export function toTaskResource(task: Task, circumstances: TaskCircumstances, now: number): TaskResource {
  const { runs } = circumstances;
  const { scheduled_since: _since, last_job_at: _at, changes: _changes, deleted: _deleted, ...shown } = task;
  const active = activeSchedule(task);
  return {
    ...shown,
    last_job_id: lastJobOf(task, runs),
    next_runs: active === null ? [] : upcoming(active.schedule, task.id, now, NEXT_RUNS),
    skipped_runs: runs.run?.skipped ?? 0,
    status: statusOf(task, circumstances),
  };
}
