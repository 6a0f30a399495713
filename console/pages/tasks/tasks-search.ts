/** The search of the tasks page: the address is the only state of its filters. The names are those of the API. */
import type { Schemas } from '../../../client/index.ts';
import { many, one, present, uncheckedFor, yesOrNo } from '../../search-parameters/flat.ts';

export type TaskStatus = Schemas['Task']['status'];

export const TASK_STATUSES: readonly TaskStatus[] = ['failed', 'suspended', 'active', 'succeeded', 'idle'];

/** The search as it is in the address. Unknown values are kept, so that the service reports the problem. */
export type TasksSearch = {
  readonly q?: string | undefined;
  readonly status?: readonly string[] | undefined;
  readonly task_type?: readonly string[] | undefined;
  readonly target_credential_id?: readonly string[] | undefined;
  readonly label?: readonly string[] | undefined;
  readonly scheduled?: string | undefined;
};

export function readTasksSearch(raw: Record<string, unknown>): TasksSearch {
  return present({
    q: one(raw.q)?.trim() || undefined,
    status: many(raw.status),
    task_type: many(raw.task_type),
    target_credential_id: many(raw.target_credential_id),
    label: many(raw.label),
    scheduled: one(raw.scheduled),
  });
}

/** The filter for the API. It may hold values that the service refuses, because an address may hold any text. */
export function taskFilterOf({ scheduled, ...texts }: TasksSearch): Schemas['TaskFilter'] {
  return uncheckedFor({ ...texts, scheduled: yesOrNo(scheduled) });
}
