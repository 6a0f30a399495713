/**
 * DynamoDB Streams with several shards, over an engine that has one shard per stream. As on AWS, a hash of an item's
 * partition key selects its shard, each shard has its own iterators, records of different shards have no common order,
 * and a shard may be closed and continued by two others. An iterator contains all that a read needs. Replies of the
 * engine are cached for a moment, because each shard of each mapping reads the same records.
 */
import { type IncomingHttpHeaders, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Gate } from '../gate/gate.ts';
import { streamsNeeds } from '../gate/needs.ts';
import { type Listening, listenOnLoopback } from '../http/listen.ts';
import { asOwn } from './forward.ts';
import { guardedServer } from './guard.ts';
import { noticedWrites, type Writes } from './noticed-writes.ts';
import { firstShards, isIn, isPast, type Shard, shardName, split } from './shard-layout.ts';

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

const streamInput = z.looseObject({ StreamArn: z.string() });
const iteratorInput = z.looseObject({ StreamArn: z.string(), ShardId: z.string() });
const recordsInput = z.looseObject({ ShardIterator: z.string() });
const described = z.looseObject({
  StreamDescription: z.looseObject({
    Shards: z.tuple([
      z.looseObject({
        ShardId: z.string(),
        SequenceNumberRange: z.object({ StartingSequenceNumber: z.string().default(() => BEFORE_ALL) }),
      }),
    ]),
  }),
});
const describedTable = z.object({
  Table: z.object({ KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })) }),
});
const iteratorAnswer = z.looseObject({ ShardIterator: z.string() });
const recordsAnswer = z.looseObject({
  Records: z.array(
    z.looseObject({
      dynamodb: z.looseObject({
        Keys: z.record(z.string(), z.record(z.string(), z.unknown())),
        SequenceNumber: z.string(),
      }),
    }),
  ),
  NextShardIterator: z.string().nullish(),
});

/** Name of the shard, name of the partition key, the engine's own iterator, and the stream's ARN. */
const position = z.tuple([z.string(), z.string(), z.string(), z.string()]);

export type ShardedStreams = Listening & {
  /**
   * Closes a shard at the current end of the stream. Its two children get the records that are written from then on.
   */
  split(streamArn: string, shard: string): Promise<void>;
};

/**
 * Serves DescribeStream, GetShardIterator and GetRecords of the engine's streams, each with `count` shards at first.
 * GetRecords waits up to `holdMs` for a first record of its shard, so that idle pollers cost little; 0 answers at once,
 * as AWS does. `writes` reports writes when they are made, so that the engine need not be asked all the time.
 */
export async function startShardedStreams(
  engine: string,
  count: number,
  gate: Gate,
  holdMs = 0,
  writes: Writes = noticedWrites(),
): Promise<ShardedStreams> {
  const layouts = new Map<string, readonly Shard[]>();
  const shardsOf = (streamArn: string): readonly Shard[] => layouts.get(streamArn) ?? firstShards(count);
  const slices = sharedSlices(holdMs, writes);
  const server = guardedServer(gate, streamsNeeds(streamOf), async (incoming, response, asked) => {
    const [status, body] = await answer(engine, shardsOf, { slices, holdMs }, incoming.headers, asked.toString());
    response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
  });
  return {
    ...(await listenOnLoopback(server, 0)),
    async split(streamArn, shard) {
      const ask: Ask = (input, name = '') => askEngine(engine, { authorization: OWN }, name, input);
      layouts.set(streamArn, split(shardsOf(streamArn), shard, await lastSequence(streamArn, ask)));
    },
  };
}

/**
 * The engine reports a wrong last sequence number, because it compares them as text. So the stream is read to its end.
 */
