import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoCredentialVault } from '../adapters/dynamodb/credential-vault.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoKeyRows } from '../adapters/dynamodb/key-rows.ts';
import { dynamoLeases } from '../adapters/dynamodb/leases.ts';
import { dynamoMailStore } from '../adapters/dynamodb/mail-store.ts';
import { dynamoSlots } from '../adapters/dynamodb/slots.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { createMailboxProvider, TIMEOUTS } from '../adapters/imap/connect.ts';
import { kmsVault } from '../adapters/kms/vault.ts';
import { tokenEndpoint } from '../adapters/oauth/token-endpoint.ts';
import { sqsWorkQueue } from '../adapters/sqs/work-queue.ts';
import { storedLogin } from '../credential-login/stored-login.ts';
import { settings } from '../runtime/environment.ts';
import { imapPolicy } from '../runtime/imap-policy.ts';
import { fromViews } from '../streams/current.ts';
import { actions } from '../worker/actions/registry.ts';
import { type BatchPorts, runBatch } from '../worker/run-batch.ts';

/** After this share of an invocation's time, attempts yield. The rest is enough for a server's usual answer. */
const SHARE = 0.65;
/** Time left at the end for an attempt that was cut off: to record its outcome, log out and release the slot. */
const CLOSING_MS = 15_000;

const {
  EVENTS_TABLE,
  VIEWS_TABLE,
  SECRETS_TABLE,
  LEASES_TABLE,
  MAIL_TABLE,
  DATA_KEY_ID,
  WORK_QUEUE_URL,
  PRIORITY_QUEUE_URL,
  ACCOUNT_WORKERS,
  IMAP_SILENCE_MS,
} = settings;
const environment = z
  .object({
    EVENTS_TABLE,
    VIEWS_TABLE,
    SECRETS_TABLE,
    LEASES_TABLE,
    MAIL_TABLE,
    DATA_KEY_ID,
    WORK_QUEUE_URL,
    PRIORITY_QUEUE_URL,
    ACCOUNT_WORKERS,
    IMAP_SILENCE_MS,
  })
  .parse(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const vault = dynamoCredentialVault(
  client,
  environment.SECRETS_TABLE,
  kmsVault(new KMSClient(REQUESTS), environment.DATA_KEY_ID, dynamoKeyRows(client, environment.SECRETS_TABLE)),
);
const slots = dynamoSlots(client, environment.LEASES_TABLE);
const policy = imapPolicy(process.env);
const login = { vault, slots, tokens: tokenEndpoint(policy), ids, now: () => Date.now() };
const ports: Omit<BatchPorts, 'remainingMs' | 'untilCutMs'> = {
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  slots,
  views,
  queue: sqsWorkQueue(new SQSClient(REQUESTS), {
    work: environment.WORK_QUEUE_URL,
    priority: environment.PRIORITY_QUEUE_URL,
  }),
  mail: dynamoMailStore(client, environment.MAIL_TABLE),
  provider: createMailboxProvider({ ...policy, timeouts: { ...TIMEOUTS, socketMs: environment.IMAP_SILENCE_MS } }),
  ids,
  actions,
  login: (credentialId, version) => storedLogin(credentialId, version, login),
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  accountWorkers: environment.ACCOUNT_WORKERS,
  workerId: `worker-${randomUUID().slice(0, 8)}`,
};

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const start = performance.now();
  const total = context.getRemainingTimeInMillis();
  const until = (ms: number) => (): number => Math.max(0, ms - (performance.now() - start));
  return runBatch(event, { ...ports, remainingMs: until(total * SHARE), untilCutMs: until(total - CLOSING_MS) });
}
