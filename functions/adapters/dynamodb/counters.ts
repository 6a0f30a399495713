import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  changesAfter,
  LAST_FAILURE,
  laterFailure,
  markAt,
  markName,
  type RowChange,
  staleMarks,
  sumOf,
} from '../../domain/views/count-changes.ts';
import { isLasting } from '../../domain/views/counters.ts';
import type { Counters } from '../../ports/counters.ts';
import { conditional } from './conditional.ts';
import { expireIfEmpty, keptWith } from './counter-rows.ts';
import { VIEWS } from './tables.ts';

/**
 * One write for all changes of a row, on two conditions: the shard's mark is before the first of them, and the last
 * failure of the row is before theirs. If one does not hold, the error contains the row, and only the changes after its
 * mark, and a later failure, are tried again. `now`: ms since the epoch.
 */
export function dynamoCounters(client: DynamoDBDocumentClient, table: string, now: () => number): Counters {
  /** The row after the write; or the present row, if its mark refused the write. */
  async function write(row: string, shard: string, changes: readonly RowChange[], failure: string | null) {
    const counts = [...sumOf(changes)];
    const mark = markAt(changes.at(-1)?.place ?? '', now());
    const sets = Object.entries({
      [markName(shard)]: mark,
      ...keptWith(row, `${markName(shard)}@${mark}`),
      ...(failure === null ? {} : { [LAST_FAILURE]: failure }),
    });
    const adds = counts.map((_, at) => `#n${at} :d${at}`).join(', ');
    const update = new UpdateCommand({
      TableName: table,
      Key: { [VIEWS.partitionKey]: row },
      UpdateExpression: `SET ${sets.map((_, at) => `#s${at} = :s${at}`).join(', ')}${adds === '' ? '' : ` ADD ${adds}`}${isLasting(row) ? '' : ' REMOVE #ttl'}`,
      ConditionExpression: `(attribute_not_exists(#mark) OR #mark < :first)${failure === null ? '' : ' AND (attribute_not_exists(#last) OR #last < :last)'}`,
      ExpressionAttributeNames: {
        '#mark': markName(shard),
        ...(failure === null ? {} : { '#last': LAST_FAILURE }),
        ...(isLasting(row) ? {} : { '#ttl': VIEWS.ttl }),
        ...Object.fromEntries(sets.map(([name], at) => [`#s${at}`, name])),
        ...Object.fromEntries(counts.map(([name], at) => [`#n${at}`, name])),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(sets.map(([, value], at) => [`:s${at}`, value])),
        ':first': changes[0]?.place,
        ...(failure === null ? {} : { ':last': failure }),
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
      let failure = laterFailure(changes, {});
      for (let left = changes; left.length > 0; ) {
        const { written, item } = await write(row, shard, left, failure);
        if (written) {
          const stale = staleMarks(item, now());
          if (stale.size > 0) await removeMarks(row, stale);
          await expireIfEmpty(client, table, row, item, now());
          return left.length;
        }
        left = changesAfter(left, item[markName(shard)]);
        failure = laterFailure(left, item);
        // The first delivery may have ended between the two writes.
        if (left.length === 0) await expireIfEmpty(client, table, row, item, now());
      }
      return 0;
    },
  };
}
