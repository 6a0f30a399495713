import * as z from 'zod';
import type { ScheduleRun } from '../../domain/schedule/run.ts';
import { upcoming } from '../../domain/schedule/schedule.ts';
import { activeSchedule, TASK_STATUSES, type Task, taskSchema, taskStatus } from '../../domain/task/task.ts';

const instant = z.iso.datetime();
const NEXT_RUNS = 5;

export const taskResource = z.strictObject({
  ...taskSchema.omit({ scheduled_since: true, last_job_at: true, deleted: true }).shape,
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

/** The job made last of a task: by somebody, or by its schedule. */
export function lastJobOf(task: Task, run: ScheduleRun | null): string | null {
  const bySchedule = run?.fired_at != null && run.fired_at > (task.last_job_at ?? '');
  return bySchedule ? (run?.job_id ?? null) : task.last_job_id;
}

export type TaskCircumstances = {
  readonly run: ScheduleRun | null;
  readonly lastJobStatus: string | null;
  readonly hasCredential: boolean;
};

export const statusOf = (task: Task, { lastJobStatus, hasCredential }: TaskCircumstances) =>
  taskStatus(task, lastJobStatus, hasCredential);

/** The task as the API shows it at `now` (ms). */
export function toTaskResource(task: Task, circumstances: TaskCircumstances, now: number): TaskResource {
  const { run } = circumstances;
  const { scheduled_since: _since, last_job_at: _at, deleted: _deleted, ...shown } = task;
  const active = activeSchedule(task);
  return {
    ...shown,
    last_job_id: lastJobOf(task, run),
    next_runs: active === null ? [] : upcoming(active.schedule, task.id, now, NEXT_RUNS),
    skipped_runs: run?.skipped ?? 0,
    status: statusOf(task, circumstances),
  };
}
