import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadLetterUrl, sqsDeadLetters } from '../../functions/adapters/sqs/dead-letters.ts';
import { sqsWorkQueue } from '../../functions/adapters/sqs/work-queue.ts';
import { type WorkMessage, workMessageSchema } from '../../functions/ports/work-queue.ts';
import { readRedriveOptions, UsageError } from '../../functions/upkeep/options.ts';
import { type RedrivePorts, redrive } from '../../functions/upkeep/redrive.ts';
import { startSqs } from '../../local/engines/fauxqs.ts';
import type { Listening } from '../../local/http/listen.ts';
import { CREDENTIALS, GATE } from '../fixtures/engine-credentials.ts';

let server: Listening;
let client: SQSClient;
let sets = 0;
beforeAll(async () => {
  server = await startSqs(GATE);
  client = new SQSClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS });
});
afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

const APPLY = { apply: true, perSecond: 50 };

/** A queue with its dead letters. */
async function world() {
  sets += 1;
  const created = async (name: string, Attributes = {}): Promise<string> => {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `${name}-${sets}`, Attributes }));
    return `${server.url}${new URL(QueueUrl ?? '').pathname}`;
  };
  const letters = await created('dead');
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: letters, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 5 };
  const queue = await created('work', { RedrivePolicy: JSON.stringify(policy) });
  const send = async (MessageBody: string): Promise<void> => {
    await client.send(new SendMessageCommand({ QueueUrl: letters, MessageBody }));
  };
  /** The bodies of all visible messages in a queue, sorted. */
  const bodies = async (QueueUrl: string): Promise<readonly string[]> => {
    const found = new Map<string, string>();
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
      );
      if (Messages.length === 0) return [...found.values()].sort();
      for (const { MessageId = '', Body = '' } of Messages) found.set(MessageId, Body);
    }
  };
  const pauses: number[] = [];
  const queues = sqsWorkQueue(client, { work: queue, priority: queue });
  const ports: RedrivePorts<WorkMessage> = {
    letters: sqsDeadLetters(client, await deadLetterUrl(client, queue)),
    read: (body) => {
      try {
        return workMessageSchema.parse(JSON.parse(body));
      } catch {
        return null;
      }
    },
    async send(message) {
      expect(await queues.send([{ message, delayMs: 0 }])).toEqual([]);
    },
    async pause(ms) {
      pauses.push(ms);
    },
    onProgress: () => {},
  };
  return { ports, send, pauses, queued: () => bodies(queue), dead: () => bodies(letters), letters, queue };
}

const body = (n: number): string =>
  JSON.stringify({ job_id: `job_${n}`, credential_id: 'pc_one', account_id: 'acc_one', version: n });
const BODIES = Array.from({ length: 23 }, (_, n) => body(n)).sort();

