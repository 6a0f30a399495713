import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import type { ServerListRead } from '../../table/server-list.tsx';
import { type TasksSearch, taskFilterOf } from './tasks-search.ts';

const PAGE = 50;
const LAST_JOBS = 5;
const followsPulse: QueryMeta = { followsPulse: true };

/** The key of all reads of the tasks of an account. A command on one task invalidates it. */
export const tasksKey = (account: string) => ['tasks', account] as const;

export const taskList = (account: string, search: TasksSearch): ServerListRead<Schemas['Task']> => ({
  key: [...tasksKey(account), 'list', search],
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    return api.tasks.search({
      account_id: account,
      body: { filter: taskFilterOf(search), limit: PAGE, ...at },
      signal,
    });
  },
});

export const taskQuery = (account: string, task: string) =>
  queryOptions({
    queryKey: [...tasksKey(account), 'one', task],
    queryFn: async ({ signal }) => (await api.tasks.get({ task_id: task, signal })).data,
    // The next runs depend on the time, so a task is always read again.
    staleTime: 0,
    meta: followsPulse,
  });

/** The newest jobs of the task. */
export const lastJobsQuery = (account: string, task: string) =>
  queryOptions({
    queryKey: [...tasksKey(account), 'jobs', task],
    queryFn: async ({ signal }) =>
      api.jobs.search({ account_id: account, body: { filter: { task_id: task }, limit: LAST_JOBS }, signal }),
    staleTime: 0,
    meta: followsPulse,
  });
