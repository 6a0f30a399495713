import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type WorkMessage, workMessageSchema } from '../ports/work-queue.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { type Place, takePlace } from '../sharing/account-share.ts';
import { hostWatch } from '../sharing/host-watch.ts';
import { runCredential } from './credential/run-credential.ts';
import { deferJobs } from './defer-jobs.ts';
import type { JobReport } from './job-report.ts';
import type { WorkerPorts } from './worker-ports.ts';

type Received = { readonly receipt: string; readonly message: WorkMessage };

/** The ports of the worker, without those that exist only while an account's work runs. */
export type BatchPorts = Omit<WorkerPorts, 'over' | 'hosts'>;

/** Never aborted: for messages that do not name their account. */
const NEVER = new AbortController().signal;

/**
 * Handles the messages of a batch, accounts and credentials in parallel, so that a slow server delays no other. An
 * account needs a place in its share of workers; without one its messages are sent again later. Failed messages, and
 * messages whose successor the queue refused, are reported as failed and delivered again. Messages that are not work
 * messages are dropped with a warning.
 */
export async function runBatch(event: SQSEvent, ports: BatchPorts): Promise<SQSBatchResponse> {
  const accounts = Map.groupBy(event.Records.flatMap(received), ({ message }) => message.account_id ?? null);
  const failed = await Promise.all([...accounts].map(([accountId, group]) => runAccount(accountId, group, ports)));
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

function received(record: SQSEvent['Records'][number]): Received[] {
  try {
    return [{ receipt: record.messageId, message: workMessageSchema.parse(JSON.parse(record.body)) }];
  } catch {
    logger.warn('not a work message', { message_id: record.messageId });
    return [];
  }
}

/** Runs the messages of one account. Returns the receipts of the messages that must be delivered again. */
async function runAccount(
  accountId: string | null,
  group: readonly Received[],
  ports: BatchPorts,
): Promise<readonly string[]> {
  let place: Place | null = null;
  try {
    if (accountId !== null) {
      place = await takePlace(accountId, { kind: 'workers', most: ports.accountWorkers }, ports);
      if (place === null) return unsent(group, await deferJobs(jobsOf(group), 'over_share', ports));
    }
    const over = place?.over ?? NEVER;
    const hosts = hostWatch(accountId ?? '', place?.hosts ?? null, ports);
    const within = { ...ports, over, hosts, remainingMs: () => (over.aborted ? 0 : ports.remainingMs()) };
    const credentials = Map.groupBy(group, ({ message }) => message.credential_id);
    const failed = await Promise.all([...credentials].map(([id, each]) => runGroup(id, each, within)));
    return failed.flat();
  } catch (error) {
    logger.error('batch of an account failed', { account_id: accountId, ...errorFields(error) });
    return group.map(({ receipt }) => receipt);
  } finally {
    await place?.release();
  }
}

async function runGroup(
  credentialId: string,
  group: readonly Received[],
  ports: WorkerPorts,
): Promise<readonly string[]> {
  // A message may come twice in one batch.
  const messages = new Map(group.map(({ message }) => ['job_id' in message ? message.job_id : 'probe', message]));
  try {
    return unsent(group, await runCredential(credentialId, [...messages.values()], ports));
  } catch (error) {
    logger.error('batch of a credential failed', { credential_id: credentialId, ...errorFields(error) });
    return group.map(({ receipt }) => receipt);
  }
}

const jobsOf = (group: readonly Received[]) => group.flatMap(({ message }) => ('job_id' in message ? [message] : []));

/** Logs the result of each job. Returns the receipts of the messages whose successor the queue refused. */
function unsent(group: readonly Received[], reports: readonly JobReport[]): readonly string[] {
  for (const { jobId, did, outcome } of reports) logger.info('job', { job_id: jobId, did, outcome });
  const lost = new Set(reports.filter((report) => report.unsent).map(({ jobId }) => jobId));
  return group.filter(({ message }) => 'job_id' in message && lost.has(message.job_id)).map(({ receipt }) => receipt);
}
