import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { VIEWS } from './tables.ts';

/**
 * Copies the row of the wrapped cursor key into another views table, so that existing cursors and idempotency keys
 * stay valid. `copied`: it is there now, or was before. `none`: there is none to copy. `other`: another key is already
 * there, and is kept.
 */
export async function copyCursorKey(
  client: DynamoDBDocumentClient,
  tables: { readonly from: string; readonly to: string },
): Promise<'copied' | 'none' | 'other'> {
  const Key = { [VIEWS.partitionKey]: VIEWS.cursorKey };
  const read = async (TableName: string) =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const row = await read(tables.from);
  if (row === undefined) return 'none';
  try {
    const ConditionExpression = `attribute_not_exists(${VIEWS.partitionKey})`;
    await client.send(new PutCommand({ TableName: tables.to, Item: row, ConditionExpression }));
    return 'copied';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return isDeepStrictEqual(await read(tables.to), row) ? 'copied' : 'other';
  }
}
