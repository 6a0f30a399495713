/**
 * A DynamoDB stream's event source mapping, with Lambda's rules: batches up to a size, filled for up to a window;
 * filtered records are not sent; a partial response is a checkpoint at the lowest failed record; a batch that throws is
 * cut in half; retries and age are bounded, and what is given up on is named in the failure destination.
 * The checkpoint is kept in a file after each batch, so that a restart goes on where it was, at least once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { Checkpoint } from './checkpoint.ts';
import { matchesPattern } from './filter.ts';
import { type LambdaRecord, lambdaRecord } from './stream-record.ts';

const IDLE_MS = 50;
const RETRY_MS = 200;

export type StreamMapping = {
  readonly streamArn: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly retries: number;
  readonly maxAgeMs: number;
  readonly bisect: boolean;
  readonly patterns: readonly unknown[];
};

export type StreamPoller = { readonly done: Promise<void>; stop(): void };

const partialResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) });

export function pollStream(
  client: DynamoDBStreamsClient,
  mapping: StreamMapping,
  target: FunctionPool,
  checkpoint: Checkpoint,
  giveUp: (records: readonly LambdaRecord[]) => Promise<void>,
): StreamPoller {
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;

  async function run(): Promise<void> {
    let iterator = await startIterator();
    let batch: LambdaRecord[] = [];
    let firstAt = 0;
    let seen: string | null = null;
    while (!stopped()) {
      const answer = await read(iterator);
      if (answer === null) {
        iterator = await startIterator();
        batch = [];
        continue;
      }
      for (const record of answer.records) {
        const event = lambdaRecord(record, mapping.streamArn);
        seen = event.dynamodb.SequenceNumber;
        if (mapping.patterns.length > 0 && !mapping.patterns.some((pattern) => matchesPattern(pattern, event)))
          continue;
        if (batch.length === 0) firstAt = Date.now();
        batch.push(event);
      }
      iterator = answer.next;
      const full = batch.length >= mapping.batchSize;
      const due = batch.length > 0 && Date.now() - firstAt >= mapping.windowMs;
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
      if (answer.records.length === 0) await pause(IDLE_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function startIterator(): Promise<string> {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: mapping.streamArn }));
    const ShardId = StreamDescription?.Shards?.at(-1)?.ShardId;
    const after = checkpoint.read();
    const from =
      after === null
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
    const answer = await client.send(new GetShardIteratorCommand({ StreamArn: mapping.streamArn, ShardId, ...from }));
    return answer.ShardIterator ?? '';
  }

  /** Null when the iterator is no good any more and a new one is needed. */
  async function read(iterator: string): Promise<{ records: StreamRecord[]; next: string } | null> {
    try {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1000 }));
      return answer.NextShardIterator === undefined
        ? null
        : { records: answer.Records ?? [], next: answer.NextShardIterator };
    } catch (error) {
      if (stopped()) return null;
      if (error instanceof TrimmedDataAccessException) checkpoint.clear();
      await pause(RETRY_MS);
      return null;
    }
  }

  async function deliver(records: readonly LambdaRecord[], attempt = 0): Promise<void> {
    if (records.length === 0 || stopped()) return;
    const tooOld = Date.now() - (records[0]?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000 > mapping.maxAgeMs;
    if (attempt > mapping.retries || tooOld) return giveUp(records);
    const failedAt = await firstFailure(records);
    if (failedAt === null) return;
    if (stopped()) return;
    await pause(Math.min(5_000, RETRY_MS * 2 ** attempt));
    const left = records.slice(failedAt);
    if (!mapping.bisect || left.length === 1) return deliver(left, attempt + 1);
    const middle = Math.ceil(left.length / 2);
    await deliver(left.slice(0, middle), attempt + 1);
    await deliver(left.slice(middle), attempt + 1);
  }

  /** Where redelivery must begin, null when all is done. */
  async function firstFailure(records: readonly LambdaRecord[]): Promise<number | null> {
    try {
      const answer = partialResponse.parse((await target.invoke({ Records: records })) ?? {});
      const failed = answer.batchItemFailures.map(({ itemIdentifier }) =>
        records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
      );
      return failed.length === 0 ? null : Math.max(0, Math.min(...failed));
    } catch {
      return 0;
    }
  }

  return { done: run(), stop: () => stopping.abort() };
}
