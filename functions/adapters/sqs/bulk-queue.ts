import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BulkQueue } from '../../ports/bulk-queue.ts';

/** SQS standard queue; the message group is the operation. */
export function sqsBulkQueue(client: SQSClient, queueUrl: string): BulkQueue {
  return {
    async send(bulkId, delayMs) {
      const MessageBody = JSON.stringify({ bulk_id: bulkId });
      const DelaySeconds = Math.ceil(delayMs / 1000);
      await client.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds, MessageGroupId: bulkId }),
      );
    },
  };
}
