import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type WorkMessage, workMessageSchema } from '../ports/work-queue.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import type { WorkerPorts } from './ports.ts';
import { runCredential } from './run-credential.ts';

type Received = { readonly receipt: string; readonly message: WorkMessage };

/**
 * The messages of a batch, the credentials side by side so that a slow server holds nobody else. Messages whose
 * handling threw, or whose successor the queue did not take, are reported as failed and come again; ones that are no
 * work of ours are dropped with a warning.
 */
export async function runBatch(event: SQSEvent, ports: WorkerPorts): Promise<SQSBatchResponse> {
  const groups = Map.groupBy(event.Records.flatMap(received), ({ message }) => message.credential_id);
  const failed = await Promise.all([...groups].map(([credentialId, group]) => runGroup(credentialId, group, ports)));
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

async function runGroup(
  credentialId: string,
  group: readonly Received[],
  ports: WorkerPorts,
): Promise<readonly string[]> {
  // A message may come twice in one batch.
  const messages = new Map(group.map(({ message }) => ['job_id' in message ? message.job_id : 'probe', message]));
  try {
    const reports = await runCredential(credentialId, [...messages.values()], ports);
    for (const { jobId, did, outcome } of reports) logger.info('job', { job_id: jobId, did, outcome });
    const unsent = new Set(reports.filter((report) => report.unsent).map(({ jobId }) => jobId));
    return group
      .filter(({ message }) => 'job_id' in message && unsent.has(message.job_id))
      .map(({ receipt }) => receipt);
  } catch (error) {
    logger.error('batch of a credential failed', { credential_id: credentialId, ...errorFields(error) });
    return group.map(({ receipt }) => receipt);
  }
}
