import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { pauseWithJitter } from './pause.ts';

const TRIES = 5;

/** The writes and condition checks of a transaction. */
export type TransactionItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** `at`: the first write whose condition failed; `item`: the existing item, if the write requested it. */
export type Transaction =
  | { readonly kind: 'written' }
  | { readonly kind: 'refused'; readonly at: number; readonly item: Record<string, unknown> | null };

/** Makes all writes or none. A conflict with another transaction is retried; every other error is thrown. */
export async function transact(client: DynamoDBDocumentClient, items: TransactionItems): Promise<Transaction> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }));
      return { kind: 'written' };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons: readonly CancellationReason[] = error.CancellationReasons ?? [];
      const at = reasons.findIndex((reason) => reason.Code === 'ConditionalCheckFailed');
      const item = reasons[at]?.Item;
      if (at >= 0) return { kind: 'refused', at, item: item === undefined ? null : unmarshall(item) };
      if (attempt >= TRIES) throw error;
      await pauseWithJitter(attempt);
    }
  }
}
