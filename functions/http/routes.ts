/**
 * Every HTTP route: which function serves it and who may call it. The CDK app creates the gateway's routes from it, and
 * the functions find their handlers by it. It is plain data and imports no code.
 */
import type { Role } from '../domain/role/role.ts';

export type { Role };
export type ApiFunction = 'read' | 'command' | 'credentials' | 'document' | 'tasks' | 'webhooks';
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The id of an operation in the OpenAPI document. */
export type Operation = (typeof ROUTES)[number]['operation'];

export type Route = {
  readonly operation: Operation;
  readonly method: Method;
  readonly path: string;
  readonly function: ApiFunction;
  /** The minimum role of the caller; null: no token is needed. */
  readonly role: Role | null;
};

const ACCOUNT = '/api/accounts/{account_id}';

/** The name of the operation is a literal type, so that a table of operations that lacks one does not compile. */
const route = <const Name extends string>(
  operation: Name,
  method: Method,
  path: string,
  fn: ApiFunction,
  role: Role | null,
) => ({ operation, method, path, function: fn, role }) as const;

export const ROUTES = [
  route('health', 'GET', '/api/health', 'read', null),
  route('openapi', 'GET', '/api/openapi.json', 'document', null),
  route('signIn', 'GET', '/api/auth', 'document', null),
  route('me', 'GET', '/api/me', 'read', 'viewer'),
  route('listJobs', 'GET', `${ACCOUNT}/jobs`, 'read', 'viewer'),
  route('searchJobs', 'POST', `${ACCOUNT}/jobs/search`, 'read', 'viewer'),
  route('searchDeleteJobs', 'POST', `${ACCOUNT}/jobs/search-delete`, 'command', 'owner'),
  route('bulkJobs', 'POST', `${ACCOUNT}/jobs/bulk`, 'command', 'member'),
  route('jobStats', 'GET', `${ACCOUNT}/jobs/stats`, 'read', 'viewer'),
  route('jobStatsSeries', 'GET', `${ACCOUNT}/jobs/stats/series`, 'read', 'viewer'),
  route('listFailures', 'GET', '/api/failures', 'read', 'viewer'),
  route('listFailureGroups', 'GET', `${ACCOUNT}/failure-groups`, 'read', 'viewer'),
  route('getFailureGroup', 'GET', '/api/failure-groups/{failure_group_id}', 'read', 'viewer'),
  route('muteFailureGroup', 'POST', '/api/failure-groups/{failure_group_id}/mute', 'command', 'member'),
  route('unmuteFailureGroup', 'POST', '/api/failure-groups/{failure_group_id}/unmute', 'command', 'member'),
  route('getJob', 'GET', '/api/jobs/{job_id}', 'read', 'viewer'),
  route('listJobEvents', 'GET', '/api/jobs/{job_id}/events', 'read', 'viewer'),
  route('retryJob', 'POST', '/api/jobs/{job_id}/retry', 'command', 'member'),
  route('triggerJob', 'POST', '/api/jobs/{job_id}/trigger', 'command', 'member'),
  route('cancelJob', 'POST', '/api/jobs/{job_id}/cancel', 'command', 'member'),
  route('resolveJob', 'POST', '/api/jobs/{job_id}/resolve', 'command', 'member'),
  route('reopenJob', 'POST', '/api/jobs/{job_id}/reopen', 'command', 'member'),
  route('updateJob', 'PATCH', '/api/jobs/{job_id}', 'command', 'member'),
  route('deleteJob', 'DELETE', '/api/jobs/{job_id}', 'command', 'owner'),
  route('listBulkOperations', 'GET', `${ACCOUNT}/bulk-operations`, 'read', 'viewer'),
  route('getBulkOperation', 'GET', '/api/bulk-operations/{bulk_id}', 'read', 'viewer'),
  route('listBulkItems', 'GET', '/api/bulk-operations/{bulk_id}/items', 'read', 'viewer'),
  route('abortBulkOperation', 'POST', '/api/bulk-operations/{bulk_id}/abort', 'command', 'owner'),
  route('listLogs', 'GET', `${ACCOUNT}/logs`, 'read', 'viewer'),
  route('searchLogs', 'POST', `${ACCOUNT}/logs/search`, 'read', 'viewer'),
  route('getLog', 'GET', '/api/logs/{log_id}', 'read', 'viewer'),
  route('listLogEvents', 'GET', '/api/logs/{log_id}/events', 'read', 'viewer'),
  route('createTask', 'POST', `${ACCOUNT}/tasks`, 'tasks', 'member'),
  route('listTasks', 'GET', `${ACCOUNT}/tasks`, 'tasks', 'viewer'),
  route('searchTasks', 'POST', `${ACCOUNT}/tasks/search`, 'tasks', 'viewer'),
  route('getTask', 'GET', '/api/tasks/{task_id}', 'tasks', 'viewer'),
  route('updateTask', 'PATCH', '/api/tasks/{task_id}', 'tasks', 'member'),
  route('deleteTask', 'DELETE', '/api/tasks/{task_id}', 'tasks', 'owner'),
  route('pauseTask', 'POST', '/api/tasks/{task_id}/pause', 'tasks', 'owner'),
  route('resumeTask', 'POST', '/api/tasks/{task_id}/resume', 'tasks', 'owner'),
  route('triggerTask', 'POST', '/api/tasks/{task_id}/trigger', 'tasks', 'member'),
  route('syncMailboxes', 'POST', `${ACCOUNT}/imap/sync-mailboxes`, 'tasks', 'member'),
  route('syncMessages', 'POST', `${ACCOUNT}/imap/sync-messages`, 'tasks', 'member'),
  route('createCredential', 'POST', `${ACCOUNT}/provider-credentials`, 'credentials', 'owner'),
  route('listCredentials', 'GET', `${ACCOUNT}/provider-credentials`, 'read', 'viewer'),
  route('searchCredentials', 'POST', `${ACCOUNT}/provider-credentials/search`, 'read', 'viewer'),
  route('getCredential', 'GET', '/api/provider-credentials/{credential_id}', 'read', 'viewer'),
  route('deleteCredential', 'DELETE', '/api/provider-credentials/{credential_id}', 'credentials', 'owner'),
  route('testCredential', 'POST', '/api/provider-credentials/{credential_id}/test', 'credentials', 'owner'),
  route('testNewCredential', 'POST', `${ACCOUNT}/provider-credentials/test`, 'credentials', 'owner'),
  route('rotateCredential', 'POST', '/api/provider-credentials/{credential_id}/rotate', 'credentials', 'owner'),
  route('updateCredential', 'PATCH', '/api/provider-credentials/{credential_id}', 'credentials', 'owner'),
  route('pauseCredential', 'POST', '/api/provider-credentials/{credential_id}/pause', 'credentials', 'owner'),
  route('resumeCredential', 'POST', '/api/provider-credentials/{credential_id}/resume', 'credentials', 'owner'),
  route('pauseAccount', 'POST', `${ACCOUNT}/pause`, 'command', 'owner'),
  route('resumeAccount', 'POST', `${ACCOUNT}/resume`, 'command', 'owner'),
  route('createWebhookEndpoint', 'POST', `${ACCOUNT}/webhook-endpoints`, 'credentials', 'owner'),
  route('listWebhookEndpoints', 'GET', `${ACCOUNT}/webhook-endpoints`, 'credentials', 'viewer'),
  route('getWebhookEndpoint', 'GET', '/api/webhook-endpoints/{webhook_endpoint_id}', 'credentials', 'viewer'),
  route('updateWebhookEndpoint', 'PATCH', '/api/webhook-endpoints/{webhook_endpoint_id}', 'credentials', 'owner'),
  route('deleteWebhookEndpoint', 'DELETE', '/api/webhook-endpoints/{webhook_endpoint_id}', 'credentials', 'owner'),
  route('rotateWebhookSecret', 'POST', '/api/webhook-endpoints/{webhook_endpoint_id}/rotate', 'credentials', 'owner'),
  route('testWebhookEndpoint', 'POST', '/api/webhook-endpoints/{webhook_endpoint_id}/test', 'credentials', 'owner'),
  route('listDeliveries', 'GET', '/api/webhook-endpoints/{webhook_endpoint_id}/deliveries', 'credentials', 'viewer'),
  route('getDelivery', 'GET', '/api/deliveries/{delivery_id}', 'credentials', 'viewer'),
  route('listMailboxes', 'GET', `${ACCOUNT}/mailboxes`, 'credentials', 'viewer'),
  route('listEmails', 'GET', `${ACCOUNT}/emails`, 'credentials', 'viewer'),
  route('searchEmails', 'POST', `${ACCOUNT}/emails/search`, 'credentials', 'viewer'),
  route('getEmail', 'GET', '/api/emails/{email_id}', 'credentials', 'viewer'),
] as const;

