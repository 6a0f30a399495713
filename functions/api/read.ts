import { KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { dynamoAuditLog } from '../adapters/dynamodb/audit-log.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoConnections } from '../adapters/dynamodb/connections.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../adapters/dynamodb/leases.ts';
import { dynamoPermits } from '../adapters/dynamodb/permits.ts';
import { dynamoSlots } from '../adapters/dynamodb/slots.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { dynamoCursorSeal } from '../adapters/kms/cursor-seal.ts';
import { kmsVault } from '../adapters/kms/vault.ts';
import { settings } from '../runtime/environment.ts';
import { requestLimits } from '../runtime/http/request-limits.ts';
import { serve } from '../runtime/http/serve.ts';
import { jobServers } from '../search/servers-of-jobs.ts';
import { fromViews } from '../streams/current.ts';
import { getBulkOperation, listBulkItems, listBulkOperations } from './read/bulk.ts';
import { getCredential, listCredentials, searchCredentials } from './read/credentials.ts';
import { getJob } from './read/get-job.ts';
import { health } from './read/health.ts';
import { listJobs, searchJobsByFilter } from './read/jobs.ts';
import { listFailures } from './read/list-failures.ts';
import { listJobEvents } from './read/list-job-events.ts';
import { listLogEvents } from './read/list-log-events.ts';
import { getLog, listLogs, searchLogs } from './read/logs.ts';
import { jobStats, jobStatsSeries } from './read/stats.ts';

const { EVENTS_TABLE, VIEWS_TABLE, SECRETS_TABLE, LEASES_TABLE, DATA_KEY_ID, LIMITS, ACCOUNT_WAITS } = settings;
const environment = z
  .object({ EVENTS_TABLE, VIEWS_TABLE, SECRETS_TABLE, LEASES_TABLE, DATA_KEY_ID, LIMITS, ACCOUNT_WAITS })
  .parse(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const vault = kmsVault(new KMSClient(REQUESTS), environment.DATA_KEY_ID);
const connections = dynamoConnections(client, environment.SECRETS_TABLE);
const ports = {
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  audit: dynamoAuditLog(client, environment.EVENTS_TABLE),
  views,
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  slots: dynamoSlots(client, environment.LEASES_TABLE),
  ids,
  accountWaits: environment.ACCOUNT_WAITS,
  cursors: dynamoCursorSeal(client, environment.VIEWS_TABLE, vault),
  vault: connections,
  serversOf: jobServers(connections),
};

const permits = dynamoPermits(client, environment.LEASES_TABLE);

export const handler = serve(
  [
    health(),
    listJobs(ports),
    searchJobsByFilter(ports),
    jobStats(ports),
    jobStatsSeries(ports),
    listFailures(),
    getJob(ports),
    listJobEvents(ports),
    listBulkOperations(ports),
    getBulkOperation(ports),
    listBulkItems(ports),
    listLogs(ports),
    searchLogs(ports),
    getLog(ports),
    listLogEvents(ports),
    listCredentials(ports),
    searchCredentials(ports),
    getCredential(ports),
  ],
  requestLimits(permits, environment.LIMITS),
);
