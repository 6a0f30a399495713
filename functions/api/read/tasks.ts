import { foldCredential } from '../../domain/credential/credential.ts';
import { foldJob } from '../../domain/job/history.ts';
import { matchesTaskFilter } from '../../domain/task/filter.ts';
import type { Task } from '../../domain/task/task.ts';
import { TASK_PROJECTION } from '../../domain/views/entity-views.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { tasksOf } from '../../domain/views/keys.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { searchRows } from '../../search/search-rows.ts';
import { getTaskContract, listTasksContract, searchTasksContract } from '../contracts/tasks.ts';
import { ownTask } from '../own.ts';
import { pageOfViews } from '../page-views.ts';
import { toTaskResource } from '../resources/task.ts';
import type { ReadPorts } from './ports.ts';
import { openIndexPosition, openPosition, rowPosition, sealIndexPosition, sealPosition } from './positions.ts';

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
    const statusOf = await statuses(views, page.items);
    return {
      status: 200,
      data: page.items.map((task) => toTaskResource(task, ...statusOf(task))),
      page: { limit, next_cursor: await sealIndexPosition(cursors, page.next, binding) },
    };
  });

/** The account's tasks by a filter. */
export const searchTasks = ({ views, cursors }: ReadPorts) =>
  endpoint(searchTasksContract, async ({ accountId, body: { limit, cursor, offset, filter, sort }, now }) => {
    const binding = { account: accountId, operation: 'searchTasks', filter: { filter, sort } };
    const position = await openPosition(cursors, cursor, binding, rowPosition);
    const request = { newestFirst: sort === '-created_at', limit, offset, position, now };
    const found = await searchRows(
      views,
      { key: tasksOf(accountId), createdAt: filter.created_at, ...request },
      async (rows) => {
        const tasks = rows.flatMap((row) => TASK_PROJECTION.fromRow(row) ?? []);
        const own = tasks.filter((task) => task.account_id === accountId);
        const statusOf = await statuses(views, own);
        const resources = own.map((task) => toTaskResource(task, ...statusOf(task)));
        return new Map(
          resources.filter((task) => matchesTaskFilter(task, task.status, filter)).map((task) => [task.id, task]),
        );
      },
    );
    return {
      status: 200,
      data: [...found.items],
      page: { limit, next_cursor: await sealPosition(cursors, found.next, binding) },
      coverage: found.coverage,
    };
  });

/** Of each task the status of its last job, and whether its credential is still there. */
async function statuses(views: ReadPorts['views'], tasks: readonly Task[]) {
  const ids = tasks.flatMap(({ target_credential_id: credential, last_job_id: job }) =>
    job === null ? [credential] : [credential, job],
  );
  const rows = await views.get(ids, { consistent: false });
  return ({ target_credential_id: credential, last_job_id: job }: Task): [string | null, boolean] => {
    const row = job === null ? undefined : rows.get(job);
    const status = row === undefined ? null : (jobOf(row)?.status ?? null);
    // A deleted credential leaves a row without a body.
    return [status, rows.get(credential)?.b !== undefined];
  };
}

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
