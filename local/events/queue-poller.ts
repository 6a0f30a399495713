/**
 * A queue's event source mapping: it polls, passes batches to the function, and deletes messages that are not reported
 * as failed. Failed messages are delivered again after their visibility timeout, and go to the dead-letter queue by the
 * queue's own rule.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { FunctionPool } from '../lambda/function-pool.ts';
import { REGION } from '../template/assembly.ts';
import { reportedFailures } from './partial-response.ts';

export type QueueMapping = {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly responseTypes: readonly string[];
};

export type QueuePoller = { readonly done: Promise<void>; stop(): void };

const MAX_PER_RECEIVE = 10;

export function pollQueue(client: SQSClient, mapping: QueueMapping, target: FunctionPool): QueuePoller {
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const messages = await receive();
        if (messages.length > 0) await work(messages);
      } catch {
        if (!stopping.signal.aborted) await pause(200);
      }
    }
  }

  async function receive(): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: mapping.queueUrl,
      MaxNumberOfMessages: Math.min(MAX_PER_RECEIVE, mapping.batchSize),
      WaitTimeSeconds: 5,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (await client.send(command, { abortSignal: stopping.signal })).Messages ?? [];
  }

  async function work(messages: readonly Message[]): Promise<void> {
    const answer = await target.invoke({ Records: messages.map((message) => sqsRecord(message, mapping.queueArn)) });
    const failed = new Set(reportedFailures(answer, mapping.responseTypes));
    const done = messages.filter(({ MessageId }) => !failed.delete(MessageId ?? ''));
    // An unknown identifier: Lambda then treats the whole batch as failed.
    if (failed.size > 0 || done.length === 0) return;
    const Entries = done.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries }));
  }

  const pollers = Array.from({ length: mapping.concurrency }, run);
  return { done: Promise.all(pollers).then(() => {}), stop: () => stopping.abort() };
}

/** A message in the format of Lambda. */
function sqsRecord(message: Message, queueArn: string) {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(
    ([name, { StringValue, BinaryValue, DataType }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ],
  );
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}
