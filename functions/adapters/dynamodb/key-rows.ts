import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { KeyRows } from '../kms/shared-keys.ts';
import { conditional } from './conditional.ts';
import { KEY_PREFIX, SECRETS } from './tables.ts';

const rowSchema = z.object({
  month: z.string(),
  kid: z.string(),
  edk: z.string(),
  made_at: z.number(),
});

const keyOf = (purpose: string) => ({ [SECRETS.partitionKey]: `${KEY_PREFIX}${purpose}` });

/** The newest shared key of each purpose, in the secrets table. */
export function dynamoKeyRows(client: DynamoDBDocumentClient, secretsTable: string): KeyRows {
  return {
    async read(purpose) {
      const { Item } = await client.send(
        new GetCommand({ TableName: secretsTable, Key: keyOf(purpose), ConsistentRead: true }),
      );
      const row = rowSchema.safeParse(Item);
      if (!row.success) return { key: null, edk: Item?.edk };
      const { made_at: madeAt, month, kid, edk } = row.data;
      return { key: { month, kid, edk, madeAt }, edk };
    },

    async replace(purpose, { month, kid, edk, madeAt }, seen) {
      const put = new PutCommand({
        TableName: secretsTable,
        Item: { ...keyOf(purpose), month, kid, edk, made_at: madeAt },
        ConditionExpression: seen === undefined ? 'attribute_not_exists(edk)' : 'edk = :seen',
        ...(seen === undefined ? {} : { ExpressionAttributeValues: { ':seen': seen } }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return conditional(
        () => client.send(put),
        (found) => found.edk === edk,
      );
    },
  };
}
