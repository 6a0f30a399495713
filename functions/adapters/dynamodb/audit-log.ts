import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { envelopeSchema } from '../../domain/event/event.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import { indexPage } from './index-page.ts';
import { EVENTS } from './tables.ts';

/** The audit is a sparse index of the event log: only audited events carry its keys. */
export function dynamoAuditLog(client: DynamoDBDocumentClient, table: string): AuditLog {
  const index = EVENTS.auditIndex;
  return {
    async page({ accountId, ...range }) {
      const { items, more } = await indexPage(client, { table, index, key: accountId, ...range });
      const records = items.map((item) => ({ sort: String(item[index.sortKey]), event: envelopeSchema.parse(item) }));
      return { records, more };
    },
  };
}
