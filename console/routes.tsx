/** All addresses of the console. A page is loaded when it is first opened; the overview comes with the start. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readJobsPage } from './jobs/bulk-search.ts';
import { readAuditSearch } from './pages/audit/audit-search.ts';
import { readBulkItemsSearch } from './pages/bulk/bulk-items-search.ts';
import { readBulkOperationsSearch } from './pages/bulk/bulk-operations-search.ts';
import { readCredentialSearch, readCredentialsSearch } from './pages/credentials/credentials-search.ts';
import { readFailuresSearch } from './pages/failures/failures-search.ts';
import { readFoldersSearch } from './pages/mail/folders-search.ts';
import { readMessagesSearch } from './pages/mail/messages-search.ts';
import { Overview } from './pages/overview/overview.tsx';
import { readTasksSearch } from './pages/tasks/tasks-search.ts';
import { readDeliveriesSearch } from './pages/webhooks/webhooks-search.ts';
import { onlyRead, parseFlat, stringifyFlat } from './search-parameters/flat.ts';
import { whoQuery } from './service/who.ts';
import { Shell } from './shell/shell.tsx';
import { NotFound, Refusal } from './states/refusal.tsx';
import { Loading } from './states/states.tsx';

type Context = {
  readonly queries: QueryClient;
  /** The address with which the console was started. */
  readonly start: { readonly pathname: string; readonly search: Readonly<Record<string, readonly string[]>> };
};

const root = createRootRouteWithContext<Context>()({ component: Outlet });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { accounts } = await context.queries.ensureQueryData(whoQuery);
    const [first] = accounts;
    if (first !== undefined) throw redirect({ to: '/a/$account', params: { account: first.id }, replace: true });
  },
  component: () => <NotFound what="An account of yours" />,
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/a/$account',
  beforeLoad: async ({ context }) => void (await context.queries.ensureQueryData(whoQuery)),
  component: Shell,
});

const overview = createRoute({
  getParentRoute: () => account,
  path: '/',
  component: Overview,
});

const jobs = createRoute({
  getParentRoute: () => account,
  path: '/jobs',
  validateSearch: onlyRead(readJobsPage),
  component: lazyRouteComponent(() => import('./pages/jobs/jobs.tsx'), 'Jobs'),
});

/** Shown beside the list from 1280 px on, otherwise instead of it. */
const job = createRoute({
  getParentRoute: () => jobs,
  path: '$job',
  component: lazyRouteComponent(() => import('./pages/job/job.tsx'), 'Job'),
});

const failures = createRoute({
  getParentRoute: () => account,
  path: '/failures',
  validateSearch: onlyRead(readFailuresSearch),
  component: lazyRouteComponent(() => import('./pages/failures/failures.tsx'), 'Failures'),
});

/** Its search is the tab and the order of the list that it was opened from. */
const failureGroup = createRoute({
  getParentRoute: () => account,
  path: '/failures/$group',
  validateSearch: onlyRead(readFailuresSearch),
  component: lazyRouteComponent(() => import('./pages/failures/failure-group.tsx'), 'FailureGroup'),
});

const bulkOperations = createRoute({
  getParentRoute: () => account,
  path: '/bulk',
  validateSearch: onlyRead(readBulkOperationsSearch),
  component: lazyRouteComponent(() => import('./pages/bulk/bulk-operations.tsx'), 'BulkOperations'),
});

const bulkOperation = createRoute({
  getParentRoute: () => account,
  path: '/bulk/$bulk',
  validateSearch: onlyRead(readBulkItemsSearch),
  component: lazyRouteComponent(() => import('./pages/bulk/bulk-operation.tsx'), 'BulkOperation'),
});

const credentials = createRoute({
  getParentRoute: () => account,
  path: '/credentials',
  validateSearch: onlyRead(readCredentialsSearch),
  component: lazyRouteComponent(() => import('./pages/credentials/credentials.tsx'), 'Credentials'),
});

const addCredential = createRoute({
  getParentRoute: () => account,
  path: '/credentials/add',
  component: lazyRouteComponent(() => import('./pages/credentials/add-credential.tsx'), 'AddCredential'),
});

