import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { Complaint } from '../complaint.ts';
import { queueMappingNeeds, streamMappingNeeds } from '../gate/platform.ts';
import type { Need } from '../gate/policy.ts';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import { fileCheckpoint } from './checkpoint.ts';
import { readPattern } from './filter.ts';
import { pollQueue, type QueuePoller } from './queue-poller.ts';
import { pollStream, type StreamPoller } from './stream-poller.ts';
import type { LambdaRecord } from './stream-record.ts';

const common = {
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
};
const queueMapping = z.strictObject({
  ...common,
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.number() }).optional(),
});
const streamMapping = z.strictObject({
  ...common,
  StartingPosition: z.literal('TRIM_HORIZON'),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  TumblingWindowInSeconds: z.number().default(0),
  MaximumRetryAttempts: z.number().default(-1),
  MaximumRecordAgeInSeconds: z.number().default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })) }).optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
});

/** The clients, functions and settings that mappings need. */
export type MappingEngines = {
  /** Throws Complaint when the function's role does not let Lambda do this for the mapping. */
  readonly permit: (function_: string, needs: readonly Need[]) => void;
  readonly streams: DynamoDBStreamsClient;
  readonly queues: SQSClient;
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly attributes: ReadonlyMap<string, string>;
  readonly checkpoints: string;
  /** Maximum batching window of a stream, ms; it overrides longer windows of mappings. */
  readonly windowMs: number;
  /** Maximum number of pollers of a queue, like the environments of a function. */
  readonly pollers: number;
};

/** How long a stop waits for running invocations: one of the worker's may last minutes, and its job survives a kill. */
const GRACE_MS = 1000;

/**
 * Starts a poller for each enabled event source mapping. Returns a function that stops them. Throws Complaint for a
 * mapping that cannot be hosted.
 */
export function startMappings(resources: readonly Resource[], engines: MappingEngines): () => Promise<void> {
  const starts = resources.map((resource) => prepareMapping(resource, engines));
  const pollers = starts.flatMap((start) => start() ?? []);
  return async () => {
    for (const poller of pollers) poller.stop();
    await Promise.race([Promise.all(pollers.map(({ done }) => done)), pause(GRACE_MS)]);
    engines.queues.destroy();
    engines.streams.destroy();
  };
}

type Start = () => StreamPoller | QueuePoller | null;

function prepareMapping(resource: Resource, engines: MappingEngines): Start {
  const isOfQueue = String(resource.properties.EventSourceArn).startsWith('arn:aws:sqs:');
  return isOfQueue ? prepareQueueMapping(resource, engines) : prepareStreamMapping(resource, engines);
}

function targetOf({ id }: Resource, functionName: string, pools: MappingEngines['pools']): FunctionPool {
  const target = pools.get(functionName);
  if (target === undefined) throw new Complaint(`The mapping ${id} leads to no function.`);
  return target;
}

function prepareQueueMapping(
  resource: Resource,
  { queues, pools, attributes, permit, pollers }: MappingEngines,
): Start {
  const mapping = hosted(resource, queueMapping);
  const target = targetOf(resource, mapping.FunctionName, pools);
  permit(target.name, queueMappingNeeds(mapping.EventSourceArn));
  const concurrency = Math.min(pollers, mapping.ScalingConfig?.MaximumConcurrency ?? pollers);
  const settings = {
    queueUrl: urlOf(mapping.EventSourceArn, attributes),
    queueArn: mapping.EventSourceArn,
    batchSize: mapping.BatchSize,
    concurrency,
    responseTypes: mapping.FunctionResponseTypes,
  };
  return () => (mapping.Enabled ? pollQueue(queues, settings, target) : null);
}

function prepareStreamMapping(
  resource: Resource,
  { streams, queues, pools, attributes, checkpoints, permit, windowMs }: MappingEngines,
): Start {
  const mapping = hosted(resource, streamMapping);
  const target = targetOf(resource, mapping.FunctionName, pools);
  const destination = mapping.DestinationConfig?.OnFailure.Destination;
  permit(target.name, streamMappingNeeds(mapping.EventSourceArn, destination));
  const settings = {
    streamArn: mapping.EventSourceArn,
    batchSize: mapping.BatchSize,
    windowMs: Math.min(windowMs, mapping.MaximumBatchingWindowInSeconds * 1000),
    tumblingMs: mapping.TumblingWindowInSeconds * 1000,
    retries: boundless(mapping.MaximumRetryAttempts),
    maxAgeMs: boundless(mapping.MaximumRecordAgeInSeconds) * 1000,
    bisect: mapping.BisectBatchOnFunctionError,
    responseTypes: mapping.FunctionResponseTypes,
    patterns: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => readPattern(JSON.parse(Pattern))),
  };
  const giveUp = async (records: readonly LambdaRecord[]): Promise<void> => {
    if (destination !== undefined)
      await queues.send(
        new SendMessageCommand({ QueueUrl: urlOf(destination, attributes), MessageBody: givenUp(records) }),
      );
  };
  return () =>
    mapping.Enabled
      ? pollStream(
          streams,
          settings,
          target,
          (shardId) => fileCheckpoint(join(checkpoints, `${resource.id}.${shardId}`), mapping.EventSourceArn),
          giveUp,
        )
      : null;
}

/** Like the message of Lambda: the position of the records, not their content. */
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
