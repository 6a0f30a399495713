import { NO_RUNS } from '../../domain/schedule/run.ts';
import { within } from '../../domain/search/values.ts';
import type { Task } from '../../domain/task/task.ts';
import { matchesTaskFilter } from '../../domain/task/task-filter.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { credentialsOf, tasksOf } from '../../domain/views/keys.ts';
import { TASK_PROJECTION } from '../../domain/views/task-view.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openIndexPosition, openPosition, rowPosition, sealIndexPosition, sealPosition } from '../../http/positions.ts';
import { pageOfViews } from '../../queries/page-views.ts';
import { searchRows } from '../../queries/search-rows.ts';
import { getTaskContract, listTasksContract, searchTasksContract } from './contracts.ts';
import { ownTask } from './own-task.ts';
import { lastJobOf, statusOf, type TaskCircumstances, toTaskResource } from './resource.ts';
import { showTask } from './show-task.ts';
import type { TaskPorts } from './task-ports.ts';

/** Lists the account's tasks, newest first. */
export const listTasks = ({ views, cursors, runs }: TaskPorts) =>
  endpoint(listTasksContract, async ({ accountId, query: { limit, cursor, offset }, now }) => {
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
    const circumstancesOf = await circumstances(views, runs, page.items);
    return {
      status: 200,
      data: page.items.map((task) => toTaskResource(task, circumstancesOf(task), now)),
      page: { limit, next_cursor: await sealIndexPosition(cursors, page.next, binding) },
    };
  });

/** Searches the account's tasks. */
export const searchTasks = ({ views, cursors, runs }: TaskPorts) =>
  endpoint(searchTasksContract, async ({ accountId, body: { limit, cursor, offset, filter, sort }, now }) => {
    const binding = { account: accountId, operation: 'searchTasks', filter: { filter, sort } };
    const position = await openPosition(cursors, cursor, binding, rowPosition);
    const request = { newestFirst: sort === '-created_at', limit, offset, position, now };
    const { status } = filter;
    const found = await searchRows(
      views,
      { key: tasksOf(accountId), createdAt: filter.created_at, ...request },
      async (rows) => {
        const tasks = rows.flatMap((row) => TASK_PROJECTION.fromRow(row) ?? []);
        const own = tasks.filter((task) => task.account_id === accountId && matchesTaskFilter(task, filter));
        // The status needs further rows. They are read only for tasks that match all other fields.
        const seen = status === undefined ? null : await circumstances(views, runs, own);
        const chosen = own.filter((task) => seen === null || within(status, statusOf(task, seen(task))));
        return new Map(chosen.map((task) => [task.id, { task, seen }]));
      },
    );
    const unseen = found.items.flatMap(({ task, seen }) => (seen === null ? [task] : []));
    const others = await circumstances(views, runs, unseen);
    return {
      status: 200,
      data: found.items.map(({ task, seen }) => toTaskResource(task, (seen ?? others)(task), now)),
      page: { limit, next_cursor: await sealPosition(cursors, found.next, binding) },
      coverage: found.coverage,
    };
  });

/** For each task: its last runs, the status of its last job, and whether its credential exists. */
async function circumstances(views: TaskPorts['views'], runs: TaskPorts['runs'], tasks: readonly Task[]) {
  const known = await runs.read(
    tasks.map(({ id }) => id),
    { consistent: false },
  );
  const runsOf = ({ id }: Task) => known.get(id) ?? NO_RUNS;
  const ids = tasks.flatMap((task) => {
    const job = lastJobOf(task, runsOf(task));
    return job === null ? [task.target_credential_id] : [task.target_credential_id, job];
  });
  const rows = await views.get(ids, { consistent: false });
  return (task: Task): TaskCircumstances => {
    const own = runsOf(task);
    const job = rows.get(lastJobOf(task, own) ?? '');
    // A deleted credential is no longer in the list of its account. A credential of another account never was.
    const hasCredential = rows.get(task.target_credential_id)?.ga === credentialsOf(task.account_id);
    return { runs: own, lastJobStatus: job === undefined ? null : (jobOf(job)?.status ?? null), hasCredential };
  };
}

/** Gets one task, with the status of its last job, both folded from the log. */
export const getTask = (ports: TaskPorts) =>
  endpoint(getTaskContract, async ({ accounts, params, now }) => {
    const task = await ownTask(ports.log, params.task_id, accounts);
    return { status: 200, data: await showTask(ports, task, now), etag: task.version };
  });
