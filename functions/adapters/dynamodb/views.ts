import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { FIRST_FOLD, viewRowSchema } from '../../domain/views/row.ts';
import type { IndexName, ViewChange, Views } from '../../ports/views.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';
import { indexPage } from './index-page.ts';
import { VIEWS } from './tables.ts';

const INDEXES = {
  account: VIEWS.accountIndex,
  task: VIEWS.taskIndex,
  credential: VIEWS.credentialIndex,
  bulk: VIEWS.bulkIndex,
  status: VIEWS.statusIndex,
  error: VIEWS.errorIndex,
  open: VIEWS.openIndex,
} as const satisfies Record<IndexName, { name: string; partitionKey: string; sortKey: string }>;

export function dynamoViews(client: DynamoDBDocumentClient, table: string): Views {
  return {
    async get(ids, { consistent }) {
      const items = await batchGet(
        client,
        table,
        [...new Set(ids)].map((id) => ({ id })),
        { consistent },
      );
      return new Map(items.map((item) => viewRowSchema.parse(item)).map((row) => [row.id, row]));
    },

    async write(change) {
      const put = new PutCommand({ TableName: table, Item: change.row, ...replacing(change) });
      return (await conditional(() => client.send(put))) ? 'written' : 'conflict';
    },

    async reschedule(id, version, sort) {
      await conditional(() =>
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: 'SET #od = :sort',
            ConditionExpression: 'v = :v AND attribute_exists(#go)',
            ExpressionAttributeNames: { '#go': VIEWS.openIndex.partitionKey, '#od': VIEWS.openIndex.sortKey },
            ExpressionAttributeValues: { ':sort': sort, ':v': version },
          }),
        ),
      );
    },

    async page({ index: name, ...range }) {
      const index = INDEXES[name];
      const { items, more } = await indexPage(client, { table, index, ...range });
      const entries = items.map((item) => ({
        id: String(item[VIEWS.partitionKey]),
        sort: String(item[index.sortKey]),
      }));
      return { entries, more };
    },

    async counters(rows, options) {
      const items = await counterItems(rows, options);
      return new Map([...items].map(([id, counts]) => [id, numbersOf(counts)]));
    },

    counterRows: (rows) => counterItems(rows, { consistent: true }),
  };

  async function counterItems(rows: readonly string[], { consistent }: { readonly consistent: boolean }) {
    const keys = rows.map((id) => ({ id }));
    const items = await batchGet(client, table, keys, { consistent });
    return new Map(items.map(({ id, ...attributes }) => [String(id), attributes]));
  }
}

function replacing({ replaces: version, replacesFold: fold }: ViewChange) {
  if (version === null) return { ConditionExpression: `attribute_not_exists(${VIEWS.partitionKey})` };
  if (fold === undefined) return { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': version } };
  return {
    ConditionExpression: `v = :v AND (f = :f${fold === FIRST_FOLD ? ' OR attribute_not_exists(f)' : ''})`,
    ExpressionAttributeValues: { ':v': version, ':f': fold },
  };
}

/** The counts of a row. Marks and index keys are text and therefore left out; so is the time when the row expires. */
function numbersOf(item: Record<string, unknown>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(item).flatMap(([name, value]) =>
      typeof value === 'number' && name !== VIEWS.ttl ? [[name, value] as const] : [],
    ),
  );
}
