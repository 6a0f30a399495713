import { KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoConnections } from '../adapters/dynamodb/connections.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../adapters/dynamodb/leases.ts';
import { dynamoPermits } from '../adapters/dynamodb/permits.ts';
import { dynamoQuotaCounts } from '../adapters/dynamodb/quota-counts.ts';
import { dynamoSlots } from '../adapters/dynamodb/slots.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { dynamoCursorSeal } from '../adapters/kms/cursor-seal.ts';
import { kmsVault } from '../adapters/kms/vault.ts';
import { pauseAccount, resumeAccount } from '../api/accounts/pause-account.ts';
import { quotas } from '../api/accounts/quotas.ts';
import { abortBulkOperation, bulkJobs, searchDeleteJobs } from '../api/bulk-operations/commands.ts';
import { muteFailureGroup, unmuteFailureGroup } from '../api/failure-groups/mute-group.ts';
import { cancelJob, deleteJob, reopenJob, resolveJob, retryJob, triggerJob, updateJob } from '../api/jobs/commands.ts';
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
    DATA_KEY_ID: settings.DATA_KEY_ID,
    ACCOUNT_WAITS: settings.ACCOUNT_WAITS,
    LIMITS: settings.LIMITS,
  })
  .parse(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const vault = kmsVault(new KMSClient(REQUESTS), environment.DATA_KEY_ID);
const { fingerprint } = dynamoCursorSeal(client, environment.VIEWS_TABLE, vault);
const ports = {
  quotas: quotas(dynamoQuotaCounts(client, environment.LEASES_TABLE), views, environment.LIMITS),
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  views,
  ids,
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  slots: dynamoSlots(client, environment.LEASES_TABLE),
  serversOf: jobServers(dynamoConnections(client, environment.SECRETS_TABLE)),
  accountWaits: environment.ACCOUNT_WAITS,
  fingerprint,
};

const permits = dynamoPermits(client, environment.LEASES_TABLE);

export const handler = serve(
  [
    retryJob(ports),
    triggerJob(ports),
    cancelJob(ports),
    resolveJob(ports),
    reopenJob(ports),
    updateJob(ports),
    deleteJob(ports),
    bulkJobs(ports),
    searchDeleteJobs(ports),
    abortBulkOperation(ports),
    muteFailureGroup(ports),
    unmuteFailureGroup(ports),
    pauseAccount(ports),
    resumeAccount(ports),
  ],
  requestLimits(permits, environment.LIMITS),
);