async function lastSequence(StreamArn: string, ask: Ask): Promise<string> {
  const service = 'DynamoDBStreams_20120810';
  const { StreamDescription } = described.parse(await ask({ StreamArn }, `${service}.DescribeStream`));
  const [{ ShardId }] = StreamDescription.Shards;
  const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let { ShardIterator } = iteratorAnswer.parse(await ask(from, `${service}.GetShardIterator`));
  for (let last = BEFORE_ALL; ; ) {
    const read = recordsAnswer.parse(await ask({ ShardIterator }, `${service}.GetRecords`));
    const end = read.Records.at(-1);
    if (end === undefined || read.NextShardIterator == null) return end?.dynamodb.SequenceNumber ?? last;
    last = end.dynamodb.SequenceNumber;
    ShardIterator = read.NextShardIterator;
  }
}

/** The position before the first record of a stream. */
const BEFORE_ALL = '0';

/** The engine requires a signature but does not check it. */
const OWN =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

const streamOf = (iterator: string): string => position.parse(JSON.parse(iterator))[3];

async function answer(
  engine: string,
  shardsOf: (streamArn: string) => readonly Shard[],
  reads: Reads,
  asked: IncomingHttpHeaders,
  body: string,
): Promise<readonly [status: number, body: unknown]> {
  try {
    const target = String(asked['x-amz-target'] ?? '');
    const operation = target.split('.').at(-1) ?? '';
    const ask: Ask = (input, name = target) => askEngine(engine, asked, name, input);
    const input = z.looseObject({}).parse(JSON.parse(body));
    switch (operation) {
      case 'DescribeStream': {
        const shards = shardsOf(streamInput.parse(input).StreamArn);
        return [200, withShards(described.parse(await ask(input)), shards)];
      }
      case 'GetShardIterator':
        return [200, await startIn(iteratorInput.parse(input), ask)];
      case 'GetRecords':
        return [200, await readOn(recordsInput.parse(input), shardsOf, reads, ask)];
      default:
        return [200, await ask(input)];
    }
  } catch (error) {
    if (error instanceof EngineRefusal) return [error.status, error.body];
    return [400, { __type: 'ValidationException', message: String(error) }];
  }
}

/** An error of the engine, which is returned unchanged. */
class EngineRefusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`the engine answered ${status}`);
    this.name = 'EngineRefusal';
    this.status = status;
    this.body = body;
  }
}

type Ask = (input: object, target?: string) => Promise<unknown>;

async function askEngine(engine: string, asked: IncomingHttpHeaders, target: string, input: object): Promise<unknown> {
  const { authorization, 'x-amz-date': date = '', 'x-amz-security-token': token = '' } = asked;
  const headers = {
    ...JSON_TYPE,
    'x-amz-target': target,
    authorization: asOwn(authorization),
    'x-amz-date': String(date),
    'x-amz-security-token': String(token),
  };
  const [status, text] = await post(engine, headers, JSON.stringify(input));
  const body: unknown = JSON.parse(text);
  if (status !== 200) throw new EngineRefusal(status, body);
  return body;
}

