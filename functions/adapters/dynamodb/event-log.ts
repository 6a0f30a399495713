/**
 * The event log on DynamoDB. An append is a conditional put: the sort key is the version, so a version is written at
 * most once. The outcome can be unknown: the put succeeded, the answer was lost, and the SDK retries. The random
 * `append_id` distinguishes this from a real conflict: if the stored event has our id, we wrote it.
 */
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Envelope, envelopeSchema } from '../../domain/event/event.ts';
import type { AppendResult, EventLog, NewEvent } from '../../ports/event-log.ts';
import type { Ids } from '../../ports/ids.ts';
import { conditional } from './conditional.ts';
import { EVENTS } from './tables.ts';
import { transact } from './transaction.ts';

const CURRENT_SCHEMA = 1;

type Item = Envelope & { audit_account?: string; audit_at?: string };
const condition = { ConditionExpression: `attribute_not_exists(${EVENTS.partitionKey})` } as const;

export function dynamoEventLog(client: DynamoDBDocumentClient, table: string, ids: Ids): EventLog {
  return {
    read,
    // This adapter has no view rows, so it reads all events.
    current: (streamId) => read(streamId),

    async append(events) {
      const appendId = ids.token();
      const items = events.map((event) => toItem(event, appendId));
      const [only] = items;
      return items.length === 1 && only !== undefined ? putOne(only) : putAll(items);
    },
  };

  async function read(
    streamId: string,
    afterVersion = 0,
    most = Number.POSITIVE_INFINITY,
  ): Promise<readonly Envelope[]> {
    const events: Envelope[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#s = :s AND #v > :v',
          ExpressionAttributeNames: { '#s': EVENTS.partitionKey, '#v': EVENTS.sortKey },
          ExpressionAttributeValues: { ':s': streamId, ':v': afterVersion },
          ExclusiveStartKey: start,
          ...(Number.isFinite(most) ? { Limit: most - events.length } : {}),
        }),
      );
      for (const item of page.Items ?? []) events.push(envelopeSchema.parse(item));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && events.length < most);
    return events;
  }

  async function putOne(item: Item): Promise<AppendResult> {
    const put = new PutCommand({
      TableName: table,
      Item: item,
      ...condition,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const appended = await conditional(
      () => client.send(put),
      (winner) => winner.append_id === item.append_id,
    );
    return appended ? { kind: 'appended' } : { kind: 'conflict', streamId: item.stream_id };
  }

  async function putAll(items: readonly Item[]): Promise<AppendResult> {
    const written = await transact(
      client,
      items.map((item) => putOf(table, item)),
    );
    if (written.kind === 'written') return { kind: 'appended' };
    const lost = items[written.at];
    const ours = written.item !== null && written.item.append_id === lost?.append_id;
    return ours ? { kind: 'appended' } : { kind: 'conflict', streamId: lost?.stream_id ?? '' };
  }
}

const putOf = (table: string, item: Item) => ({
  Put: { TableName: table, Item: item, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const },
});

/** The append of an event as part of a transaction with other tables. */
export const appending = (table: string, event: NewEvent, appendId: string) => putOf(table, toItem(event, appendId));

/** A condition that holds while the stream is not beyond this version; it writes nothing. */
export const stillAt = (table: string, streamId: string, version: number) => ({
  ConditionCheck: {
    TableName: table,
    Key: { [EVENTS.partitionKey]: streamId, [EVENTS.sortKey]: version + 1 },
    ...condition,
  },
});

function toItem(event: NewEvent, appendId: string): Item {
  return {
    stream_id: event.streamId,
    version: event.version,
    type: event.event.type,
    schema: CURRENT_SCHEMA,
    account_id: event.accountId,
    at: event.at,
    actor: event.actor,
    append_id: appendId,
    ...(event.commandId === undefined ? {} : { command_id: event.commandId }),
    ...(event.fingerprint === undefined ? {} : { fingerprint: event.fingerprint }),
    ...(event.requestId === undefined ? {} : { request_id: event.requestId }),
    ...(event.credentialId === undefined ? {} : { credential_id: event.credentialId }),
    ...(event.mailServer === undefined ? {} : { mail_server: event.mailServer }),
    ...(event.urgent === true ? { urgent: true } : {}),
    data: event.event.data,
    ...(event.audited
      ? { audit_account: event.accountId, audit_at: auditKey(event.at, event.streamId, event.version) }
      : {}),
  };
}

/** The audit's sort key: by time, unique per event. */
function auditKey(at: string, streamId: string, version: number): string {
  return `${at}#${streamId}#${version}`;
}
