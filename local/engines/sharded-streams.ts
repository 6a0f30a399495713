/**
 * DynamoDB Streams with several shards, over an engine that has one shard per stream. As on AWS, which shard an item's
 * records go to follows from a hash of its partition key, each shard is read by iterators of its own, and records of two
 * shards come in no common order. Iterators carry all that is needed, so nothing is kept here.
 */
import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import * as z from 'zod';
import type { Gate } from '../gate/gate.ts';
import { streamsNeeds } from '../gate/needs.ts';
import { type Listening, listenOnLoopback } from '../http/listen.ts';
import { asOwn } from './forward.ts';
import { guardedServer } from './guard.ts';

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

/** Number of the shard, name of the partition key, the engine's own iterator, and the stream's ARN. */
const position = z.tuple([z.int().nonnegative(), z.string(), z.string(), z.string()]);

/** Which of `count` shards holds the records of an item with this partition key. */
export function shardOf(partitionKey: string, count: number): number {
  return createHash('md5').update(partitionKey).digest().readUInt32BE() % count;
}

/** Serves DescribeStream, GetShardIterator and GetRecords of the engine's streams, each with `count` shards. */
export async function startShardedStreams(engine: string, count: number, gate: Gate): Promise<Listening> {
  const server = guardedServer(gate, streamsNeeds(streamOf), async (request, response, asked) => {
    const [status, body] = await answer(engine, count, request.headers, asked.toString());
    response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
  });
  return listenOnLoopback(server, 0);
}

const streamOf = (iterator: string): string => position.parse(JSON.parse(iterator))[3];

async function answer(
  engine: string,
  count: number,
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
        return [200, await readOn(recordsInput.parse(input), count, ask)];
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
  const at = [Number(ShardId.slice(cut + 1)), key, answered.ShardIterator, input.StreamArn];
  return { ...answered, ShardIterator: JSON.stringify(at) };
}

async function readOn({ ShardIterator, ...input }: z.infer<typeof recordsInput>, count: number, ask: Ask) {
  const [shard, key, at, stream] = position.parse(JSON.parse(ShardIterator));
  const answered = recordsAnswer.parse(await ask({ ...input, ShardIterator: at }));
  const next = answered.NextShardIterator;
  return {
    ...answered,
    Records: answered.Records.filter(
      ({ dynamodb }) => shardOf(String(Object.values(dynamodb.Keys[key] ?? {})[0]), count) === shard,
    ),
    NextShardIterator: next == null ? next : JSON.stringify([shard, key, next, stream]),
  };
}
