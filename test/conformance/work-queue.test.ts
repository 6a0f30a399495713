import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqsBacklog } from '../../functions/adapters/sqs/backlog.ts';
import { sqsBulkQueue } from '../../functions/adapters/sqs/bulk-queue.ts';
import { sqsWorkQueue } from '../../functions/adapters/sqs/work-queue.ts';
import { workMessageSchema } from '../../functions/ports/work-queue.ts';
import { startSqs } from '../../local/engines/fauxqs.ts';
import type { Listening } from '../../local/http/listen.ts';
import { CREDENTIALS, GATE } from '../fixtures/engine-credentials.ts';

let server: Listening;
let client: SQSClient;
let url: string;
let priority: string;
beforeAll(async () => {
  server = await startSqs(GATE);
  client = new SQSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'work' }));
  url = `${server.url}${new URL(QueueUrl ?? '').pathname}`;
  const other = await client.send(new CreateQueueCommand({ QueueName: 'priority' }));
  priority = `${server.url}${new URL(other.QueueUrl ?? '').pathname}`;
});
afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

const message = (n: number) => ({ job_id: `job_${n}`, credential_id: 'pc_one', version: n });

describe('the backlog on SQS', () => {
  it('is what waits in each queue, without what is delayed', async () => {
    const created = async (QueueName: string): Promise<string> => {
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName }));
      return `${server.url}${new URL(QueueUrl ?? '').pathname}`;
    };
    const urls = { work: await created('backlog'), priority: await created('backlog-urgent') };
    expect(await sqsBacklog(client, urls).waiting()).toEqual({ work: 0, priority: 0 });
    for (const QueueUrl of [urls.work, urls.priority, urls.work])
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    await client.send(new SendMessageCommand({ QueueUrl: urls.work, MessageBody: '{}', DelaySeconds: 60 }));
    expect(await sqsBacklog(client, urls).waiting()).toEqual({ work: 2, priority: 1 });
  });
});

