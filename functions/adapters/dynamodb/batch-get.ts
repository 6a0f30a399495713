import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Throttled } from '../../ports/throttling.ts';
import { countThrottle } from './client.ts';
import { pauseWithJitter } from './pause.ts';

/** Keys of one BatchGetItem (AWS limit). */
const MAX_KEYS = 100;
const TRIES = 8;

type Key = Readonly<Record<string, string>>;

/** The items under the keys, in any order; missing items are left out. Throws when the table stays throttled. */
export async function batchGet(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
  { consistent }: { readonly consistent: boolean },
): Promise<readonly Record<string, unknown>[]> {
  const chunks = Array.from({ length: Math.ceil(keys.length / MAX_KEYS) }, (_, at) =>
    keys.slice(at * MAX_KEYS, (at + 1) * MAX_KEYS),
  );
  const items = await Promise.all(chunks.map((chunk) => getChunk(client, table, chunk, consistent)));
  return items.flat();
}

async function getChunk(client: DynamoDBDocumentClient, table: string, keys: readonly Key[], consistent: boolean) {
  const items: Record<string, unknown>[] = [];
  let left: readonly Record<string, unknown>[] = keys;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt >= TRIES) throw new Throttled(`${left.length} keys of ${table} stay unprocessed`);
    if (attempt > 0) await pauseWithJitter(attempt);
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [...left], ConsistentRead: consistent } } }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length > 0) countThrottle(table);
  }
  return items;
}
