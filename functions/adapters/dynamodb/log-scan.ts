import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Envelope, envelopeSchema } from '../../domain/event/event.ts';
import { EVENTS, VIEWS } from './tables.ts';

/**
 * The ids of all streams in one of `parts` segments of the log, each once, by their first events. Reads every event of
 * the segment, page by page. A stream whose first event is already erased is left out.
 */
export async function* streamIds(
  client: DynamoDBDocumentClient,
  eventsTable: string,
  { part, parts }: { readonly part: number; readonly parts: number },
): AsyncGenerator<string> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: eventsTable,
        Segment: part,
        TotalSegments: parts,
        FilterExpression: '#version = :first',
        ProjectionExpression: '#stream',
        ExpressionAttributeNames: { '#version': EVENTS.sortKey, '#stream': EVENTS.partitionKey },
        ExpressionAttributeValues: { ':first': 1 },
        ExclusiveStartKey: start,
      }),
    );
    for (const item of page.Items ?? []) yield String(item[EVENTS.partitionKey]);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

type FirstEvents = {
  readonly part: number;
  readonly parts: number;
  readonly types: readonly string[];
  readonly accountId?: string;
};

/**
 * The first events of streams in one of `parts` segments of the log whose type is one of `types`, as stored. With
 * `accountId`, only those of that account, including the latest, because the erasure of an account must miss none.
 * Reads every event of the segment, page by page.
 */
export async function* firstEvents(
  client: DynamoDBDocumentClient,
  eventsTable: string,
  { part, parts, types, accountId }: FirstEvents,
): AsyncGenerator<Envelope> {
  const names = types.map((type, at) => [`:t${at}`, type] as const);
  const isMeant = [`#version = :first AND #type IN (${names.map(([name]) => name).join(', ')})`];
  if (accountId !== undefined) isMeant.push('account_id = :account');
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: eventsTable,
        Segment: part,
        TotalSegments: parts,
        ConsistentRead: accountId !== undefined,
        FilterExpression: isMeant.join(' AND '),
        ExpressionAttributeNames: { '#version': EVENTS.sortKey, '#type': 'type' },
        ExpressionAttributeValues: {
          ':first': 1,
          ...(accountId === undefined ? {} : { ':account': accountId }),
          ...Object.fromEntries(names),
        },
        ExclusiveStartKey: start,
      }),
    );
    for (const item of page.Items ?? []) yield envelopeSchema.parse(item);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Whether the table has any row other than the cursor key. */
export async function hasViews(client: DynamoDBDocumentClient, viewsTable: string): Promise<boolean> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: viewsTable,
        Limit: 2,
        ConsistentRead: true,
        ProjectionExpression: '#id',
        ExpressionAttributeNames: { '#id': VIEWS.partitionKey },
        ExclusiveStartKey: start,
      }),
    );
    if ((page.Items ?? []).some((item) => item[VIEWS.partitionKey] !== VIEWS.cursorKey)) return true;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return false;
}