/** The audit can only be read: other methods on these paths are answered with 405 and not with 404. */
export const READ_ONLY_PATHS = [
  `${ACCOUNT}/logs`,
  `${ACCOUNT}/logs/search`,
  '/api/logs/{log_id}',
  '/api/logs/{log_id}/events',
] as const;

/**
 * Methods that are answered with 405 on the paths above. OPTIONS is not among them: browsers send it without a token.
 */
export const REFUSED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Route keys of the methods that read-only paths refuse. */
export const REFUSED_ROUTES: readonly { readonly method: (typeof REFUSED_METHODS)[number]; readonly path: string }[] =
  READ_ONLY_PATHS.flatMap((path) => {
    const taken: readonly string[] = ROUTES.filter((each) => each.path === path).map(({ method }) => method);
    return REFUSED_METHODS.filter((method) => !taken.includes(method)).map((method) => ({ method, path }));
  });

/** Whether a route only reads. Searches read, although they are sent by POST. */
export const isRead = ({ method, path, function: fn }: Route): boolean =>
  method === 'GET' || fn === 'read' || path.endsWith('/search');

/** The path that providers call: no token, but the provider's own signature or handshake, and bodies of any type. */
export const WEBHOOK_PATH = '/webhooks/{webhook_endpoint_id}';
