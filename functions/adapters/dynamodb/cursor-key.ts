import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { VIEWS } from './tables.ts';

/**
 * Takes the row of the wrapped cursor key over into another views table, so that cursors and idempotency keys given out
 * before stay good. `copied`: it is there now, or was. `none`: there is none to take over. `other`: another one is there
 * already, and stays.
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
