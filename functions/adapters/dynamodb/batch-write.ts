import { BatchWriteCommand, type BatchWriteCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Throttled } from '../../ports/throttling.ts';
import { countThrottle } from './client.ts';
import { pauseWithJitter } from './pause.ts';

/** Items of one BatchWriteItem (AWS limit). */
const MAX_ITEMS = 25;
const PARALLEL = 8;
const TRIES = 10;

type Write = NonNullable<NonNullable<BatchWriteCommandInput['RequestItems']>[string]>[number];

/** Puts and deletes in parallel chunks, in any order. Throws when the table stays throttled; then some are written. */
export async function batchWrite(
  client: DynamoDBDocumentClient,
  table: string,
  writes: readonly Write[],
): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(writes.length / MAX_ITEMS) }, (_, at) =>
    writes.slice(at * MAX_ITEMS, (at + 1) * MAX_ITEMS),
  );
  await inParallel(chunks, PARALLEL, (chunk) => writeChunk(client, table, chunk));
}

async function writeChunk(client: DynamoDBDocumentClient, table: string, chunk: readonly Write[]): Promise<void> {
  let left = [...chunk];
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt >= TRIES) throw new Throttled(`${left.length} writes to ${table} stay unprocessed`);
    if (attempt > 0) await pauseWithJitter(attempt);
    const answer = await client.send(new BatchWriteCommand({ RequestItems: { [table]: left } }));
    left = answer.UnprocessedItems?.[table] ?? [];
    if (left.length > 0) countThrottle(table);
  }
}

/**
 * Runs the work on all items, at most `width` at once. On an error it waits for the work in progress, then rejects
 * with the first error.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  const ends = await Promise.allSettled(Array.from({ length: width }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
