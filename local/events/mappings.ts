import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { Resource } from '../template/assembly.ts';
import { fileCheckpoint } from './checkpoint.ts';
import { pollQueue } from './queue-poller.ts';
import { pollStream } from './stream-poller.ts';
import type { LambdaRecord } from './stream-record.ts';

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  MaximumRetryAttempts: z.number().default(-1),
  MaximumRecordAgeInSeconds: z.number().default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }).optional(),
});

/** Pollers of one queue here: as many as a function has environments. */
const MOST_POLLERS = 4;

export type MappingEngines = {
  readonly streams: DynamoDBStreamsClient;
  readonly queues: SQSClient;
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly attributes: ReadonlyMap<string, string>;
  readonly checkpoints: string;
  /** The longest batching window of a stream, in milliseconds, whatever a mapping says. */
  readonly windowMs: number;
};

/** How long a stop waits for invocations under way: one of the worker's may last minutes, and its job survives a kill. */
const GRACE_MS = 1000;

/** Starts a poller per event source mapping; what comes back stops them. */
export function startMappings(resources: readonly Resource[], engines: MappingEngines): () => Promise<void> {
  const pollers = resources.map((resource) => startMapping(resource, engines));
  return async () => {
    for (const poller of pollers) poller.stop();
    await Promise.race([Promise.all(pollers.map(({ done }) => done)), pause(GRACE_MS)]);
    engines.queues.destroy();
    engines.streams.destroy();
  };
}

function startMapping(
  { id, properties }: Resource,
  { streams, queues, pools, attributes, checkpoints, windowMs }: MappingEngines,
) {
  const mapping = mappingSchema.parse(properties);
  const target = pools.get(mapping.FunctionName);
  if (target === undefined) throw new Error(`${id} leads to no function`);
  const responseTypes = mapping.FunctionResponseTypes;
  if (mapping.EventSourceArn.startsWith('arn:aws:sqs:')) {
    const concurrency = Math.min(MOST_POLLERS, mapping.ScalingConfig?.MaximumConcurrency ?? MOST_POLLERS);
    const queueUrl = urlOf(mapping.EventSourceArn, attributes);
    return pollQueue(
      queues,
      { queueUrl, queueArn: mapping.EventSourceArn, batchSize: mapping.BatchSize, concurrency, responseTypes },
      target,
    );
  }
  const destination = mapping.DestinationConfig?.OnFailure.Destination;
  return pollStream(
    streams,
    {
      streamArn: mapping.EventSourceArn,
      batchSize: mapping.BatchSize,
      windowMs: Math.min(windowMs, mapping.MaximumBatchingWindowInSeconds * 1000),
      retries: boundless(mapping.MaximumRetryAttempts),
      maxAgeMs: boundless(mapping.MaximumRecordAgeInSeconds) * 1000,
      bisect: mapping.BisectBatchOnFunctionError,
      responseTypes,
      patterns: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }): unknown => JSON.parse(Pattern)),
    },
    target,
    (shardId) => fileCheckpoint(join(checkpoints, `${id}.${shardId}`), mapping.EventSourceArn),
    async (records) => {
      if (destination !== undefined)
        await queues.send(
          new SendMessageCommand({ QueueUrl: urlOf(destination, attributes), MessageBody: givenUp(records) }),
        );
    },
  );
}

/** Like Lambda's own note: where the records are, not what they say. */
function givenUp(records: readonly LambdaRecord[]): string {
  return JSON.stringify({
    DDBStreamBatchInfo: {
      batchSize: records.length,
      startSequenceNumber: records.at(0)?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      streamArn: records.at(0)?.eventSourceARN,
    },
  });
}

const boundless = (count: number): number => (count < 0 ? Number.POSITIVE_INFINITY : count);

function urlOf(queueArn: string, attributes: ReadonlyMap<string, string>): string {
  const id = queueArn.split(':').at(-1) ?? '';
  return attributes.get(`${id}.Ref`) ?? id;
}