describe('redrive', () => {
  it('finds the dead-letter queue of a queue by its redrive policy', async () => {
    const { letters, queue } = await world();
    expect(await deadLetterUrl(client, queue)).toBe(letters);
    await expect(deadLetterUrl(client, letters)).rejects.toThrow('has no dead-letter queue');
  });

  it('sends every dead letter to its queue again, at the given pace', async () => {
    const { ports, send, pauses, queued, dead } = await world();
    for (const each of BODIES) await send(each);
    expect(await redrive(ports, APPLY)).toEqual({ redriven: 23, foreign: 0, foreignIds: [] });
    expect(await queued()).toEqual(BODIES);
    expect(await dead()).toEqual([]);
    expect(pauses).toEqual(BODIES.map(() => 20));
  });

  it('leaves messages of other services where they are, and reports them', async () => {
    const { ports, send, queued, dead } = await world();
    const foreign = ['not JSON', '{"job_id": 7}', '{}'];
    for (const each of [body(1), ...foreign, body(2)]) await send(each);
    const report = await redrive(ports, APPLY);
    expect(report).toMatchObject({ redriven: 2, foreign: 3 });
    expect(report.foreignIds).toHaveLength(3);
    expect(await queued()).toEqual([body(1), body(2)]);
    expect(await dead()).toEqual(foreign.toSorted());
  });

  it('sends nothing without --apply, and leaves each letter visible', async () => {
    const { ports, send, queued, dead } = await world();
    for (const each of [...BODIES, 'foreign']) await send(each);
    expect(await redrive(ports, { ...APPLY, apply: false })).toMatchObject({ redriven: 23, foreign: 1 });
    expect(await queued()).toEqual([]);
    expect(await dead()).toEqual([...BODIES, 'foreign'].sort());
  });

  it('keeps a letter that the queue refused, and all letters after it', async () => {
    const { ports, send, queued, dead } = await world();
    for (const each of BODIES) await send(each);
    let left = 7;
    const failing = async (message: WorkMessage): Promise<void> => {
      left -= 1;
      if (left < 0) throw new Error('refused');
      await ports.send(message);
    };
    await expect(redrive({ ...ports, send: failing }, APPLY)).rejects.toThrow('refused');
    const [sent, kept] = [await queued(), await dead()];
    expect([sent.length, kept.length]).toEqual([7, 16]);
    expect([...sent, ...kept].sort()).toEqual(BODIES);
  });

  it('reads past letters that it has already seen, and ends at an empty queue', async () => {
    const { ports } = await world();
    const letter = (n: number) => ({ id: `m${n}`, handle: `h${n}`, body: body(n) });
    const batches = [[letter(1)], [letter(1)], [letter(1)], [letter(2), letter(1)], []];
    const scripted = {
      receive: async () => batches.shift() ?? [letter(9)],
      remove: async () => {},
      putBack: async () => {},
    };
    const send = async (): Promise<void> => {};
    expect(await redrive({ ...ports, letters: scripted, send }, APPLY)).toMatchObject({ redriven: 2 });
    expect(batches).toEqual([]);
  });

  it('ends when a queue returns only letters that it has already seen', async () => {
    const { ports } = await world();
    let receives = 0;
    const receive = async () => {
      receives += 1;
      return [{ id: 'm1', handle: `h${receives}`, body: 'foreign' }];
    };
    const letters = { receive, remove: async () => {}, putBack: async () => {} };
    expect(await redrive({ ...ports, letters }, APPLY)).toMatchObject({ redriven: 0, foreign: 1 });
    expect(receives).toBe(21);
  });

  it('reports its work and why it ended, even if letters cannot be made visible again', async () => {
    const { ports, send } = await world();
    for (const each of ['foreign', body(1)]) await send(each);
    const putBack = () => Promise.reject(new Error('not put back'));
    const letters = { ...ports.letters, putBack };
    const refused = () => Promise.reject(new Error('refused'));
    await expect(redrive({ ...ports, letters, send: refused }, APPLY)).rejects.toThrow('refused');
    const shown = await world();
    await shown.send('foreign');
    const stuck = { ...shown.ports.letters, putBack };
    expect(await redrive({ ...shown.ports, letters: stuck }, APPLY)).toMatchObject({ redriven: 0, foreign: 1 });
  });

  it.each(['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue'])(
    'treats a letter whose handle has expired as visible (%s)',
    async (name) => {
      const own = new SQSClient({ region: 'eu-central-1', credentials: CREDENTIALS });
      const refusing = mockClient(own);
      refusing.on(ChangeMessageVisibilityCommand).rejects(Object.assign(new Error('expired'), { name }));
      const letters = sqsDeadLetters(own, 'https://sqs.test/1/dead');
      await expect(letters.putBack({ id: 'm1', handle: 'h1', body: '' })).resolves.toBeUndefined();
      refusing.on(ChangeMessageVisibilityCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
      await expect(letters.putBack({ id: 'm1', handle: 'h1', body: '' })).rejects.toThrow('no');
    },
  );

  it.each([
    ['before a message is sent', false],
    ['after a message was sent, before its letter is removed', true],
  ])('that was killed %s loses no message', async (_, isSent) => {
    const { ports, send, queued, dead } = await world();
    for (const each of BODIES) await send(each);
    const died = Promise.withResolvers<void>();
    let sends = 0;
    const dying = async (message: WorkMessage): Promise<void> => {
      sends += 1;
      if (sends < 9) return ports.send(message);
      if (isSent) await ports.send(message);
      died.resolve();
      return new Promise(() => {});
    };
    await Promise.race([died.promise, redrive({ ...ports, send: dying }, APPLY)]);
    expect(sends).toBe(9);
    // Messages that the killed process had received are hidden for some minutes. The next run takes all visible
    // ones.
    const rest = await redrive(ports, APPLY);
    expect(rest.redriven).toBeGreaterThan(0);
    const sent = await queued();
    expect(await dead()).toEqual([]);
    const hidden = BODIES.length - new Set(sent).size;
    expect(hidden).toBeLessThanOrEqual(10);
    expect(sent.every((each) => BODIES.includes(each))).toBe(true);
    expect(sent).toHaveLength(new Set(sent).size);
  });
});

describe('the flags of redrive', () => {
  const environment = {
    WORK_QUEUE_URL: 'https://sqs/1/work',
    PRIORITY_QUEUE_URL: 'https://sqs/1/priority',
    BULK_QUEUE_URL: 'https://sqs/1/bulk',
  };

  it('may come from the environment', () => {
    const { WORK_QUEUE_URL: work, PRIORITY_QUEUE_URL: priority, BULK_QUEUE_URL: bulk } = environment;
    expect(readRedriveOptions([], environment)).toEqual({ work, priority, bulk, 'per-second': 10, apply: false });
    expect(readRedriveOptions(['--apply', '--per-second=2'], environment)).toMatchObject({
      ...{ 'per-second': 2, apply: true },
    });
  });

  it.each([
    [['--work', 'queue'], /--work or WORK_QUEUE_URL/],
    [['--per-second', '0'], /--per-second/],
    [['--force'], /--force/],
  ])('are refused with a sentence: %j', (args, sentence) => {
    expect(() => readRedriveOptions(args, environment)).toThrow(UsageError);
    expect(() => readRedriveOptions(args, environment)).toThrow(sentence);
  });
});
