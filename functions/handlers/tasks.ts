import { KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoConnections } from '../adapters/dynamodb/connections.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../adapters/dynamodb/leases.ts';
import { dynamoPermits } from '../adapters/dynamodb/permits.ts';
import { dynamoQuotaCounts } from '../adapters/dynamodb/quota-counts.ts';
import { readMailboxes } from '../adapters/dynamodb/read-mailboxes.ts';
import { dynamoReadScheduleRuns } from '../adapters/dynamodb/read-schedule-runs.ts';
import { dynamoSlots } from '../adapters/dynamodb/slots.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { dynamoCursorSeal } from '../adapters/kms/cursor-seal.ts';
import { kmsVault } from '../adapters/kms/vault.ts';
import { quotas } from '../api/accounts/quotas.ts';
import { deleteTask, pauseTask, resumeTask, updateTask } from '../api/tasks/commands.ts';
import { createTask } from '../api/tasks/create-task.ts';
import { getTask, listTasks, searchTasks } from '../api/tasks/read-tasks.ts';
import { syncMailboxes, syncMessages } from '../api/tasks/sync.ts';
import type { TaskPorts } from '../api/tasks/task-ports.ts';
import { triggerTask } from '../api/tasks/trigger-task.ts';
import { requestLimits } from '../http/request-limits.ts';
import { serve } from '../http/serve.ts';
import { jobServers } from '../queries/servers-of-jobs.ts';
import { settings } from '../runtime/environment.ts';
import { fromViews } from '../streams/current.ts';

const environment = z
  .object({
    EVENTS_TABLE: settings.EVENTS_TABLE,
    VIEWS_TABLE: settings.VIEWS_TABLE,
    SECRETS_TABLE: settings.SECRETS_TABLE,
    LEASES_TABLE: settings.LEASES_TABLE,
    MAIL_TABLE: settings.MAIL_TABLE,
    DATA_KEY_ID: settings.DATA_KEY_ID,
    LIMITS: settings.LIMITS,
    ACCOUNT_WAITS: settings.ACCOUNT_WAITS,
  })
  .parse(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const vault = kmsVault(new KMSClient(REQUESTS), environment.DATA_KEY_ID);
const cursors = dynamoCursorSeal(client, environment.VIEWS_TABLE, vault);
const ports: TaskPorts = {
  quotas: quotas(dynamoQuotaCounts(client, environment.LEASES_TABLE), views, environment.LIMITS),
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  views,
  ids,
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  slots: dynamoSlots(client, environment.LEASES_TABLE),
  serversOf: jobServers(dynamoConnections(client, environment.SECRETS_TABLE)),
  accountWaits: environment.ACCOUNT_WAITS,
  mail: readMailboxes(client, environment.MAIL_TABLE),
  runs: dynamoReadScheduleRuns(client, environment.LEASES_TABLE),
  cursors,
  fingerprint: cursors.fingerprint,
};

const permits = dynamoPermits(client, environment.LEASES_TABLE);

export const handler = serve(
  [
    createTask(ports),
    listTasks(ports),
    searchTasks(ports),
    getTask(ports),
    updateTask(ports),
    deleteTask(ports),
    pauseTask(ports),
    resumeTask(ports),
    triggerTask(ports),
    syncMailboxes(ports),
    syncMessages(ports),
  ],
  requestLimits(permits, environment.LIMITS),
);
