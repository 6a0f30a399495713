import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { changesAfter, markAt, markName, type RowChange, staleMarks, sumOf } from '../../domain/views/count-changes.ts';
import type { Counters } from '../../ports/counters.ts';
import { conditional } from './conditional.ts';
import { VIEWS } from './tables.ts';

/**
 * One write for all changes of a row, on the condition that the shard's mark is before the first of them. When it is
 * not, the refusal brings the row, and only the changes after its mark are tried again. `now`: ms since the epoch.
 */
export function dynamoCounters(client: DynamoDBDocumentClient, table: string, now: () => number): Counters {
  /** The row after the write, or as it is when its mark refused the write. */
  async function write(row: string, shard: string, changes: readonly RowChange[]) {
    const counts = [...sumOf(changes)];
    const adds = counts.map((_, at) => `#n${at} :d${at}`).join(', ');
    const update = new UpdateCommand({
      TableName: table,
      Key: { [VIEWS.partitionKey]: row },
      UpdateExpression: `SET #mark = :mark${adds === '' ? '' : ` ADD ${adds}`}`,
      ConditionExpression: 'attribute_not_exists(#mark) OR #mark < :first',
      ExpressionAttributeNames: {
        '#mark': markName(shard),
        ...Object.fromEntries(counts.map(([name], at) => [`#n${at}`, name])),
      },
      ExpressionAttributeValues: {
        ':mark': markAt(changes.at(-1)?.place ?? '', now()),
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

  return {
    async add(row, shard, changes) {
      for (let left = changes; left.length > 0; ) {
        const { written, item } = await write(row, shard, left);
        if (written) {
          const stale = staleMarks(item, now());
          if (stale.size > 0) await removeMarks(row, stale);
          return left.length;
        }
        left = changesAfter(left, item[markName(shard)]);
      }
      return 0;
    },
  };
}
