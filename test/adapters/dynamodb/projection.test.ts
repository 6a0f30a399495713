import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { dynamoProjection } from '../../../functions/adapters/dynamodb/projection.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { shardOf } from '../../../local/engines/shard-layout.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';

const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/Events/stream/now';

/** A shard of a scripted stream: it has the keys whose hash modulo `of` is `at`, from its birth until it is closed. */
type Shard = {
  readonly id: string;
  readonly parent?: string;
  readonly of: number;
  readonly at: number;
  closed: boolean;
};

/** Behaviour that the local engines lack: shards that split, are listed late, or have a very small range of keys. */
function scriptedStream(
  shards: Shard[],
  script: { onRead?(shardId: string): void; onAppend?(): void; listed?(): Shard[] } = {},
) {
  const log = memoryEventLog();
  const records = new Map<string, string[]>();
  const started: string[] = [];
  const holder = (key: string): Shard | undefined =>
    shards.find(({ of, at, closed }) => !closed && shardOf(key, of) === at);
  const append: typeof log.append = async (events) => {
    script.onAppend?.();
    for (const { streamId } of events) {
      const id = holder(streamId)?.id;
      if (id !== undefined) records.set(id, [...(records.get(id) ?? []), streamId]);
    }
    return log.append(events);
  };
  const mock = mockClient(DynamoDBStreamsClient);
  mock.on(DescribeStreamCommand).callsFake(({ ExclusiveStartShardId }) => {
    // One shard per page: the list of a busy table has many pages.
    const listed = script.listed?.() ?? shards;
    const at = listed.findIndex(({ id }) => id === ExclusiveStartShardId) + 1;
    const shard = listed[at];
    return {
      StreamDescription: {
        Shards:
          shard === undefined
            ? []
            : [
                {
                  ShardId: shard.id,
                  ParentShardId: shard.parent,
                  SequenceNumberRange: {
                    StartingSequenceNumber: '1',
                    ...(shard.closed ? { EndingSequenceNumber: '9' } : {}),
                  },
                },
              ],
        LastEvaluatedShardId: at + 1 < listed.length ? shard?.id : undefined,
      },
    };
  });
  mock.on(GetShardIteratorCommand).callsFake(({ ShardId, ShardIteratorType }) => {
    started.push(`${ShardId} ${ShardIteratorType}`);
    const from = ShardIteratorType === 'LATEST' ? (records.get(ShardId)?.length ?? 0) : 0;
    return { ShardIterator: `${ShardId}:${from}` };
  });
  mock.on(GetRecordsCommand).callsFake(({ ShardIterator }) => {
    const [id = '', from = '0'] = String(ShardIterator).split(':');
    script.onRead?.(id);
    const found = (records.get(id) ?? []).slice(Number(from));
    const closed = shards.find((shard) => shard.id === id)?.closed ?? false;
    return {
      Records: found.map((key) => ({ dynamodb: { Keys: { stream_id: { S: key }, version: { N: '1' } } } })),
      NextShardIterator: closed ? undefined : `${id}:${Number(from) + found.length}`,
    };
  });
  const client = new DynamoDBStreamsClient({ region: 'us-east-1' });
  const ports = { log: { append }, views: memoryViews(), ids, now: () => 0, pause: async () => {} };
  return { projection: dynamoProjection(client, STREAM, ports), started, log, records };
}

const open = (id: string, of: number, at: number, parent?: string): Shard => ({
  id,
  of,
  at,
  closed: false,
  ...(parent === undefined ? {} : { parent }),
});

it('each open shard gets its own mark, however many pages list them; a closed one needs none', async () => {
  const shards = [{ ...open('old', 1, 0), closed: true }, ...[0, 1, 2, 3].map((at) => open(`s${at}`, 4, at, 'old'))];
  const { projection, started } = scriptedStream(shards);
  const marks = await projection.mark('acc_one');
  expect(marks?.map((mark) => shardOf(mark, 4)).sort()).toEqual([0, 1, 2, 3]);
  expect(started.sort()).toEqual(['s0 LATEST', 's1 LATEST', 's2 LATEST', 's3 LATEST']);
});

it('a shard that splits before a mark reaches it gets a mark in both children, even if they are listed late', async () => {
  const parent = open('parent', 1, 0);
  const shards = [parent];
  let lists = 0;
  const { projection, started } = scriptedStream(shards, {
    onAppend() {
      if (parent.closed) return;
      parent.closed = true;
      shards.push(open('left', 2, 0, 'parent'), open('right', 2, 1, 'parent'));
    },
    listed() {
      lists += 1;
      return lists < 4 ? [parent] : shards;
    },
  });
  const marks = await projection.mark('acc_one');
  expect(started).toEqual(['parent LATEST', 'left TRIM_HORIZON', 'right TRIM_HORIZON']);
  expect(marks?.map((mark) => shardOf(mark, 2)).sort()).toEqual([0, 1]);
});

it('a shard that was closed before gets a mark in both children, even if they are listed late', async () => {
  const parent = { ...open('parent', 2, 0), closed: true };
  const children = [open('left', 4, 0, 'parent'), open('right', 4, 2, 'parent')];
  const other = open('other', 2, 1);
  let lists = 0;
  const { projection, started } = scriptedStream([parent, other, ...children], {
    listed() {
      lists += 1;
      return lists <= 4 ? [parent, other] : [parent, other, ...children];
    },
  });
  const marks = await projection.mark('acc_one');
  expect(started).toEqual(['other LATEST', 'left TRIM_HORIZON', 'right TRIM_HORIZON']);
  expect(new Set(marks?.map((mark) => shardOf(mark, 4) % 2))).toEqual(new Set([0, 1]));
  expect(marks).toHaveLength(3);
});

it('marks of other operations prove nothing: they may be older', async () => {
  const shards = [open('s0', 2, 0), open('s1', 2, 1)];
  const { projection, records } = scriptedStream(shards, {
    onRead(id) {
      records.set(id, [...(records.get(id) ?? []), `mark#foreign-${id}`]);
    },
  });
  const marks = await projection.mark('acc_one');
  expect(marks).toHaveLength(2);
  expect(marks?.some((mark) => mark.includes('foreign'))).toBe(false);
});

it('a shard that no mark reaches makes the call fail, with a limited number of marks', async () => {
  const shards = [open('s0', 1, 0), open('none', 1, 5)];
  const { projection, log } = scriptedStream(shards);
  expect(await projection.mark('acc_one')).toBeNull();
  expect(log.all.length).toBeLessThan(2_100);
});

it('a stream without shards proves nothing', async () => {
  expect(await scriptedStream([]).projection.mark('acc_one')).toBeNull();
});

it('marks are passed when the rows of all of them exist', async () => {
  const views = memoryViews();
  const client = new DynamoDBStreamsClient({ region: 'us-east-1' });
  const ports = { log: memoryEventLog(), views, ids, now: () => 0, pause: async () => {} };
  const { hasPassed } = dynamoProjection(client, STREAM, ports);
  await views.write({ row: { id: 'mark#a', v: 1 }, replaces: null });
  expect(await hasPassed(['mark#a', 'mark#b'])).toBe(false);
  await views.write({ row: { id: 'mark#b', v: 1 }, replaces: null });
  expect(await hasPassed(['mark#a', 'mark#b'])).toBe(true);
});
