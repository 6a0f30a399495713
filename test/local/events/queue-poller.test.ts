import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startSqs } from '../../../local/engines/fauxqs.ts';
import { pollQueue, type QueueMapping, type QueuePoller } from '../../../local/events/queue-poller.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { CREDENTIALS, GATE } from '../../fixtures/engine-credentials.ts';

const batchSchema = z.object({ Records: z.array(z.looseObject({ messageId: z.string(), body: z.string() })) });
type Batch = z.infer<typeof batchSchema>['Records'];

let server: Listening;
let client: SQSClient;
let queueUrl: string;
let queues = 0;
const pollers: QueuePoller[] = [];
beforeAll(async () => {
  server = await startSqs(GATE);
  client = new SQSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
});
beforeEach(async () => {
  queues += 1;
  // A failed message is visible again at once, so that the test sees the second delivery.
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName: `queue-${queues}`, Attributes: { VisibilityTimeout: '1' } }),
  );
  queueUrl = `${server.url}${new URL(QueueUrl).pathname}`;
});
afterEach(async () => {
  for (const poller of pollers.splice(0)) {
    poller.stop();
    await poller.done;
  }
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

function poll(answer: (batch: Batch) => unknown, more: Partial<QueueMapping> = {}): Batch[] {
  const batches: Batch[] = [];
  const target = {
    name: 'Target',
    async invoke(event: unknown) {
      const { Records } = batchSchema.parse(event);
      batches.push(Records);
      return answer(Records);
    },
    warm: async () => {},
    kill: async () => {},
    stop: async () => {},
  };
  const mapping = {
    queueUrl,
    queueArn: 'arn:aws:sqs:us-east-1:000000000000:queue',
    batchSize: 10,
    concurrency: 1,
    responseTypes: ['ReportBatchItemFailures'],
    ...more,
  };
  pollers.push(pollQueue(client, mapping, target));
  return batches;
}

const send = (...bodies: string[]) =>
  client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })),
    }),
  );

async function left(): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

const bodies = (batches: Batch[]): string[] => batches.flat().map(({ body }) => body);
const named = (batch: Batch, body: string) => ({
  batchItemFailures: batch
    .filter((record) => record.body === body)
    .map((record) => ({ itemIdentifier: record.messageId })),
});

describe('a queue mapping', () => {
  it('delivers a message in Lambda’s format', async () => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: 'hello',
        MessageAttributes: {
          trace: { DataType: 'String', StringValue: 't-1' },
          raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
        },
      }),
    );
    const batches = poll(() => ({}));
    await expect.poll(() => batches).toHaveLength(1);
    expect(batches[0]?.[0]).toMatchObject({
      body: 'hello',
      receiptHandle: expect.any(String),
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
      awsRegion: 'us-east-1',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        trace: { stringValue: 't-1', stringListValues: [], binaryListValues: [], dataType: 'String' },
        raw: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
    });
  });

  it('deletes messages that succeeded, and delivers failed ones again with a higher receive count', async () => {
    await send('good', 'bad', 'fine');
    let isFirst = true;
    const batches = poll((batch) => {
      const answer = isFirst ? named(batch, 'bad') : {};
      isFirst = false;
      return answer;
    });
    await expect.poll(left).toBe(0);
    expect(bodies(batches.slice(0, 1)).sort()).toEqual(['bad', 'fine', 'good']);
    expect(bodies(batches.slice(1))).toEqual(['bad']);
    expect(batches[1]?.[0]).toMatchObject({ attributes: { ApproximateReceiveCount: '2' } });
  });

  it.each<[string, () => unknown]>([
    ['throws', () => Promise.reject(new Error('no'))],
    ['names a message that it was not given', () => ({ batchItemFailures: [{ itemIdentifier: 'nobody' }] })],
    ['names a message without an id', () => ({ batchItemFailures: [{ itemIdentifier: null }] })],
  ])('delivers the whole batch again when the function %s', async (_, answer) => {
    await send('a', 'b');
    let isFirst = true;
    const batches = poll(() => {
      if (!isFirst) return {};
      isFirst = false;
      return answer();
    });
    await expect.poll(left).toBe(0);
    expect(bodies(batches.slice(1)).sort()).toEqual(['a', 'b']);
  });

  it('ignores the function’s result if the mapping does not report batch item failures', async () => {
    await send('a');
    const batches = poll((batch) => named(batch, 'a'), { responseTypes: [] });
    await expect.poll(left).toBe(0);
    expect(bodies(batches)).toEqual(['a']);
  });

  it('runs batches in parallel, up to its concurrency', async () => {
    await send('a', 'b');
    let release = (): void => {};
    const bothThere = new Promise<void>((resolve) => {
      release = resolve;
    });
    const batches = poll(
      async () => {
        if (batches.length === 2) release();
        await bothThere;
        return {};
      },
      { batchSize: 1, concurrency: 2 },
    );
    await expect.poll(left).toBe(0);
    expect(bodies(batches).sort()).toEqual(['a', 'b']);
  });
});
