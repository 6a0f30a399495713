import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { checkpointAt, streamedEvents } from '../streams/records.ts';
import { passMarks } from './marks.ts';
import { type ProjectionResult, type ProjectorPorts, projectOnce } from './project.ts';

/** The result of one batch. */
export type ProjectedBatch = {
  readonly response: DynamoDBBatchResponse;
  readonly result: ProjectionResult;
  /** When the oldest event of the batch was appended, ms since the epoch; null for a batch without events. */
  readonly oldestAt: number | null;
};

/**
 * Projects a batch of one shard and writes the rows of its marks. The response tells Lambda where to continue. Throws
 * when a record is not an event, or a mark's row cannot be written.
 */
export async function projectBatch(batch: DynamoDBStreamEvent, ports: ProjectorPorts): Promise<ProjectedBatch> {
  const events = streamedEvents(batch);
  const records = events.map(({ event }) => event);
  const result = await projectOnce(records, ports);
  const failedStreams = new Set(result.failed.map(({ streamId }) => streamId));
  await passMarks(records, failedStreams, ports.views);
  const times = records.map(({ at }) => Date.parse(at));
  const oldestAt = times.length === 0 ? null : Math.min(...times);
  return { response: checkpointAt(events, failedStreams), result, oldestAt };
}
