import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shardOf } from '../../../local/engines/shard-layout.ts';
import { type ShardedStreams, startShardedStreams } from '../../../local/engines/sharded-streams.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { CREDENTIALS, GATE } from '../../fixtures/engine-credentials.ts';
import { tapEndpoint } from '../../fixtures/tapped-endpoint.ts';

const SHARDS = 4;
let engine: Dynoxide;
let front: ShardedStreams;
let streams: DynamoDBStreamsClient;
let table: string;
let StreamArn: string;
beforeAll(async () => {
  engine = await startDynoxide();
  front = await startShardedStreams(engine.endpoint, SHARDS, GATE);
  streams = new DynamoDBStreamsClient({
    endpoint: front.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
});
beforeEach(async () => {
  table = (await engine.createTables()).EVENTS_TABLE;
  const { Table } = await engine.client.send(new DescribeTableCommand({ TableName: table }));
  StreamArn = Table?.LatestStreamArn ?? '';
});
afterAll(async () => {
  streams?.destroy();
  await front?.stop();
  await engine?.stop();
});

const put = (name: string, version = 1) =>
  engine.client.send(new PutCommand({ TableName: table, Item: { stream_id: name, version } }));

async function shards(): Promise<readonly string[]> {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  return (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
}

async function start(ShardId: string, more: { readonly after?: string; readonly latest?: boolean } = {}) {
  const from =
    more.after === undefined
      ? { ShardIteratorType: more.latest ? ('LATEST' as const) : ('TRIM_HORIZON' as const) }
      : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: more.after };
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...from }));
  return ShardIterator ?? '';
}

async function read(iterator: string, client = streams) {
  const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
  return {
    names: Records.map(({ dynamodb }) => `${dynamodb?.Keys?.stream_id?.S}/${dynamodb?.Keys?.version?.N}`),
    sequences: Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? ''),
    next: NextShardIterator ?? '',
  };
}

describe('a stream with several shards on an engine with one', () => {
  it('lists its shards; each record is in one, and records of one partition key are in one shard, in order', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `stream-${at}`);
    for (const version of [1, 2]) for (const name of names) await put(name, version);
    const ids = await shards();
    expect(new Set(ids).size).toBe(SHARDS);
    const perShard = await Promise.all(ids.map(async (id) => (await read(await start(id))).names));
    for (const [shard, found] of perShard.entries()) {
      const own = names.filter((name) => shardOf(name, SHARDS) === shard);
      expect(own.length).toBeGreaterThan(0);
      expect(found).toEqual([...own.map((name) => `${name}/1`), ...own.map((name) => `${name}/2`)]);
    }
  });

  it('has open shards, whatever was written', async () => {
    await put('first');
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    for (const { SequenceNumberRange: range } of StreamDescription?.Shards ?? [])
      expect(range).toEqual({ StartingSequenceNumber: expect.any(String) });
  });

  it('continues with each shard’s iterator, also from the latest record or after a sequence number', async () => {
    await put('first');
    const [id = ''] = (await shards()).slice(shardOf('first', SHARDS));
    const latest = await read(await start(id, { latest: true }));
    expect(latest.names).toEqual([]);
    const whole = await read(await start(id));
    await put('first', 2);
    expect((await read(latest.next)).names).toEqual(['first/2']);
    expect((await read(whole.next)).names).toEqual(['first/2']);
    expect((await read(await start(id, { after: whole.sequences[0] ?? '' }))).names).toEqual(['first/2']);
  });

  it('waits for a record of its shard if it holds reads, and reads the engine once for all shards and readers', async () => {
    const tapped = await tapEndpoint(engine.endpoint);
    let reads = 0;
    tapped.tap.before = ({ operation }) => {
      if (operation === 'GetRecords') reads += 1;
      return 'pass';
    };
    const holding = await startShardedStreams(tapped.url, SHARDS, GATE, 300_000);
    const client = new DynamoDBStreamsClient({ endpoint: holding.url, region: 'us-east-1', credentials: CREDENTIALS });
    try {
      await put('before');
      const twice = [...(await shards()), ...(await shards())];
      const starts = await Promise.all(twice.map((id) => start(id, { latest: true })));
      const readAll = () => Promise.all(starts.map((iterator) => read(iterator, client)));
      const early = readAll();
      await expect.poll(() => reads).toBeGreaterThan(1);
      // One after the other, because a shard waits while only other shards have a record.
      const firsts = Array.from({ length: SHARDS }, (_, shard) => {
        const names = Array.from({ length: 100 }, (_, at) => `first-${at}`);
        return names.find((name) => shardOf(name, SHARDS) === shard) ?? '';
      });
      for (const name of firsts) await put(name);
      const all = [...firsts, ...firsts].map((name) => `${name}/1`).sort();
      expect((await early).flatMap(({ names }) => names).sort()).toEqual(all);
      const before = reads;
      expect((await readAll()).flatMap(({ names }) => names).sort()).toEqual(all);
      expect(reads).toBe(before);
    } finally {
      client.destroy();
      await holding.stop();
      await tapped.close();
    }
  });

  it('returns the engine’s errors unchanged', async () => {
    const other = StreamArn.replace(table, 'no-such-table');
    await expect(streams.send(new DescribeStreamCommand({ StreamArn: other }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(streams.send(new GetRecordsCommand({ ShardIterator: 'nonsense' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('a shard that is split', () => {
  const described = async () =>
    (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription?.Shards ?? [];

  it('is closed, and each of its keys continues in one of its two child shards', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `stream-${at}`);
    const own = names.filter((name) => shardOf(name, SHARDS) === 1);
    for (const name of names) await put(name);
    await front.split(StreamArn, '1of4');
    for (const name of names) await put(name, 2);

    const all = await described();
    expect(all).toHaveLength(SHARDS + 2);
    const parent = all.find(({ ShardId }) => ShardId?.endsWith('-1of4'));
    expect(parent?.SequenceNumberRange?.EndingSequenceNumber).toEqual(expect.any(String));
    const children = all.filter(({ ParentShardId }) => ParentShardId === parent?.ShardId);
    expect(children.map(({ ShardId }) => ShardId?.split('-').at(-1))).toEqual(['1of8', '5of8']);

    const before = await read(await start(parent?.ShardId ?? ''));
    expect(before.names).toEqual(own.map((name) => `${name}/1`));
    const after = await Promise.all(
      children.map(async ({ ShardId }) => (await read(await start(ShardId ?? ''))).names),
    );
    for (const [at, found] of after.entries())
      expect(found).toEqual(own.filter((name) => shardOf(name, 8) === [1, 5][at]).map((name) => `${name}/2`));
    expect(after.flat()).toHaveLength(own.length);
  });

  it('has no next iterator after its last record, wherever reading began', async () => {
    await put('first');
    const shard = shardOf('first', SHARDS);
    const [id = ''] = (await shards()).slice(shard);
    const latest = await start(id, { latest: true });
    await put('first', 2);
    await front.split(StreamArn, `${shard}of4`);
    await put('first', 3);
    for (const iterator of [latest, await start(id)]) {
      const { names, next } = await read(iterator);
      expect(names.at(-1)).toBe('first/2');
      expect(next === '' ? next : (await read(next)).next).toBe('');
    }
  });

  it('cannot be split a second time', async () => {
    await put('first');
    await front.split(StreamArn, '0of4');
    await expect(front.split(StreamArn, '0of4')).rejects.toThrow('no shard 0of4 is open');
    await expect(front.split(StreamArn, '9of4')).rejects.toThrow('no shard 9of4 is open');
  });
});
