import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BulkQueue } from '../../ports/bulk-queue.ts';

/** SQS standard queue; the message group is the account, as for jobs. */
export function sqsBulkQueue(client: SQSClient, queueUrl: string): BulkQueue {
  return {
    async send(message, delayMs) {
      const MessageBody = JSON.stringify(message);
      const DelaySeconds = Math.ceil(delayMs / 1000);
      const MessageGroupId = message.account_id ?? message.bulk_id;
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds, MessageGroupId }));
    },
  };
}
