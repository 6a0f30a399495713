import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkMessage, WorkQueue } from '../../ports/work-queue.ts';

/** Entries of one SendMessageBatch, and the maximum of DelaySeconds (AWS limits). */
const MAX_ENTRIES = 10;
const MAX_DELAY_SECONDS = 900;
/** In an accepted batch single entries may fail because of a brief problem of the queue (AWS: `Failed`). */
const TRIES = 3;

/**
 * Two SQS standard queues, one for jobs with a priority. The message group is the account: fair queues deliver the
 * messages of quiet accounts before those of an account that fills the queue.
 */
export function sqsWorkQueue(client: SQSClient, urls: { readonly work: string; readonly priority: string }): WorkQueue {
  async function sendTo(QueueUrl: string, messages: Parameters<WorkQueue['send']>[0]): Promise<readonly WorkMessage[]> {
    const refused: WorkMessage[] = [];
    for (let start = 0; start < messages.length; start += MAX_ENTRIES) {
      const chunk = messages.slice(start, start + MAX_ENTRIES);
      let left = chunk.map(({ message, delayMs }, at) => ({
        Id: String(at),
        MessageBody: JSON.stringify(message),
        MessageGroupId: message.account_id ?? message.credential_id,
        DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delayMs / 1000))),
      }));
      for (let attempt = 0; attempt < TRIES && left.length > 0; attempt += 1) {
        const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }));
        const failed = new Set(Failed?.map(({ Id }) => Id));
        left = left.filter(({ Id }) => failed.has(Id));
      }
      for (const { Id } of left) {
        const entry = chunk[Number(Id)];
        if (entry !== undefined) refused.push(entry.message);
      }
    }
    return refused;
  }

  const isUrgent = (message: WorkMessage): boolean => 'job_id' in message && message.urgent === true;

  return {
    async send(messages) {
      const urgent = messages.filter(({ message }) => isUrgent(message));
      const others = messages.filter(({ message }) => !isUrgent(message));
      return [...(await sendTo(urls.priority, urgent)), ...(await sendTo(urls.work, others))];
    },
  };
}
