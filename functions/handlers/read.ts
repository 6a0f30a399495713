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
import { listLogEvents } from '../api/audit/list-log-events.ts';
import { getLog, listLogs, searchLogs } from '../api/audit/read-logs.ts';
import { getBulkOperation, listBulkItems, listBulkOperations } from '../api/bulk-operations/read-bulk-operations.ts';
import { withLastUse } from '../api/credentials/last-use.ts';
import { getCredential, listCredentials, searchCredentials } from '../api/credentials/read-credentials.ts';
import { getFailureGroup, listFailureGroups } from '../api/failure-groups/read-groups.ts';
import { getJob } from '../api/jobs/get-job.ts';
import { listJobEvents } from '../api/jobs/list-job-events.ts';
import { listJobs, searchJobsByFilter } from '../api/jobs/search-jobs.ts';
import { jobStats, jobStatsSeries } from '../api/jobs/stats.ts';
import { health } from '../api/service/health.ts';
import { listFailures } from '../api/service/list-failures.ts';
import { me } from '../api/service/me.ts';
import { requestLimits } from '../http/request-limits.ts';
import { serve } from '../http/serve.ts';
import { jobServers } from '../queries/servers-of-jobs.ts';
import { settings } from '../runtime/environment.ts';
import { fromViews } from '../streams/current.ts';

const { EVENTS_TABLE, VIEWS_TABLE, SECRETS_TABLE, LEASES_TABLE, DATA_KEY_ID, LIMITS, ACCOUNT_WAITS } = settings;
const environment = z
  .object({ EVENTS_TABLE, VIEWS_TABLE, SECRETS_TABLE, LEASES_TABLE, DATA_KEY_ID, LIMITS, ACCOUNT_WAITS })
  .parse(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const vault = kmsVault(new KMSClient(REQUESTS), environment.DATA_KEY_ID);
const connections = dynamoConnections(client, environment.SECRETS_TABLE);
const slots = dynamoSlots(client, environment.LEASES_TABLE);
const ports = {
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  audit: dynamoAuditLog(client, environment.EVENTS_TABLE),
  views,
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  slots,
  ids,
  accountWaits: environment.ACCOUNT_WAITS,
  cursors: dynamoCursorSeal(client, environment.VIEWS_TABLE, vault),
  vault: withLastUse(connections, slots),
  serversOf: jobServers(connections),
};

const permits = dynamoPermits(client, environment.LEASES_TABLE);

export const handler = serve(
  [
    health(),
    me(ports),
    listJobs(ports),
    searchJobsByFilter(ports),
    jobStats(ports),
    jobStatsSeries(ports),
    listFailures(),
    listFailureGroups(ports),
    getFailureGroup(ports),
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
