import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { sortKeyBounds } from './sort-key-bounds.ts';

/** A page of one partition of an index. */
export type IndexPage = {
  readonly table: string;
  readonly index: { readonly name: string; readonly partitionKey: string; readonly sortKey: string };
  readonly key: string;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** Bounds on the sort key, both exclusive; null: none. */
  readonly above: string | null;
  readonly below: string | null;
};

/**
 * Items of one partition of an index in its order, eventually consistent. `more`: the index may contain further items.
 */
export async function indexPage(
  client: DynamoDBDocumentClient,
  { table, index, key, newestFirst, limit, above, below }: IndexPage,
): Promise<{ readonly items: readonly Record<string, unknown>[]; readonly more: boolean }> {
  const bounds = sortKeyBounds(above, below);
  if (bounds === null) return { items: [], more: false };
  const page = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: index.name,
      KeyConditionExpression: `#p = :p${bounds.condition}`,
      ExpressionAttributeNames: {
        '#p': index.partitionKey,
        ...Object.fromEntries(bounds.names.map((name) => [name, index.sortKey])),
      },
      ExpressionAttributeValues: { ':p': key, ...bounds.values },
      ScanIndexForward: !newestFirst,
      Limit: limit,
    }),
  );
  return { items: page.Items ?? [], more: page.LastEvaluatedKey !== undefined };
}
