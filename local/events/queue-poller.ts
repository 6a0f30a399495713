/**
 * A queue's event source mapping: long polls, hands batches to the function, deletes what it does not name as failed.
 * What failed comes back when its visibility time-out runs out, and goes to the dead-letter queue by the queue's own rule.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { FunctionPool } from '../lambda/function-pool.ts';
import { REGION } from '../template/assembly.ts';

export type QueueMapping = {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly concurrency: number;
};

export type QueuePoller = { readonly done: Promise<void>; stop(): void };

const partialResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) });

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
      MaxNumberOfMessages: Math.min(10, mapping.batchSize),
      WaitTimeSeconds: 5,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (await client.send(command, { abortSignal: stopping.signal })).Messages ?? [];
  }

  async function work(messages: readonly Message[]): Promise<void> {
    const answer = partialResponse.parse(
      (await target.invoke({ Records: messages.map((message) => sqsRecord(message, mapping.queueArn)) })) ?? {},
    );
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
    if (done.length === 0) return;
    const Entries = done.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries }));
  }

  const pollers = Array.from({ length: mapping.concurrency }, run);
  return { done: Promise.all(pollers).then(() => {}), stop: () => stopping.abort() };
}

/** A message in the form Lambda hands it to a function. */
function sqsRecord(message: Message, queueArn: string) {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue, DataType }]) => [
    name,
    { stringValue: StringValue, stringListValues: [], binaryListValues: [], dataType: DataType },
  ]);
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
