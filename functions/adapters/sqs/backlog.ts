import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Backlog } from '../../ports/backlog.ts';

/** Of these queues together, delayed messages not counted. */
export function sqsBacklog(client: SQSClient, queueUrls: readonly string[]): Backlog {
  return {
    async waiting() {
      const counts = await Promise.all(
        queueUrls.map(async (QueueUrl) => {
          const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
          const { Attributes } = await client.send(command);
          return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}
