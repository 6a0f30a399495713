/**
 * What each operation does to jobs, and so which roles may call it for which jobs. The minimum role of an operation is
 * part of its route; `domain/role/may-cause.ts` decides by the job. The OpenAPI document and `docs/roles.md` are made
 * from this table, and a test calls every operation as each row says.
 */
import { MAX_JOBS_OF_A_MEMBER } from '../domain/role/may-cause.ts';
import { isAtLeast, type Role } from '../domain/role/role.ts';
import { type Operation, ROUTES, type Route } from './routes.ts';

export const EFFECTS = {
  reads: 'changes nothing',
  orders: 'starts work, or changes it or its time; the role is checked for the work after the change',
  syncs: 'starts a sync, which is harmless',
  ends: 'ends work, or makes it wait; starts no work',
  releases: 'lets work continue that was ordered before; orders no new work',
  'sets up': 'has no effect on work',
} as const;
export type Effect = keyof typeof EFFECTS;

/** One entry per operation of the routes; a test compares them. */
export const OPERATIONS: Readonly<Record<Operation, Effect>> = {
  health: 'reads',
  openapi: 'reads',
  signIn: 'reads',
  me: 'reads',
  listJobs: 'reads',
  searchJobs: 'reads',
  searchDeleteJobs: 'ends',
  bulkJobs: 'orders',
  jobStats: 'reads',
  jobStatsSeries: 'reads',
  listFailures: 'reads',
  listFailureGroups: 'reads',
  getFailureGroup: 'reads',
  muteFailureGroup: 'sets up',
  unmuteFailureGroup: 'sets up',
  getJob: 'reads',
  listJobEvents: 'reads',
  retryJob: 'orders',
  triggerJob: 'orders',
  cancelJob: 'ends',
  resolveJob: 'ends',
  reopenJob: 'orders',
  updateJob: 'orders',
  deleteJob: 'ends',
  listBulkOperations: 'reads',
  getBulkOperation: 'reads',
  listBulkItems: 'reads',
  abortBulkOperation: 'ends',
  listLogs: 'reads',
  searchLogs: 'reads',
  getLog: 'reads',
  listLogEvents: 'reads',
  createTask: 'orders',
  listTasks: 'reads',
  searchTasks: 'reads',
  getTask: 'reads',
  updateTask: 'orders',
  deleteTask: 'ends',
  pauseTask: 'ends',
  resumeTask: 'orders',
  triggerTask: 'orders',
  syncMailboxes: 'syncs',
  syncMessages: 'syncs',
  createCredential: 'sets up',
  listCredentials: 'reads',
  searchCredentials: 'reads',
  getCredential: 'reads',
  deleteCredential: 'ends',
  testCredential: 'releases',
  testNewCredential: 'sets up',
  rotateCredential: 'releases',
  updateCredential: 'releases',
  pauseCredential: 'ends',
  resumeCredential: 'releases',
  pauseAccount: 'ends',
  resumeAccount: 'releases',
  createWebhookEndpoint: 'orders',
  listWebhookEndpoints: 'reads',
  getWebhookEndpoint: 'reads',
  updateWebhookEndpoint: 'orders',
  deleteWebhookEndpoint: 'ends',
  rotateWebhookSecret: 'sets up',
  testWebhookEndpoint: 'orders',
  listDeliveries: 'reads',
  getDelivery: 'reads',
  listMailboxes: 'reads',
  listEmails: 'reads',
  searchEmails: 'reads',
  getEmail: 'reads',
};

/**
 * `harmless`: only for harmless jobs. `skips`: the request is accepted, and dangerous jobs are skipped. `open`: no
 * token is needed.
 */
export type Permission = 'open' | 'yes' | 'no' | 'harmless' | 'skips';

export type RoleRow = {
  readonly route: Route;
  /** The requests of the operation that the row is about; null: all. */
  readonly requests: string | null;
  readonly effect: Effect;
  readonly permissions: Readonly<Record<Role, Permission>>;
};

type Part = { readonly requests: string | null; readonly role: Role | null; readonly member: Permission };

/** Requests of one operation that need different roles. */
const PARTS: Partial<Record<Operation, readonly Part[]>> = {
  bulkJobs: [
    { requests: `up to ${MAX_JOBS_OF_A_MEMBER} \`job_ids\`, no delete`, role: 'member', member: 'skips' },
    { requests: `a filter, or more \`job_ids\``, role: 'owner', member: 'no' },
    { requests: '`action: "delete"`', role: 'owner', member: 'no' },
  ],
};

/**
 * One row per operation, in the order of the routes; an operation with several kinds of requests has several rows.
 * Throws Error for a route that is not in the table.
 */
export function roleRows(): readonly RoleRow[] {
  return ROUTES.flatMap((route) => {
    const effect = OPERATIONS[route.operation];
    if (effect === undefined) throw new Error(`the role table has no row for ${route.operation}`);
    const parts = PARTS[route.operation] ?? [
      { requests: null, role: route.role, member: effect === 'orders' ? 'harmless' : 'yes' } as const,
    ];
    return parts.map(({ requests, role: least, member }) => ({
      route,
      requests,
      effect,
      permissions: {
        viewer: permission('viewer', least, 'yes'),
        member: permission('member', least, member),
        owner: permission('owner', least, 'yes'),
      },
    }));
  });
}

function permission(role: Role, least: Role | null, allowed: Permission): Permission {
  if (least === null) return 'open';
  return isAtLeast(role, least) ? allowed : 'no';
}
