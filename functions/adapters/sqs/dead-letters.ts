import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { DeadLetters } from '../../ports/dead-letters.ts';

/** Longer than a run needs for ten letters at the slowest pace. */
const HIDDEN_SECONDS = 300;
/** A long poll asks all servers of the queue: an empty answer means an empty queue. */
const WAIT_SECONDS = 2;

/**
 * The names of errors of SQS which mean that a handle is not valid any more: the letter was hidden for long enough, or
 * was received again. `InvalidParameterValue` is not modelled in the SDK, and AWS sends it for expired handles.
 */
const NOT_HIDDEN = new Set(['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']);

const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });

/** The URL of the queue that takes a queue's dead letters. Throws when it has none. */
export async function deadLetterUrl(client: SQSClient, queueUrl: string): Promise<string> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  if (Attributes?.RedrivePolicy === undefined) throw new Error(`${queueUrl} has no dead-letter queue`);
  const { deadLetterTargetArn: arn } = redrivePolicy.parse(JSON.parse(Attributes.RedrivePolicy));
  // AWS: a dead-letter queue is of the same account and region.
  return new URL(arn.slice(arn.lastIndexOf(':') + 1), queueUrl).href;
}

/** The dead letters of one queue, for sending them to it again. */
export function sqsDeadLetters(client: SQSClient, QueueUrl: string): DeadLetters {
  return {
    async receive() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: HIDDEN_SECONDS,
        }),
      );
      return Messages.flatMap(({ MessageId: id, ReceiptHandle: handle, Body: body }) =>
        id === undefined || handle === undefined ? [] : [{ id, handle, body: body ?? '' }],
      );
    },
    async remove({ handle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handle }));
    },
    async putBack({ handle }) {
      try {
        const shown = { QueueUrl, ReceiptHandle: handle, VisibilityTimeout: 0 };
        await client.send(new ChangeMessageVisibilityCommand(shown));
      } catch (error) {
        // The letter is not hidden any more.
        if (!(error instanceof Error && NOT_HIDDEN.has(error.name))) throw error;
      }
    },
  };
}
