import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
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

const REFUSALS = new Set([
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** The port over the views table. */
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

    async write(changes, counters) {
      const puts = changes.map((change) => ({
        Put: { TableName: table, Item: change.row, ...replacing(change) },
      }));
      const adds = [...counters].map(([id, deltas]) => ({
        Update: { TableName: table, Key: { id }, ...adding(deltas) },
      }));
      const [first] = puts;
      if (first !== undefined && puts.length + adds.length === 1) {
        const put = new PutCommand(first.Put);
        return (await conditional(() => client.send(put))) ? 'written' : 'conflict';
      }
      try {
        await client.send(new TransactWriteCommand({ TransactItems: [...puts, ...adds] }));
        return 'written';
      } catch (error) {
        const known =
          error instanceof TransactionCanceledException &&
          (error.CancellationReasons ?? []).some((reason) => REFUSALS.has(reason.Code ?? ''));
        if (known) return 'conflict';
        throw error;
      }
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

    async counters(rows, { consistent }) {
      const items = await batchGet(
        client,
        table,
        rows.map((id) => ({ id })),
        { consistent },
      );
      return new Map(items.map(({ id, ...counts }) => [String(id), numbersOf(counts)]));
    },
  };
}

function replacing({ replaces: version, replacesFold: fold }: ViewChange) {
  if (version === null) return { ConditionExpression: `attribute_not_exists(${VIEWS.partitionKey})` };
  if (fold === undefined) return { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': version } };
  return {
    ConditionExpression: `v = :v AND (f = :f${fold === FIRST_FOLD ? ' OR attribute_not_exists(f)' : ''})`,
    ExpressionAttributeValues: { ':v': version, ':f': fold },
  };
}

/** Counters are top-level attributes: ADD creates missing ones, so no read is needed. */
function adding(deltas: ReadonlyMap<string, number>) {
  const entries = [...deltas];
  return {
    UpdateExpression: `ADD ${entries.map((_, at) => `#n${at} :d${at}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#n${at}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, delta], at) => [`:d${at}`, delta])),
  };
}

function numbersOf(item: Record<string, unknown>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(item).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])),
  );
}
