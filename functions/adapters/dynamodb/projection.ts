/**
 * Marks in a DynamoDB stream. It is not visible to which shard an item's records go: a shard has a range of hashed
 * partition keys. So marks with random keys are written, and each open shard is read from its latest record until one
 * of them appears. This relies on documented facts (Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB
 * Streams"; AWS Lambda Developer Guide, "Process DynamoDB records with Lambda"): a record is in exactly one shard; a
 * closed shard continues in children that name it as their parent; Lambda processes the records of a shard in order,
 * and those of a parent before those of its children. So a mark in each open shard comes after everything that was
 * written before it.
 */
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { SYSTEM } from '../../domain/event/actors.ts';
import { MARK_EVENT, markStream } from '../../domain/views/mark.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Projection } from '../../ports/projection.ts';
import type { Views } from '../../ports/views.ts';
import { EVENTS } from './tables.ts';

/**
 * Number of marks written at once, and in total. A shard with such a small range that none of these reaches it is not
 * waited for.
 */
const PARALLEL = 25;
const MAX_MARKS = 2_000;
/**
 * How often and at what interval (ms) a shard is read before more marks are written. A record is normally in its
 * stream within a second.
 */
const LOOKS = 8;
const LOOK_MS = 250;
const ROUNDS = 6;

export type ProjectionPorts = {
  readonly log: Pick<EventLog, 'append'>;
  readonly views: Pick<Views, 'get'>;
  readonly ids: Pick<Ids, 'token'>;
  /** ms since the epoch. */
  now(): number;
  pause(ms: number): Promise<void>;
};

/** A shard in which no mark has been seen. `iterator` null: it is closed, and its children are not listed yet. */
type Unmarked = { readonly shardId: string; readonly iterator: string | null };

export function dynamoProjection(
  client: DynamoDBStreamsClient,
  streamArn: string,
  { log, views, ids, now, pause }: ProjectionPorts,
): Projection {
  async function shards(): Promise<readonly Shard[]> {
    const found: Shard[] = [];
    let start: string | undefined;
    do {
      const page = await client.send(new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: start }));
      found.push(...(page.StreamDescription?.Shards ?? []));
      start = page.StreamDescription?.LastEvaluatedShardId;
    } while (start !== undefined);
    return found;
  }

  async function open({ ShardId: shardId = '' }: Shard, from: 'LATEST' | 'TRIM_HORIZON'): Promise<Unmarked> {
    const input = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: from };
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(input));
    return { shardId, iterator: ShardIterator ?? null };
  }

  async function put(accountId: string, marks: readonly string[]): Promise<void> {
    const at = new Date(now()).toISOString();
    const event = { type: MARK_EVENT, data: {} };
    for (let start = 0; start < marks.length; start += PARALLEL) {
      const some = marks.slice(start, start + PARALLEL);
      await Promise.all(
        some.map((streamId) => log.append([{ streamId, version: 1, accountId, actor: SYSTEM.bulk, at, event }])),
      );
    }
  }

  /** Reads the next records of a shard. Returns the mark among them, or the shards that must still be read. */
  async function look(
    { shardId, iterator }: Unmarked,
    mine: ReadonlySet<string>,
  ): Promise<{ readonly mark: string } | { readonly unmarked: readonly Unmarked[] }> {
    if (iterator === null) {
      const children = (await shards()).filter(({ ParentShardId }) => ParentShardId === shardId);
      if (children.length === 0) return { unmarked: [{ shardId, iterator }] };
      return { unmarked: await Promise.all(children.map((child) => open(child, 'TRIM_HORIZON'))) };
    }
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    const mark = Records.map(({ dynamodb }) => dynamodb?.Keys?.[EVENTS.partitionKey]?.S ?? '').find((id) =>
      mine.has(id),
    );
    return mark === undefined ? { unmarked: [{ shardId, iterator: NextShardIterator ?? null }] } : { mark };
  }

  return {
    async mark(accountId) {
      const all = await shards();
      const parents = new Set(all.map(({ ParentShardId }) => ParentShardId));
      // A closed shard without children will get children that are not listed yet.
      const listed = all.filter((shard) => isOpen(shard) || !parents.has(shard.ShardId));
      // Reading starts before the marks are written, so every record seen from then on is newer than the call.
      let unmarked: readonly Unmarked[] = await Promise.all(
        listed.map((shard) =>
          isOpen(shard) ? open(shard, 'LATEST') : { shardId: shard.ShardId ?? '', iterator: null },
        ),
      );
      const mine = new Set<string>();
      const seen: string[] = [];
      for (let round = 0; round < ROUNDS && unmarked.length > 0 && mine.size < MAX_MARKS; round += 1) {
        const fresh = Array.from({ length: enough(seen.length + unmarked.length) }, () => markStream(ids.token()));
        for (const id of fresh) mine.add(id);
        await put(accountId, fresh);
        for (let turn = 0; turn < LOOKS && unmarked.length > 0; turn += 1) {
          if (turn > 0) await pause(LOOK_MS);
          const looked = await Promise.all(unmarked.map((shard) => look(shard, mine)));
          seen.push(...looked.flatMap((found) => ('mark' in found ? [found.mark] : [])));
          unmarked = looked.flatMap((found) => ('unmarked' in found ? found.unmarked : []));
        }
      }
      return listed.length === 0 || unmarked.length > 0 ? null : seen;
    },

    async hasPassed(marks) {
      return (await views.get(marks, { consistent: true })).size === marks.length;
    },
  };
}

const isOpen = ({ SequenceNumberRange: range }: Shard): boolean => range?.EndingSequenceNumber === undefined;

/**
 * Number of random keys that almost always hits each of `count` equal ranges (coupon collector's problem, with a
 * reserve).
 */
const enough = (count: number): number => Math.ceil(count * (Math.log(count) + 3));