/** `fetch` refuses the hidden port, like browsers do. */
function post(url: string, headers: Record<string, string>, body: string): Promise<readonly [number, string]> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (reply) => {
      textOf(reply).then((text) => resolve([reply.statusCode ?? 502, text]), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** The engine reports an end of its only shard, although the shard is open. */
function withShards({ StreamDescription: stream, ...rest }: z.infer<typeof described>, shards: readonly Shard[]) {
  const [{ ShardId, SequenceNumberRange, ...whole }] = stream.Shards;
  const Shards = shards.map((shard) => ({
    ...whole,
    ShardId: `${ShardId}-${shardName(shard)}`,
    ...(shard.parent === null ? {} : { ParentShardId: `${ShardId}-${shard.parent}` }),
    SequenceNumberRange: {
      StartingSequenceNumber: shard.after ?? SequenceNumberRange.StartingSequenceNumber,
      ...(shard.until === null ? {} : { EndingSequenceNumber: shard.until }),
    },
  }));
  return { ...rest, StreamDescription: { ...stream, Shards } };
}

async function startIn({ ShardId, ...input }: z.infer<typeof iteratorInput>, ask: Ask) {
  const cut = ShardId.lastIndexOf('-');
  const TableName = input.StreamArn.split('/')[1];
  const { Table } = describedTable.parse(await ask({ TableName }, 'DynamoDB_20120810.DescribeTable'));
  const key = Table.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const answered = iteratorAnswer.parse(await ask({ ...input, ShardId: ShardId.slice(0, cut) }));
  const at = [ShardId.slice(cut + 1), key, answered.ShardIterator, input.StreamArn];
  return { ...answered, ShardIterator: JSON.stringify(at) };
}

/**
 * An iterator that has come to the end of a closed shard has no next one. While a read is held, slices without a
 * record of the shard are skipped. Otherwise every write would wake the poller of each shard.
 */
async function readOn(
  { ShardIterator, ...input }: z.infer<typeof recordsInput>,
  shardsOf: (streamArn: string) => readonly Shard[],
  { slices, holdMs }: Reads,
  ask: Ask,
) {
  const until = Date.now() + holdMs;
  const [name, key, start, stream] = position.parse(JSON.parse(ShardIterator));
  for (let at = start; ; ) {
    // Read the layout before the records, because a shard may be closed while records are read.
    const shard = shardsOf(stream).find((each) => shardName(each) === name);
    if (shard === undefined) throw new Error(`no shard ${name}`);
    const { Records: all, ...answered } = await slices({ ...input, ShardIterator: at }, ask);
    const next = answered.NextShardIterator;
    const ended = shard.until !== null && all.every(({ dynamodb }) => isPast(shard.until, dynamodb.SequenceNumber));
    const Records = all.filter(({ dynamodb }) =>
      isIn(shard, String(Object.values(dynamodb.Keys[key] ?? {})[0]), dynamodb.SequenceNumber),
    );
    if (ended || next == null) return { ...answered, Records, NextShardIterator: undefined };
    if (Records.length > 0 || Date.now() >= until)
      return { ...answered, Records, NextShardIterator: JSON.stringify([name, key, next, stream]) };
    at = next;
  }
}

type Slice = z.infer<typeof recordsAnswer>;
type Slices = (input: object, ask: Ask) => Promise<Slice>;
type Reads = { readonly slices: Slices; readonly holdMs: number };

/** After a write, so that writes at about the same time are read together. */
const TOGETHER_MS = 20;
/** Maximum wait for a write in milliseconds; afterwards the reader also looks for writes that were not reported. */
const UNNOTICED_MS = 500;
/** Slices kept for the shards that have not read them yet. */
const MAX_SLICES = 32;

/**
 * Reads the engine once for all shards that need the same input at about the same time. A slice with records is cached:
 * the engine's iterator is a position in the stream, and the records there do not change.
 */
function sharedSlices(holdMs: number, writes: Writes): Slices {
  const kept = new Map<string, Promise<Slice>>();

  async function read(input: object, ask: Ask): Promise<Slice> {
    const until = Date.now() + holdMs;
    for (;;) {
      // Wait for writes from before the read: a write just after it then ends the wait.
      const written = writes.next(Math.max(0, Math.min(UNNOTICED_MS, until - Date.now())));
      const slice = recordsAnswer.parse(await ask(input));
      if (slice.Records.length > 0 || slice.NextShardIterator == null || Date.now() >= until) return slice;
      await written;
      await pause(TOGETHER_MS);
    }
  }

  async function readAndKeep(key: string, input: object, ask: Ask): Promise<Slice> {
    try {
      const slice = await read(input, ask);
      if (slice.Records.length === 0) kept.delete(key);
      return slice;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  }

  return (input, ask) => {
    const key = JSON.stringify(input);
    const found = kept.get(key);
    if (found !== undefined) return found;
    const reading = readAndKeep(key, input, ask);
    kept.set(key, reading);
    const [oldest] = kept.keys();
    if (kept.size > MAX_SLICES && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
}
