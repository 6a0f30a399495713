import type { BulkAction } from '../../jobs/bulk-actions.ts';
import type { Role } from '../../service/who.ts';

/** What the role may do with jobs that are named, and with all that match a filter. The service judges each request. */
export type BulkRights = { readonly named: readonly BulkAction[]; readonly filtered: readonly BulkAction[] };

const OWNER: readonly BulkAction[] = ['retry', 'resolve', 'trigger', 'delete'];
const RIGHTS: Readonly<Record<Role, BulkRights>> = {
  viewer: { named: [], filtered: [] },
  member: { named: ['retry', 'resolve', 'trigger'], filtered: [] },
  owner: { named: OWNER, filtered: OWNER },
};

export const bulkRights = (role: Role): BulkRights => RIGHTS[role];
