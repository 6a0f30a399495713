import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { type Envelope, envelopeSchema } from '../domain/event/event.ts';

/** An event from the log's stream, and the sequence number of its record. */
export type StreamedEvent = { readonly sequence: string; readonly event: Envelope };

/** An item as a stream has it, as an object. Throws ZodError for any other value. */
export const itemOf = (streamed: unknown): Record<string, unknown> => unmarshall(image.parse(streamed));

const attribute = z.custom<AttributeValue>((value) => typeof value === 'object' && value !== null);
const image = z.record(z.string(), attribute);

/**
 * The events of a stream batch, in batch order. Records of removed items (retention) have no event and are left out.
 * Throws ZodError for a record that is not an event.
 */
export function streamedEvents(batch: DynamoDBStreamEvent): readonly StreamedEvent[] {
  return batch.Records.flatMap((record) => streamedEvent(record) ?? []);
}

function streamedEvent(record: DynamoDBRecord): StreamedEvent | null {
  const newImage = record.dynamodb?.NewImage;
  if (newImage === undefined) return null;
  return {
    sequence: record.dynamodb?.SequenceNumber ?? '',
    event: envelopeSchema.parse(itemOf(newImage)),
  };
}

/**
 * The partial response for a batch: names the lowest failed record. Lambda delivers everything from that record on
 * again (AWS: ReportBatchItemFailures for DynamoDB streams).
 */
export function checkpointAt(
  events: readonly StreamedEvent[],
  failedStreams: ReadonlySet<string>,
): DynamoDBBatchResponse {
  const lowest = events.find(({ event }) => failedStreams.has(event.stream_id));
  return { batchItemFailures: lowest === undefined ? [] : [{ itemIdentifier: lowest.sequence }] };
}
