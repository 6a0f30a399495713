import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { groupOfCounterRow, isLasting } from '../../domain/views/counters.ts';
import { failureGroupsOf } from '../../domain/views/keys.ts';
import { TOMBSTONE_SECONDS } from '../../domain/views/row.ts';
import { conditional } from './conditional.ts';
import { VIEWS } from './tables.ts';

/** Text that every write of a row that may expire changes, so that a row can be emptied only as it was read. */
export const LAST_WRITE = 'w:';

/** The index keys of a counter row: a failure group is found by its account. */
export function indexed(row: string): Readonly<Record<string, string>> {
  const group = groupOfCounterRow(row);
  if (group === null) return {};
  const { partitionKey, sortKey } = VIEWS.accountIndex;
  return { [partitionKey]: failureGroupsOf(group.account_id), [sortKey]: row };
}

/** What every write of a counter row sets, beside its counts. `write`: says which write it is. */
export const keptWith = (row: string, write: string): Readonly<Record<string, string>> =>
  isLasting(row) ? {} : { ...indexed(row), [LAST_WRITE]: write };

/**
 * A row of an hour or a failure group in which nothing is counted leaves the index and expires when no delivery can
 * need its marks any more. The next write brings it back. `item`: the row as read; nothing happens if it was written
 * since. `now`: ms since the epoch.
 */
export async function expireIfEmpty(
  client: DynamoDBDocumentClient,
  table: string,
  row: string,
  item: Readonly<Record<string, unknown>>,
  now: number,
): Promise<void> {
  if (isLasting(row) || VIEWS.ttl in item) return;
  if (Object.values(item).some((value) => typeof value === 'number' && value !== 0)) return;
  const keys = Object.keys(indexed(row));
  const lastWrite = item[LAST_WRITE];
  const update = new UpdateCommand({
    TableName: table,
    Key: { [VIEWS.partitionKey]: row },
    UpdateExpression: `SET #ttl = :ttl${keys.length === 0 ? '' : ` REMOVE ${keys.map((_, at) => `#k${at}`).join(', ')}`}`,
    ConditionExpression:
      lastWrite === undefined ? 'attribute_exists(#id) AND attribute_not_exists(#write)' : '#write = :write',
    ExpressionAttributeNames: {
      '#ttl': VIEWS.ttl,
      '#write': LAST_WRITE,
      ...(lastWrite === undefined ? { '#id': VIEWS.partitionKey } : {}),
      ...Object.fromEntries(keys.map((name, at) => [`#k${at}`, name])),
    },
    ExpressionAttributeValues: {
      ':ttl': Math.floor(now / 1000) + TOMBSTONE_SECONDS,
      ...(lastWrite === undefined ? {} : { ':write': lastWrite }),
    },
  });
  await conditional(() => client.send(update));
}
