import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Backlog } from '../../ports/backlog.ts';

/** The number of messages in each queue, without delayed messages. */
export function sqsBacklog(client: SQSClient, urls: { readonly work: string; readonly priority: string }): Backlog {
  async function waitingIn(QueueUrl: string): Promise<number> {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    const { Attributes } = await client.send(command);
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }

  return {
    async waiting() {
      const [work, priority] = await Promise.all([waitingIn(urls.work), waitingIn(urls.priority)]);
      return { work, priority };
    },
  };
}
