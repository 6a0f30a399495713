import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CountRepair } from '../../ports/counters.ts';
import { conditional } from './conditional.ts';
import { indexed } from './counters.ts';
import { VIEWS } from './tables.ts';

export function dynamoCountRepair(client: DynamoDBDocumentClient, table: string): CountRepair {
  return {
    replace({ row, name, from, to }) {
      // This write may create the row of a failure group, so it sets the index keys.
      const keys = Object.entries(indexed(row));
      const update = new UpdateCommand({
        TableName: table,
        Key: { [VIEWS.partitionKey]: row },
        UpdateExpression: `SET ${['#name = :to', ...keys.map((_, at) => `#k${at} = :k${at}`)].join(', ')} REMOVE #ttl`,
        ConditionExpression: from === null ? 'attribute_not_exists(#name)' : '#name = :from',
        ExpressionAttributeNames: {
          '#name': name,
          '#ttl': VIEWS.ttl,
          ...Object.fromEntries(keys.map(([key], at) => [`#k${at}`, key])),
        },
        ExpressionAttributeValues: {
          ...Object.fromEntries(keys.map(([, value], at) => [`:k${at}`, value])),
          ':to': to,
          ...(from === null ? {} : { ':from': from }),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return conditional(
        () => client.send(update),
        (item) => item[name] === to,
      );
    },
  };
}
