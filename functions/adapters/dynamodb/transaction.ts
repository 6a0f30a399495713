import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { pauseWithJitter } from './pause.ts';

const TRIES = 5;

export type TransactionItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** `at`: the first of the writes whose condition did not hold, and the item in its way, if the write asked for it. */
export type Transaction =
  | { readonly kind: 'written' }
  | { readonly kind: 'refused'; readonly at: number; readonly item: Record<string, unknown> | null };

/** All writes or none. One that meets another transaction is tried again; whatever else goes wrong is thrown. */
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