/** With the filters of the list that it was opened from. */
const credential = createRoute({
  getParentRoute: () => account,
  path: '/credentials/$credential',
  validateSearch: onlyRead(readCredentialSearch),
  component: lazyRouteComponent(() => import('./pages/credentials/credential.tsx'), 'Credential'),
});

const webhooks = createRoute({
  getParentRoute: () => account,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./pages/webhooks/webhooks.tsx'), 'Webhooks'),
});

const addWebhook = createRoute({
  getParentRoute: () => account,
  path: '/webhooks/add',
  component: lazyRouteComponent(() => import('./pages/webhooks/add-webhook.tsx'), 'AddWebhook'),
});

const webhook = createRoute({
  getParentRoute: () => account,
  path: '/webhooks/$endpoint',
  validateSearch: onlyRead(readDeliveriesSearch),
  component: lazyRouteComponent(() => import('./pages/webhooks/webhook.tsx'), 'Webhook'),
});

/** With the filters of the deliveries that it was opened from. */
const delivery = createRoute({
  getParentRoute: () => account,
  path: '/webhooks/$endpoint/deliveries/$delivery',
  validateSearch: onlyRead(readDeliveriesSearch),
  component: lazyRouteComponent(() => import('./pages/webhooks/delivery.tsx'), 'Delivery'),
});

const tasks = createRoute({
  getParentRoute: () => account,
  path: '/tasks',
  validateSearch: onlyRead(readTasksSearch),
  component: lazyRouteComponent(() => import('./pages/tasks/tasks.tsx'), 'Tasks'),
});

const addTask = createRoute({
  getParentRoute: () => account,
  path: '/tasks/add',
  component: lazyRouteComponent(() => import('./pages/tasks/add-task.tsx'), 'AddTask'),
});

/** With the filters of the list that it was opened from. */
const task = createRoute({
  getParentRoute: () => account,
  path: '/tasks/$task',
  validateSearch: onlyRead(readTasksSearch),
  component: lazyRouteComponent(() => import('./pages/tasks/task.tsx'), 'Task'),
});

const mailboxes = createRoute({
  getParentRoute: () => account,
  path: '/mailboxes',
  validateSearch: onlyRead(readFoldersSearch),
  component: lazyRouteComponent(() => import('./pages/mail/folders.tsx'), 'Folders'),
});

const messages = createRoute({
  getParentRoute: () => account,
  path: '/messages',
  validateSearch: onlyRead(readMessagesSearch),
  component: lazyRouteComponent(() => import('./pages/mail/messages.tsx'), 'Messages'),
});

/** Its search is the filters of the list that it was opened from. */
const message = createRoute({
  getParentRoute: () => account,
  path: '/messages/$email',
  validateSearch: onlyRead(readMessagesSearch),
  component: lazyRouteComponent(() => import('./pages/mail/message.tsx'), 'Message'),
});

const audit = createRoute({
  getParentRoute: () => account,
  path: '/audit',
  validateSearch: onlyRead(readAuditSearch),
  component: lazyRouteComponent(() => import('./pages/audit/audit.tsx'), 'Audit'),
});

/** Its search is the filters of the list that it was opened from. */
const auditEntry = createRoute({
  getParentRoute: () => account,
  path: '/audit/$entry',
  validateSearch: onlyRead(readAuditSearch),
  component: lazyRouteComponent(() => import('./pages/audit/audit-entry.tsx'), 'AuditEntry'),
});

export function newRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      home,
      account.addChildren([
        overview,
        jobs.addChildren([job]),
        failures,
        failureGroup,
        bulkOperations,
        bulkOperation,
        tasks,
        addTask,
        task,
        credentials,
        addCredential,
        credential,
        webhooks,
        addWebhook,
        webhook,
        delivery,
        mailboxes,
        messages,
        message,
        audit,
        auditEntry,
      ]),
    ]),
    context: { queries, start: { pathname: location.pathname, search: parseFlat(location.search) } },
    parseSearch: parseFlat,
    stringifySearch: stringifyFlat,
    defaultPendingComponent: () => <Loading what="the page" />,
    defaultErrorComponent: ({ error, reset }) => <Refusal error={asError(error)} what="The page" again={reset} />,
    defaultNotFoundComponent: () => <NotFound what="This page" />,
    scrollRestoration: true,
  });
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
