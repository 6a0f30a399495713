/**
 * A DynamoDB stream's event source mapping, with Lambda's rules. Shards are read in parallel, each one batch at a time,
 * and after its parent. Batches have a maximum size and are collected for up to a window. Filtered records are not
 * sent. A partial response is a checkpoint at the lowest failed record. A batch that throws is split in half, which
 * does not count as a retry. Retries and age are limited, and skipped records are named in the failure destination.
 * Time in which this poller did not run does not count as age, because a laptop sleeps and Lambda does not.
 *
 * A checkpoint per shard is stored in a file after each batch, so that a restart continues there and delivers each
 * record at least once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { Checkpoint } from './checkpoint.ts';
import { matchesPattern, type Pattern } from './filter.ts';
import { reportedFailures } from './partial-response.ts';
import { type LambdaRecord, lambdaRecord } from './stream-record.ts';
import { tumblingWindow } from './tumbling-window.ts';

const IDLE_MS = 50;
const RETRY_MS = 200;

export type StreamMapping = {
  readonly streamArn: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Length of a tumbling window; 0: none, and invocations do not name the shard. */
  readonly tumblingMs: number;
  readonly retries: number;
  readonly maxAgeMs: number;
  readonly bisect: boolean;
  readonly patterns: readonly Pattern[];
  readonly responseTypes: readonly string[];
};

export type StreamPoller = { readonly done: Promise<void>; stop(): void };

