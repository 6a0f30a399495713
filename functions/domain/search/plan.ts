import type { JobFilter } from './filter.ts';

/** One partition of one index of the views. */
export type IndexChoice = { readonly index: 'account' | 'task' | 'credential'; readonly key: string };

/** The most selective index for a filter: one task, then one credential, else the whole account. */
export function planJobs(accountId: string, filter: JobFilter): IndexChoice {
  const [task, ...otherTasks] = filter.task_id ?? [];
  if (task !== undefined && otherTasks.length === 0) return { index: 'task', key: task };
  const [credential, ...otherCredentials] = filter.credential_id ?? [];
  if (credential !== undefined && otherCredentials.length === 0) return { index: 'credential', key: credential };
  return { index: 'account', key: `job#${accountId}` };
}
