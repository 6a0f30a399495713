import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { checkpointAt, streamedEvents } from '../streams/records.ts';
import { passMarks } from './marks.ts';
import { type ProjectionResult, type ProjectorPorts, projectOnce } from './project.ts';

/**
 * Projects a batch of one shard and passes its marks. The response is for Lambda: where the batch is to begin again.
 * Throws when a record is no event, or a mark's row cannot be written.
 */
export async function projectBatch(
  batch: DynamoDBStreamEvent,
  ports: ProjectorPorts,
): Promise<{ readonly response: DynamoDBBatchResponse; readonly result: ProjectionResult }> {
  const events = streamedEvents(batch);
  const records = events.map(({ event }) => event);
  const result = await projectOnce(records, ports);
  const failedStreams = new Set(result.failed.map(({ streamId }) => streamId));
  await passMarks(records, failedStreams, ports.views);
  return { response: checkpointAt(events, failedStreams), result };
}
