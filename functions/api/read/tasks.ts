import { foldCredential } from '../../domain/credential/credential.ts';
import { foldJob } from '../../domain/job/history.ts';
import type { Task } from '../../domain/task/task.ts';
import { TASK_PROJECTION } from '../../domain/views/entity-views.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { tasksOf } from '../../domain/views/keys.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { getTaskContract, listTasksContract } from '../contracts/tasks.ts';
import { ownTask } from '../own.ts';
import { pageOfViews } from '../page-views.ts';
import { toTaskResource } from '../resources/task.ts';
import type { ReadPorts } from './ports.ts';
import { openIndexPosition, sealIndexPosition } from './positions.ts';

/** The account's tasks, newest first. */
export const listTasks = ({ views, cursors }: ReadPorts) =>
  endpoint(listTasksContract, async ({ accountId, query: { limit, cursor, offset } }) => {
    const binding = { account: accountId, operation: 'listTasks', filter: {} };
    const after = await openIndexPosition(cursors, cursor, binding);
    const page = await pageOfViews(
      views,
      { index: 'account', key: tasksOf(accountId) },
      { limit, offset, after },
      (row) => {
        const task = TASK_PROJECTION.fromRow(row);
        return task?.account_id === accountId ? task : null;
      },
    );
    const rows = await views.get(
      page.items.flatMap((task) => [
        task.target_credential_id,
        ...(task.last_job_id === null ? [] : [task.last_job_id]),
      ]),
      { consistent: false },
    );
    const statusOf = (task: Task): string | null => {
      const row = task.last_job_id === null ? undefined : rows.get(task.last_job_id);
      return row === undefined ? null : (jobOf(row)?.status ?? null);
    };
    // A deleted credential leaves a row without a body.
    const hasCredential = (task: Task): boolean => rows.get(task.target_credential_id)?.b !== undefined;
    return {
      status: 200,
      data: page.items.map((task) => toTaskResource(task, statusOf(task), hasCredential(task))),
      page: { limit, next_cursor: await sealIndexPosition(cursors, page.next, binding) },
    };
  });

/** One task, with the status of its last job, both folded from the log. */
export const getTask = ({ log }: ReadPorts) =>
  endpoint(getTaskContract, async ({ accounts, params }) => {
    const task = await ownTask(log, params.task_id, accounts);
    const job = task.last_job_id === null ? null : foldJob(await log.read(task.last_job_id));
    const credential = foldCredential(await log.read(task.target_credential_id));
    return {
      status: 200,
      data: toTaskResource(
        task,
        job === null || job.deleted ? null : job.status,
        credential !== null && !credential.deleted,
      ),
      etag: task.version,
    };
  });
