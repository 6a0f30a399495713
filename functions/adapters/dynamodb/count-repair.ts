import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CountRepair } from '../../ports/counters.ts';
import { conditional } from './conditional.ts';
import { VIEWS } from './tables.ts';

export function dynamoCountRepair(client: DynamoDBDocumentClient, table: string): CountRepair {
  return {
    replace({ row, name, from, to }) {
      const update = new UpdateCommand({
        TableName: table,
        Key: { [VIEWS.partitionKey]: row },
        UpdateExpression: 'SET #name = :to',
        ConditionExpression: from === null ? 'attribute_not_exists(#name)' : '#name = :from',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':to': to, ...(from === null ? {} : { ':from': from }) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return conditional(
        () => client.send(update),
        (item) => item[name] === to,
      );
    },
  };
}
