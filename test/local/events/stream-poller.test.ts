import { createServer, request } from 'node:http';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startShardedStreams } from '../../../local/engines/sharded-streams.ts';
import type { Checkpoint } from '../../../local/events/checkpoint.ts';
import { pollStream, type StreamMapping, type StreamPoller } from '../../../local/events/stream-poller.ts';
import { listenOnLoopback } from '../../../local/http/listen.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { CREDENTIALS, GATE } from '../../fixtures/engine-credentials.ts';

const batchSchema = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: z.object({ stream_id: z.object({ S: z.string() }) }),
      }),
    }),
  ),
});

const windowSchema = z.object({
  Records: z.array(z.unknown()),
  shardId: z.string().min(1),
  state: z.record(z.string(), z.number()),
  isFinalInvokeForWindow: z.boolean(),
});

let engine: Dynoxide;
let table: string;
let streamArn: string;
let streams: DynamoDBStreamsClient;
const pollers: StreamPoller[] = [];
beforeAll(async () => {
  engine = await startDynoxide();
  streams = new DynamoDBStreamsClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
});
beforeEach(async () => {
  table = (await engine.createTables()).EVENTS_TABLE;
  const { Table } = await engine.client.send(new DescribeTableCommand({ TableName: table }));
  streamArn = Table?.LatestStreamArn ?? '';
});
afterEach(async () => {
  for (const poller of pollers.splice(0)) {
    poller.stop();
    await poller.done;
  }
});
afterAll(async () => {
  streams?.destroy();
  await engine?.stop();
});

const memoryCheckpoint = (): Checkpoint & { at: string | null } => ({
  at: null,
  read() {
    return this.at;
  },
  write(sequence) {
    this.at = sequence;
  },
  clear() {
    this.at = null;
  },
});

async function put(...names: string[]): Promise<void> {
  for (const name of names)
    await engine.client.send(new PutCommand({ TableName: table, Item: { stream_id: name, version: 1 } }));
}

type Answer = (names: string[], sequences: string[], event: unknown) => unknown;

function poll(answer: Answer, more: Partial<StreamMapping> = {}, checkpoint = memoryCheckpoint(), client = streams) {
  const batches: string[][] = [];
  const givenUp: string[] = [];
  const target = {
    name: 'Target',
    async invoke(event: unknown) {
      const { Records } = batchSchema.parse(event);
      const names = Records.map(({ dynamodb }) => dynamodb.NewImage.stream_id.S);
      batches.push(names);
      return answer(
        names,
        Records.map(({ dynamodb }) => dynamodb.SequenceNumber),
        event,
      );
    },
    warm: async () => {},
    kill: async () => {},
    stop: async () => {},
  };
  const mapping = {
    streamArn,
    batchSize: 100,
    windowMs: 200,
    tumblingMs: 0,
    retries: 3,
    maxAgeMs: 3_600_000,
    bisect: true,
    patterns: [],
    responseTypes: ['ReportBatchItemFailures'],
    ...more,
  };
  const poller = pollStream(
    client,
    mapping,
    target,
    () => checkpoint,
    async (records) => {
      givenUp.push(
        ...records.map((record) => batchSchema.shape.Records.element.parse(record).dynamodb.NewImage.stream_id.S),
      );
    },
  );
  pollers.push(poller);
  return { batches, givenUp, checkpoint, poller };
}

