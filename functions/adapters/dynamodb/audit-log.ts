import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { envelopeSchema } from '../../domain/event/event.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import { sortKeyBounds } from './sort-key-bounds.ts';
import { EVENTS } from './tables.ts';

/** The audit is a sparse index of the event log: only audited events carry its keys. */
export function dynamoAuditLog(client: DynamoDBDocumentClient, table: string): AuditLog {
  const { name, partitionKey, sortKey } = EVENTS.auditIndex;
  return {
    async page({ accountId, newestFirst, limit, above, below }) {
      const bounds = sortKeyBounds(above, below);
      if (bounds === null) return { records: [], more: false };
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: name,
          KeyConditionExpression: `#p = :p${bounds.condition}`,
          ExpressionAttributeNames: {
            '#p': partitionKey,
            ...Object.fromEntries(bounds.names.map((placeholder) => [placeholder, sortKey])),
          },
          ExpressionAttributeValues: { ':p': accountId, ...bounds.values },
          ScanIndexForward: !newestFirst,
          Limit: limit,
        }),
      );
      const records = (page.Items ?? []).map((item) => ({
        sort: String(item[sortKey]),
        event: envelopeSchema.parse(item),
      }));
      return { records, more: page.LastEvaluatedKey !== undefined };
    },
  };
}
