import type { BulkAction } from '../../jobs/bulk-actions.ts';
import type { Role } from '../../service/who.ts';

/** The actions that the role allows for named jobs, and for all jobs of a filter. The service checks each request. */
export type BulkRights = { readonly named: readonly BulkAction[]; readonly filtered: readonly BulkAction[] };

const OWNER: readonly BulkAction[] = ['retry', 'resolve', 'trigger', 'delete'];
const RIGHTS: Readonly<Record<Role, BulkRights>> = {
  viewer: { named: [], filtered: [] },
  member: { named: ['retry', 'resolve', 'trigger'], filtered: [] },
  owner: { named: OWNER, filtered: OWNER },
};

export const bulkRights = (role: Role): BulkRights => RIGHTS[role];