describe('the work queue on SQS', () => {
  it('accepts more messages than one request holds, and delivers each', async () => {
    const refused = await sqsWorkQueue(client, { work: url, priority }).send(
      Array.from({ length: 23 }, (_, n) => ({ message: message(n), delayMs: 0 })),
    );
    expect(refused).toEqual([]);
    const got = new Set<string>();
    while (got.size < 23) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
      );
      for (const { Body } of Messages) {
        const received = workMessageSchema.parse(JSON.parse(Body ?? ''));
        if ('job_id' in received) got.add(received.job_id);
      }
    }
    expect(got.size).toBe(23);
  });

  it('sends only jobs with a priority to the priority queue', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageBatchCommand).resolves({});
    const probe = { probe: true as const, credential_id: 'pc_one' };
    const sent = [message(1), { ...message(2), urgent: true as const }, probe];
    await sqsWorkQueue(client, { work: url, priority }).send(sent.map((each) => ({ message: each, delayMs: 0 })));
    const byQueue = faults
      .commandCalls(SendMessageBatchCommand)
      .map(({ args }) => [
        args[0].input.QueueUrl,
        args[0].input.Entries?.map(({ MessageBody }) => JSON.parse(MessageBody ?? '')),
      ]);
    expect(byQueue).toEqual([
      [priority, [sent[1]]],
      [url, [message(1), probe]],
    ]);
    faults.restore();
  });

  it('limits a delay to the maximum of SQS, rounds it up, and groups by account', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageBatchCommand).resolves({});
    await sqsWorkQueue(client, { work: url, priority }).send(
      [0, 1, 1500, 899_001, 5_000_000, -5].map((delayMs, n) => ({
        message: { ...message(n), credential_id: `pc_${n}`, account_id: 'acc_one' },
        delayMs,
      })),
    );
    const [call] = faults.commandCalls(SendMessageBatchCommand);
    const entries = call?.args[0].input.Entries ?? [];
    expect(entries.map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 1, 2, 900, 900, 0]);
    // The local engine drops the group of a standard queue's batch, so the request is checked.
    expect(new Set(entries.map(({ MessageGroupId }) => MessageGroupId))).toEqual(new Set(['acc_one']));
    faults.restore();
  });

  it('sends again only the entries that SQS refused', async () => {
    const faults = mockClient(client);
    const Failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }];
    faults.on(SendMessageBatchCommand).resolvesOnce({ Failed }).resolves({});
    const refused = await sqsWorkQueue(client, { work: url, priority }).send([
      { message: message(1), delayMs: 0 },
      { message: message(2), delayMs: 5_000 },
    ]);
    expect(refused).toEqual([]);
    const [, again] = faults.commandCalls(SendMessageBatchCommand);
    expect(again?.args[0].input.Entries).toMatchObject([{ MessageBody: JSON.stringify(message(2)), DelaySeconds: 5 }]);
    faults.restore();
  });

  it('returns the messages that SQS refuses every time', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] });
    const refused = await sqsWorkQueue(client, { work: url, priority }).send([
      { message: message(1), delayMs: 0 },
      { message: message(2), delayMs: 0 },
    ]);
    expect(refused).toEqual([message(2)]);
    // The whole batch, and then twice the refused entries.
    const offered = faults.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length);
    expect(offered).toEqual([2, 1, 1]);
    faults.restore();
  });

  it('groups a message without an account, of an earlier release, by its credential', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageBatchCommand).resolves({});
    await sqsWorkQueue(client, { work: url, priority }).send([{ message: message(1), delayMs: 0 }]);
    const [call] = faults.commandCalls(SendMessageBatchCommand);
    expect(call?.args[0].input.Entries).toMatchObject([{ MessageGroupId: 'pc_one' }]);
    faults.restore();
  });

  it('sends nothing when there is nothing to send', async () => {
    const faults = mockClient(client);
    expect(await sqsWorkQueue(client, { work: url, priority }).send([])).toEqual([]);
    expect(faults.commandCalls(SendMessageBatchCommand)).toEqual([]);
    faults.restore();
  });

  it('returns the messages that either queue refuses', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] });
    const urgent = { ...message(2), urgent: true as const };
    const refused = await sqsWorkQueue(client, { work: url, priority }).send(
      [message(1), urgent].map((each) => ({ message: each, delayMs: 0 })),
    );
    expect(refused).toEqual([urgent, message(1)]);
    faults.restore();
  });

  it('sends again the refused entries of each ten, not those at the same place in the first ten', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] });
    const messages = Array.from({ length: 12 }, (_, n) => ({ message: message(n), delayMs: 0 }));
    expect(await sqsWorkQueue(client, { work: url, priority }).send(messages)).toEqual([message(1), message(11)]);
    faults.restore();
  });
});

describe('the queue of bulk operations on SQS', () => {
  it('gets a message for each operation, in the group of its account', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageCommand).resolves({});
    for (const id of ['blk_1', 'blk_2'])
      await sqsBulkQueue(client, url).send({ bulk_id: id, account_id: `acc_${id}` }, 0);
    expect(faults.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual(
      ['blk_1', 'blk_2'].map((id) => ({
        QueueUrl: url,
        MessageBody: JSON.stringify({ bulk_id: id, account_id: `acc_${id}` }),
        DelaySeconds: 0,
        MessageGroupId: `acc_${id}`,
      })),
    );
    faults.restore();
  });

  it('rounds a delay up to whole seconds, and groups a message without an account by its operation', async () => {
    const faults = mockClient(client);
    faults.on(SendMessageCommand).resolves({});
    for (const delayMs of [1, 1_000, 1_500]) await sqsBulkQueue(client, url).send({ bulk_id: 'blk_1' }, delayMs);
    expect(faults.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toMatchObject(
      [1, 1, 2].map((DelaySeconds) => ({ DelaySeconds, MessageGroupId: 'blk_1' })),
    );
    faults.restore();
  });
});