describe('a stream mapping', () => {
  it('delivers records in order, in batches of at most its size', async () => {
    await put('a', 'b', 'c', 'd', 'e');
    const { batches } = poll(() => ({}), { batchSize: 2 });
    await expect.poll(() => batches.flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(2);
  });

  it('waits for more records during its window, and sends one batch', async () => {
    const { batches } = poll(() => ({}), { windowMs: 400 });
    await put('a', 'b', 'c');
    await expect.poll(() => batches.flat().length).toBe(3);
    expect(batches).toHaveLength(1);
  });

  it('sends its batch at the end of its window, although the stream has no further record', async () => {
    const holding = await startShardedStreams(engine.endpoint, 1, GATE, 300_000);
    const client = new DynamoDBStreamsClient({ endpoint: holding.url, region: 'us-east-1', credentials: CREDENTIALS });
    const { batches, poller } = poll(() => ({}), { windowMs: 100 }, memoryCheckpoint(), client);
    await put('a');
    await expect.poll(() => batches).toEqual([['a']]);
    await put('b');
    await expect.poll(() => batches).toEqual([['a'], ['b']]);
    poller.stop();
    await poller.done;
    client.destroy();
    await holding.stop();
  });

  it('with a tumbling window names the shard, passes the state on, and ends each window with an empty batch', async () => {
    const calls: z.infer<typeof windowSchema>[] = [];
    poll((_, __, event) => ({ state: { calls: calls.push(windowSchema.parse(event)) } }), {
      tumblingMs: 1_000,
      windowMs: 0,
    });
    await put('a');
    await expect.poll(() => calls.filter(({ isFinalInvokeForWindow: final }) => final).length).toBe(1);
    await put('b');
    await expect.poll(() => calls.filter(({ isFinalInvokeForWindow: final }) => final).length).toBe(2);
    expect(new Set(calls.map(({ shardId }) => shardId)).size).toBe(1);
    expect(calls.map(({ Records, isFinalInvokeForWindow: final, state }) => [Records.length, final, state])).toEqual([
      [1, false, {}],
      [0, true, { calls: 1 }],
      [1, false, {}],
      [0, true, { calls: 3 }],
    ]);
  });

  it('with a tumbling window treats an answer without a state as a failure', async () => {
    const answers = [{}, { state: {} }];
    const { batches } = poll(() => answers.shift() ?? { state: {} }, { tumblingMs: 3_600_000 });
    await put('a');
    await expect.poll(() => batches).toEqual([['a'], ['a']]);
  });

  it('sends only records that its filter accepts, and moves its checkpoint past the others', async () => {
    await put('a', 'b');
    const { batches, checkpoint } = poll(() => ({}), {
      patterns: [{ dynamodb: { NewImage: { stream_id: { S: ['b'] } } } }],
    });
    await expect.poll(() => batches.flat()).toEqual(['b']);
    await put('c');
    const before = checkpoint.at;
    await expect.poll(() => checkpoint.at).not.toBe(before);
    expect(batches.flat()).toEqual(['b']);
  });

  it('treats a partial response as a checkpoint: everything from the lowest failure is delivered again, nothing before it', async () => {
    await put('a', 'b', 'c', 'd');
    let failed = false;
    const { batches } = poll((names, sequences) => {
      if (failed || !names.includes('c')) return {};
      failed = true;
      return {
        batchItemFailures: [
          { itemIdentifier: sequences[names.indexOf('d')] },
          { itemIdentifier: sequences[names.indexOf('c')] },
        ],
      };
    });
    await expect.poll(() => batches.slice(1).flat()).toEqual(['c', 'd']);
    expect(batches[0]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('splits a failing batch until the bad record is alone, gives it up, and delivers the others', async () => {
    await put('a', 'b', 'poison', 'd');
    const delivered: string[] = [];
    const { givenUp, checkpoint } = poll(
      (names) => {
        if (names.includes('poison')) throw new Error('no');
        delivered.push(...names);
        return {};
      },
      // Halving a batch does not count as a retry.
      { retries: 1 },
    );
    await expect.poll(() => givenUp).toEqual(['poison']);
    await expect.poll(() => delivered.sort()).toEqual(['a', 'b', 'd']);
    await expect.poll(() => checkpoint.at).not.toBeNull();
  });

  it('continues after its checkpoint on a restart, and repeats records after it', async () => {
    await put('a', 'b');
    const first = poll(() => ({}));
    await expect.poll(() => first.checkpoint.at).not.toBeNull();
    first.poller.stop();
    await first.poller.done;
    await put('c');
    const second = poll(() => ({}), {}, first.checkpoint);
    await expect.poll(() => second.batches.flat()).toEqual(['c']);
    const anew = poll(() => ({}));
    await expect.poll(() => anew.batches.flat()).toEqual(['a', 'b', 'c']);
  });

  it('retries the whole batch after a failure if the mapping does not split batches', async () => {
    await put('a', 'b');
    const { batches, givenUp } = poll(() => Promise.reject(new Error('no')), { bisect: false, retries: 1 });
    await expect.poll(() => givenUp).toEqual(['a', 'b']);
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('ignores the function’s result if the mapping does not report batch item failures', async () => {
    await put('a', 'b');
    const { batches, checkpoint } = poll(
      (_, sequences) => ({ batchItemFailures: [{ itemIdentifier: sequences[0] }] }),
      { responseTypes: [] },
    );
    await expect.poll(() => checkpoint.at).not.toBeNull();
    expect(batches).toEqual([['a', 'b']]);
  });

  it('continues after an engine did not answer for a while, and then delivers every record', async () => {
    let refusals = 12;
    const target = new URL(engine.endpoint);
    const proxy = createServer((incoming, outgoing) => {
      refusals -= 1;
      if (refusals >= 0) {
        outgoing.writeHead(503).end();
        return;
      }
      const { method, url, headers } = incoming;
      incoming.pipe(
        request({ host: target.hostname, port: target.port, method, path: url, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        }),
      );
    });
    const { url, stop } = await listenOnLoopback(proxy, 0);
    const flaky = new DynamoDBStreamsClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    await put('a', 'b');
    const { batches, poller } = poll(() => ({}), {}, memoryCheckpoint(), flaky);
    await expect.poll(() => batches.flat()).toEqual(['a', 'b']);
    poller.stop();
    await poller.done;
    flaky.destroy();
    await stop();
  });
});
