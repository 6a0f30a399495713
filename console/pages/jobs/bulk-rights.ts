import type { Schemas } from '../../../client/index.ts';
import type { BulkAction } from '../../jobs/bulk-actions.ts';

/** The actions that the role allows for named jobs, and for all jobs of a filter. The service checks each request. */
export type BulkRights = { readonly named: readonly BulkAction[]; readonly filtered: readonly BulkAction[] };

type Role = Schemas['Me']['role'];

const OWNER: readonly BulkAction[] = ['retry', 'resolve', 'trigger', 'delete'];
const RIGHTS: Readonly<Record<Role, BulkRights>> = {
  viewer: { named: [], filtered: [] },
  member: { named: ['retry', 'resolve', 'trigger'], filtered: [] },
  owner: { named: OWNER, filtered: OWNER },
};

export const bulkRights = (role: Role): BulkRights => RIGHTS[role];

/** `job`: the jobs that are named; undefined for all that match a filter. */
export const mayOrder = (rights: BulkRights, action: BulkAction, job: readonly string[] | undefined): boolean =>
  (job === undefined ? rights.filtered : rights.named).includes(action);
