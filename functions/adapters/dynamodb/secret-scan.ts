import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { SECRETS } from './tables.ts';

/** The ids of an account's rows in the Secrets table (credentials and webhook endpoints). Reads the whole table. */
export async function* secretIds(
  client: DynamoDBDocumentClient,
  secretsTable: string,
  accountId: string,
): AsyncGenerator<string> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: secretsTable,
        ConsistentRead: true,
        FilterExpression: 'account_id = :account',
        ProjectionExpression: '#id',
        ExpressionAttributeNames: { '#id': SECRETS.partitionKey },
        ExpressionAttributeValues: { ':account': accountId },
        ExclusiveStartKey: start,
      }),
    );
    for (const item of page.Items ?? []) yield String(item[SECRETS.partitionKey]);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
