import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  changesAfter,
  lastFailureIn,
  lastFailureName,
  lastFailureText,
  markAt,
  markName,
  type RowChange,
  staleMarks,
  sumOf,
} from '../../domain/views/count-changes.ts';
import { groupOfCounterRow, isLasting } from '../../domain/views/counters.ts';
import { failureGroupsOf } from '../../domain/views/keys.ts';
import { TOMBSTONE_SECONDS } from '../../domain/views/row.ts';
import type { Counters } from '../../ports/counters.ts';
import { conditional } from './conditional.ts';
import { VIEWS } from './tables.ts';

/**
 * One write for all changes of a row, on the condition that the shard's mark is before the first of them. If it is not,
 * the error contains the row, and only the changes after its mark are tried again. `now`: ms since the epoch.
 */
export function dynamoCounters(client: DynamoDBDocumentClient, table: string, now: () => number): Counters {
  /** The row after the write; or the present row, if its mark refused the write. */
  async function write(row: string, shard: string, changes: readonly RowChange[]) {
    const counts = [...sumOf(changes)];
    const mark = markAt(changes.at(-1)?.place ?? '', now());
    const sets = Object.entries({ [markName(shard)]: mark, ...indexed(row), ...failureIn(shard, changes) });
    const adds = counts.map((_, at) => `#n${at} :d${at}`).join(', ');
    const update = new UpdateCommand({
      TableName: table,
      Key: { [VIEWS.partitionKey]: row },
      UpdateExpression: `SET ${sets.map((_, at) => `#s${at} = :s${at}`).join(', ')}${adds === '' ? '' : ` ADD ${adds}`}${isLasting(row) ? '' : ' REMOVE #ttl'}`,
      ConditionExpression: 'attribute_not_exists(#mark) OR #mark < :first',
      ExpressionAttributeNames: {
        '#mark': markName(shard),
        ...(isLasting(row) ? {} : { '#ttl': VIEWS.ttl }),
        ...Object.fromEntries(sets.map(([name], at) => [`#s${at}`, name])),
        ...Object.fromEntries(counts.map(([name], at) => [`#n${at}`, name])),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(sets.map(([, value], at) => [`:s${at}`, value])),
        ':first': changes[0]?.place,
        ...Object.fromEntries(counts.map(([, by], at) => [`:d${at}`, by])),
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      return { written: true, item: (await client.send(update)).Attributes ?? {} };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
      return { written: false, item: unmarshall(error.Item) };
    }
  }

  async function removeMarks(row: string, marks: ReadonlyMap<string, string>): Promise<void> {
    const entries = [...marks];
    const update = new UpdateCommand({
      TableName: table,
      Key: { [VIEWS.partitionKey]: row },
      UpdateExpression: `REMOVE ${entries.map((_, at) => `#m${at}`).join(', ')}`,
      ConditionExpression: entries.map((_, at) => `#m${at} = :m${at}`).join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#m${at}`, name])),
      ExpressionAttributeValues: Object.fromEntries(entries.map(([, mark], at) => [`:m${at}`, mark])),
    });
    // If another writer was faster, they are gone already.
    await conditional(() => client.send(update));
  }

  /**
   * Lets an empty row expire when no delivery needs its marks any more. A later change of a count removes the expiry.
   */
  async function expireIfEmpty(row: string, item: Readonly<Record<string, unknown>>): Promise<void> {
    const names = Object.entries(item).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
    if (names.some((name) => item[name] !== 0)) return;
    const update = new UpdateCommand({
      TableName: table,
      Key: { [VIEWS.partitionKey]: row },
      UpdateExpression: 'SET #ttl = :ttl',
      ConditionExpression: names.map((_, at) => `#n${at} = :zero`).join(' AND '),
      ExpressionAttributeNames: {
        '#ttl': VIEWS.ttl,
        ...Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
      },
      ExpressionAttributeValues: { ':zero': 0, ':ttl': Math.floor(now() / 1000) + TOMBSTONE_SECONDS },
    });
    await conditional(() => client.send(update));
  }

  return {
    async add(row, shard, changes) {
      for (let left = changes; left.length > 0; ) {
        const { written, item } = await write(row, shard, left);
        if (written) {
          const stale = staleMarks(item, now());
          if (stale.size > 0) await removeMarks(row, stale);
          if (!isLasting(row)) await expireIfEmpty(row, item);
          return left.length;
        }
        left = changesAfter(left, item[markName(shard)]);
      }
      return 0;
    },
  };
}

/** The index keys of a counter row: a failure group is found by its account. */
export function indexed(row: string): Readonly<Record<string, string>> {
  const group = groupOfCounterRow(row);
  if (group === null) return {};
  const { partitionKey, sortKey } = VIEWS.accountIndex;
  return { [partitionKey]: failureGroupsOf(group.account_id), [sortKey]: row };
}

function failureIn(shard: string, changes: readonly RowChange[]): Readonly<Record<string, string>> {
  const failure = lastFailureIn(changes);
  return failure === null ? {} : { [lastFailureName(shard)]: lastFailureText(failure) };
}