/** Skipped records go to `giveUp`; `checkpointOf` stores the position of a shard. */
export function pollStream(
  client: DynamoDBStreamsClient,
  mapping: StreamMapping,
  target: FunctionPool,
  checkpointOf: (shardId: string) => Checkpoint,
  giveUp: (records: readonly LambdaRecord[]) => Promise<void>,
): StreamPoller {
  const stopping = new AbortController();

  async function run(): Promise<void> {
    const all = await shards();
    const listed = new Set(all.map(({ ShardId }) => ShardId));
    const first = all.filter(({ ParentShardId }) => !listed.has(ParentShardId));
    await Promise.all(first.map(pollLine));
  }

  /** Reads a shard to its end, and then its child shards. */
  async function pollLine({ ShardId: shardId = '' }: Shard): Promise<void> {
    const checkpoint = checkpointOf(shardId);
    await pollShard({ client, mapping, target, giveUp, shardId, checkpoint, stopping: stopping.signal });
    for (;;) {
      const children = (await shards()).filter(({ ParentShardId }) => ParentShardId === shardId);
      if (children.length > 0) await Promise.all(children.map(pollLine));
      if (children.length > 0 || stopping.signal.aborted) return;
      // The children of a shard that was just closed may not be listed yet.
      await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  /** All shards of the stream, page by page; none when the poller is stopped. */
  async function shards(): Promise<readonly Shard[]> {
    while (!stopping.signal.aborted) {
      try {
        const found: Shard[] = [];
        let start: string | undefined;
        do {
          const input = { StreamArn: mapping.streamArn, ExclusiveStartShardId: start };
          const { StreamDescription } = await client.send(new DescribeStreamCommand(input));
          found.push(...(StreamDescription?.Shards ?? []));
          start = StreamDescription?.LastEvaluatedShardId;
        } while (start !== undefined);
        return found;
      } catch {
        await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    return [];
  }

  return { done: run(), stop: () => stopping.abort() };
}

/** The value of the promise, or null when it takes longer than `ms`. */
async function orNull<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  const over = new AbortController();
  const late = pause(Math.max(0, ms), null, { signal: over.signal }).catch(() => null);
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}

type ShardPoller = {
  readonly client: DynamoDBStreamsClient;
  readonly mapping: StreamMapping;
  readonly target: FunctionPool;
  readonly giveUp: (records: readonly LambdaRecord[]) => Promise<void>;
  readonly shardId: string;
  readonly checkpoint: Checkpoint;
  readonly stopping: AbortSignal;
};

/** Resolves when the poller is stopped, or when the shard is closed and all its records are delivered. */
function pollShard({ client, mapping, target, giveUp, shardId, checkpoint, stopping }: ShardPoller): Promise<void> {
  const stopped = (): boolean => stopping.aborted;
  const startedAt = Date.now();
  const windows =
    mapping.tumblingMs === 0
      ? null
      : tumblingWindow({
          shardId,
          streamArn: mapping.streamArn,
          tumblingMs: mapping.tumblingMs,
          invoke: (event) => target.invoke(event),
          again: () => rest(RETRY_MS).then(() => !stopped()),
        });
  const rest = (ms: number): Promise<void> => pause(ms, undefined, { signal: stopping }).catch(() => {});

  async function run(): Promise<void> {
    let iterator: string | null = null;
    let reading: ReturnType<typeof read> | null = null;
    let batch: LambdaRecord[] = [];
    let firstAt = 0;
    let seen: string | null = null;
    while (!stopped()) {
      try {
        await windows?.endIfOver(false);
        reading ??= read(iterator);
        // The error is handled where the promise is awaited, perhaps after a delivery.
        reading.catch(() => {});
        // A batch is sent at the end of its window, even while a read is waiting.
        const answer = await (batch.length === 0 ? reading : orNull(reading, firstAt + mapping.windowMs - Date.now()));
        if (answer !== null) {
          reading = null;
          iterator = answer.next;
        }
        for (const event of answer?.records ?? []) {
          seen = event.dynamodb.SequenceNumber;
          if (!isWanted(event)) continue;
          if (batch.length === 0) firstAt = Date.now();
          batch.push(event);
        }
        const full = batch.length >= mapping.batchSize;
        const ended = answer !== null && answer.next === null;
        const due = batch.length > 0 && (ended || Date.now() - firstAt >= mapping.windowMs);
        if (full || due) {
          for (let at = 0; at < batch.length && !stopped(); at += mapping.batchSize)
            await deliver(batch.slice(at, at + mapping.batchSize));
          if (stopped()) return;
          batch = [];
        }
        if (batch.length === 0 && seen !== null) {
          checkpoint.write(seen);
          seen = null;
        }
        if (ended) return windows?.endIfOver(true);
        if (answer?.records.length === 0) await rest(IDLE_MS);
      } catch (error) {
        // Reads again from the checkpoint: records that were read but not delivered are read again.
        if (error instanceof TrimmedDataAccessException) checkpoint.clear();
        iterator = null;
        reading = null;
        batch = [];
        seen = null;
        await rest(RETRY_MS);
      }
    }
  }

  function isWanted(event: LambdaRecord): boolean {
    return mapping.patterns.length === 0 || mapping.patterns.some((pattern) => matchesPattern(pattern, event));
  }

  /** Throws when the iterator is no longer valid or the engine does not answer. */
  async function read(iterator: string | null): Promise<{ records: LambdaRecord[]; next: string | null }> {
    const ShardIterator = iterator ?? (await startIterator());
    const answer = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 1000 }), {
      abortSignal: stopping,
    });
    const records = (answer.Records ?? []).map((record) => lambdaRecord(record, mapping.streamArn));
    return { records, next: answer.NextShardIterator ?? null };
  }

  async function startIterator(): Promise<string> {
    const after = checkpoint.read();
    const from =
      after === null
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
    const answer = await client.send(
      new GetShardIteratorCommand({ StreamArn: mapping.streamArn, ShardId: shardId, ...from }),
    );
    return answer.ShardIterator ?? '';
  }

  async function deliver(records: readonly LambdaRecord[], retries = 0): Promise<void> {
    if (records.length === 0 || stopped()) return;
    if (retries > mapping.retries) return giveUp(records);
    const tooOld = records.filter(isTooOld);
    if (tooOld.length > 0) {
      await giveUp(tooOld);
      return deliver(
        records.filter((record) => !tooOld.includes(record)),
        retries,
      );
    }
    const failedAt = await firstFailure(records);
    if (failedAt === null || stopped()) return;
    await rest(Math.min(5_000, RETRY_MS * 2 ** retries));
    const left = records.slice(failedAt);
    if (!mapping.bisect) return deliver(left, retries + 1);
    if (failedAt > 0) return deliver(left, retries);
    if (left.length === 1) return deliver(left, retries + 1);
    const middle = Math.ceil(left.length / 2);
    await deliver(left.slice(0, middle), retries);
    await deliver(left.slice(middle), retries);
  }

  function isTooOld({ dynamodb }: LambdaRecord): boolean {
    return Date.now() - Math.max(startedAt, dynamodb.ApproximateCreationDateTime * 1000) > mapping.maxAgeMs;
  }

  /** The index from which records must be delivered again; null when all succeeded. */
  async function firstFailure(records: readonly LambdaRecord[]): Promise<number | null> {
    try {
      const answer = await (windows === null ? target.invoke({ Records: records }) : windows.send(records));
      const failed = reportedFailures(answer, mapping.responseTypes).map((identifier) =>
        records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === identifier),
      );
      return failed.length === 0 ? null : Math.max(0, Math.min(...failed));
    } catch {
      return 0;
    }
  }

  return run();
}
