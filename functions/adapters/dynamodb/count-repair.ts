import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { accountCounterRow, accountOfCounterRow, isLasting, REVISION } from '../../domain/views/counters.ts';
import type { CountRepair } from '../../ports/counters.ts';
import { conditional } from './conditional.ts';
import { expireIfEmpty, keptWith } from './counter-rows.ts';
import { VIEWS } from './tables.ts';

/**
 * Each repair raises the revision of the account, so that nobody keeps what the wrong count made. `now`: ms since the
 * epoch.
 */
export function dynamoCountRepair(client: DynamoDBDocumentClient, table: string, now: () => number): CountRepair {
  return {
    async replace({ row, name, from, to }) {
      // This write may create the row of a failure group, so it sets the index keys.
      const sets = Object.entries({ [name]: to, ...keptWith(row, `repair@${name}@${from}@${to}`) });
      const isOfAccount = isLasting(row);
      const update = new UpdateCommand({
        TableName: table,
        Key: { [VIEWS.partitionKey]: row },
        UpdateExpression: `SET ${sets.map((_, at) => `#s${at} = :s${at}`).join(', ')} REMOVE #ttl${isOfAccount ? ' ADD #revision :one' : ''}`,
        ConditionExpression: from === null ? 'attribute_not_exists(#name)' : '#name = :from',
        ExpressionAttributeNames: {
          '#name': name,
          '#ttl': VIEWS.ttl,
          ...(isOfAccount ? { '#revision': REVISION } : {}),
          ...Object.fromEntries(sets.map(([set], at) => [`#s${at}`, set])),
        },
        ExpressionAttributeValues: {
          ...Object.fromEntries(sets.map(([, value], at) => [`:s${at}`, value])),
          ...(from === null ? {} : { ':from': from }),
          ...(isOfAccount ? { ':one': 1 } : {}),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      let item: Readonly<Record<string, unknown>> = {};
      const isReplaced = await conditional(
        async () => {
          item = (await client.send(update)).Attributes ?? {};
        },
        (present) => {
          item = present;
          return present[name] === to;
        },
      );
      if (!isReplaced) return false;
      await expireIfEmpty(client, table, row, item, now());
      if (!isOfAccount) await raiseRevision(accountOfCounterRow(row));
      return true;
    },
  };

  async function raiseRevision(account: string): Promise<void> {
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { [VIEWS.partitionKey]: accountCounterRow(account, 0) },
        UpdateExpression: 'ADD #revision :one',
        ExpressionAttributeNames: { '#revision': REVISION },
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
  }
}
