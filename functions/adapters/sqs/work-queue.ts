import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkMessage, WorkQueue } from '../../ports/work-queue.ts';

/** Entries of one SendMessageBatch, and the longest DelaySeconds (AWS limits). */
const MOST_ENTRIES = 10;
const MOST_DELAY_SECONDS = 900;

/** SQS standard queue; the message group is the credential, so that fair queues keep one tenant from filling it. */
export function sqsWorkQueue(client: SQSClient, queueUrl: string): WorkQueue {
  return {
    async send(messages) {
      const refused: WorkMessage[] = [];
      for (let start = 0; start < messages.length; start += MOST_ENTRIES) {
        const chunk = messages.slice(start, start + MOST_ENTRIES);
        const answer = await client.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: chunk.map(({ message, delayMs }, at) => ({
              Id: String(at),
              MessageBody: JSON.stringify(message),
              MessageGroupId: message.credential_id,
              DelaySeconds: Math.min(MOST_DELAY_SECONDS, Math.max(0, Math.ceil(delayMs / 1000))),
            })),
          }),
        );
        for (const failure of answer.Failed ?? []) {
          const entry = chunk[Number(failure.Id)];
          if (entry !== undefined) refused.push(entry.message);
        }
      }
      return refused;
    },
  };
}
