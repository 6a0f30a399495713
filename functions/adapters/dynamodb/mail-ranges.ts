import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Generation } from '../../ports/mail-store.ts';
import { blockSortKey, slotOf } from './mail-blocks.ts';
import { messageKeys, messageSortKey } from './mail-items.ts';

/** Queries for the range between two UIDs of a mailbox, both included, strongly consistent. */
export function mailRanges(table: string) {
  const between = (mailboxKey: string, low: string, high: string): QueryCommandInput => ({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :p AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: { ':p': mailboxKey, ':low': low, ':high': high },
  });
  const rowRange = ({ mailboxKey, uidValidity }: Generation, low: number, high: number) =>
    between(mailboxKey, messageSortKey(uidValidity, low), messageSortKey(uidValidity, high));
  const blockRange = ({ mailboxKey, uidValidity }: Generation, low: number, high: number) =>
    between(mailboxKey, blockSortKey(uidValidity, slotOf(low)), blockSortKey(uidValidity, slotOf(high)));
  return { between, rowRange, blockRange };
}

/** The write requests that delete the rows of these messages. */
export const rowDeletes = (generation: Generation, uids: Iterable<number>) =>
  [...new Set(uids)].map((uid) => ({ DeleteRequest: { Key: messageKeys(generation, uid) } }));
