/**
 * DynamoDB Streams with several shards, over an engine that has one shard per stream. As on AWS, which shard an item's
 * records go to follows from a hash of its partition key, each shard is read by iterators of its own, and records of two
 * shards come in no common order. An iterator carries all that a read needs. What the engine answered is kept for a
 * moment, because each shard of each mapping reads the same records of the engine.
 */
import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { bodyOf } from '../http/body.ts';
import { type Listening, listenOnLoopback } from '../http/listen.ts';
import { guardedServer } from './guard.ts';
import type { StartCredentials } from './start-credentials.ts';

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

const iteratorInput = z.looseObject({ StreamArn: z.string(), ShardId: z.string() });
const recordsInput = z.looseObject({ ShardIterator: z.string() });
const described = z.looseObject({
  StreamDescription: z.looseObject({
    Shards: z.array(
      z.looseObject({ ShardId: z.string(), SequenceNumberRange: z.object({ StartingSequenceNumber: z.string() }) }),
    ),
  }),
});
const describedTable = z.object({
  Table: z.object({ KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })) }),
});
const iteratorAnswer = z.looseObject({ ShardIterator: z.string() });
const recordsAnswer = z.looseObject({
  Records: z.array(
    z.looseObject({ dynamodb: z.looseObject({ Keys: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
  ),
  NextShardIterator: z.string().nullish(),
});

/** Number of the shard, name of the partition key, the engine's own iterator. */
const position = z.tuple([z.int().nonnegative(), z.string(), z.string()]);

/** Which of `count` shards holds the records of an item with this partition key. */
export function shardOf(partitionKey: string, count: number): number {
  return createHash('md5').update(partitionKey).digest().readUInt32BE() % count;
}

/**
 * Serves DescribeStream, GetShardIterator and GetRecords of the engine's streams, each with `count` shards. GetRecords
 * waits up to `holdMs` for a first record, so that idle pollers cost little; 0 answers at once, as AWS does.
 */
export async function startShardedStreams(
  engine: string,
  count: number,
  credentials: StartCredentials,
  holdMs = 0,
): Promise<Listening> {
  const slices = sharedSlices(holdMs);
  const server = guardedServer(credentials, async (request, response) => {
    const [status, body] = await answer(engine, count, slices, request.headers, await bodyOf(request).catch(() => ''));
    response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
  });
  return listenOnLoopback(server, 0);
}

async function answer(
  engine: string,
  count: number,
  slices: Slices,
  asked: IncomingHttpHeaders,
  body: string,
): Promise<readonly [status: number, body: unknown]> {
  try {
    const target = String(asked['x-amz-target'] ?? '');
    const operation = target.split('.').at(-1) ?? '';
    const ask: Ask = (input, name = target) => askEngine(engine, asked, name, input);
    const input = z.looseObject({}).parse(JSON.parse(body));
    switch (operation) {
      case 'DescribeStream':
        return [200, withShards(described.parse(await ask(input)), count)];
      case 'GetShardIterator':
        return [200, await startIn(iteratorInput.parse(input), ask)];
      case 'GetRecords':
        return [200, await readOn(recordsInput.parse(input), count, slices, ask)];
      default:
        return [200, await ask(input)];
    }
  } catch (error) {
    if (error instanceof EngineRefusal) return [error.status, error.body];
    return [400, { __type: 'ValidationException', message: String(error) }];
  }
}

/** The engine's own refusal, which is handed on as it is. */
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
  const { authorization = '', 'x-amz-date': date = '', 'x-amz-security-token': token = '' } = asked;
  const headers = {
    ...JSON_TYPE,
    'x-amz-target': target,
    authorization,
    'x-amz-date': String(date),
    'x-amz-security-token': String(token),
  };
  const [status, text] = await post(engine, headers, JSON.stringify(input));
  const body: unknown = JSON.parse(text);
  if (status !== 200) throw new EngineRefusal(status, body);
  return body;
}

/** `fetch` refuses the port on which the engine hides from web pages. */
function post(url: string, headers: Record<string, string>, body: string): Promise<readonly [number, string]> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (reply) => {
      textOf(reply).then((text) => resolve([reply.statusCode ?? 502, text]), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** The engine names an end of its shard, too, although that goes on: parsing has left it out. */
function withShards({ StreamDescription: stream, ...rest }: z.infer<typeof described>, count: number) {
  const Shards = stream.Shards.flatMap((shard) =>
    Array.from({ length: count }, (_, at) => ({ ...shard, ShardId: `${shard.ShardId}-${at}` })),
  );
  return { ...rest, StreamDescription: { ...stream, Shards } };
}

async function startIn({ ShardId, ...input }: z.infer<typeof iteratorInput>, ask: Ask) {
  const cut = ShardId.lastIndexOf('-');
  const TableName = input.StreamArn.split('/')[1];
  const { Table } = describedTable.parse(await ask({ TableName }, 'DynamoDB_20120810.DescribeTable'));
  const key = Table.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const answered = iteratorAnswer.parse(await ask({ ...input, ShardId: ShardId.slice(0, cut) }));
  return { ...answered, ShardIterator: JSON.stringify([Number(ShardId.slice(cut + 1)), key, answered.ShardIterator]) };
}

async function readOn(
  { ShardIterator, ...input }: z.infer<typeof recordsInput>,
  count: number,
  slices: Slices,
  ask: Ask,
) {
  const [shard, key, at] = position.parse(JSON.parse(ShardIterator));
  const isOfShard = ({ dynamodb }: Slice['Records'][number]): boolean =>
    shardOf(String(Object.values(dynamodb.Keys[key] ?? {})[0]), count) === shard;
  const slice = await slices({ ...input, ShardIterator: at }, ask);
  const next = slice.NextShardIterator;
  return {
    ...slice,
    Records: slice.Records.filter(isOfShard),
    NextShardIterator: next == null ? next : JSON.stringify([shard, key, next]),
  };
}

type Slice = z.infer<typeof recordsAnswer>;
type Slices = (input: object, ask: Ask) => Promise<Slice>;

/** How often the engine is asked for a first record, in milliseconds. */
const ASK_EVERY_MS = 20;
/** Slices kept for the shards that have not read them yet. */
const MOST_SLICES = 32;

/**
 * Reads of the engine, one for all that read the same input at about the same time. A slice with records is kept: the
 * engine's iterator names a place in the stream, and what has been written there does not change.
 */
function sharedSlices(holdMs: number): Slices {
  const kept = new Map<string, Promise<Slice>>();

  async function read(input: object, ask: Ask): Promise<Slice> {
    const until = Date.now() + holdMs;
    for (;;) {
      const slice = recordsAnswer.parse(await ask(input));
      if (slice.Records.length > 0 || slice.NextShardIterator == null || Date.now() >= until) return slice;
      await pause(ASK_EVERY_MS);
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
    if (kept.size > MOST_SLICES && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
}
