import { crossesAccounts } from '../../domain/account/tenancy.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { foldJob } from '../../domain/job/history.ts';
import { NO_RUNS } from '../../domain/schedule/run.ts';
import type { Task } from '../../domain/task/task.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import { lastJobOf, type TaskResource, toTaskResource } from './resource.ts';

/** One task with the status of its last job, all read from the log. */
export async function showTask(
  { log, runs }: { readonly log: EventLog; readonly runs: Pick<ScheduleRuns, 'read'> },
  task: Task,
  now: number,
): Promise<TaskResource> {
  const known = (await runs.read([task.id], { consistent: true })).get(task.id) ?? NO_RUNS;
  const jobId = lastJobOf(task, known);
  const job = jobId === null ? null : foldJob(await log.current(jobId));
  const credential = foldCredential(await log.current(task.target_credential_id));
  const lastJobStatus = job === null || job.deleted ? null : job.status;
  const hasCredential = credential !== null && !credential.deleted && !crossesAccounts(task, credential);
  return toTaskResource(task, { runs: known, lastJobStatus, hasCredential }, now);
}
