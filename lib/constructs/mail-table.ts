import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { MAIL } from '../../functions/adapters/dynamodb/tables.ts';
import { grantIndexes, grantTable } from './grants.ts';
import { keysOnly, RECOVERABLE, RETAINED } from './table-defaults.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** Metadata of mailboxes and messages. */
export class MailTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...RETAINED,
      ...RECOVERABLE,
      partitionKey: string(MAIL.partitionKey),
      sortKey: string(MAIL.sortKey),
      globalSecondaryIndexes: [MAIL.accountIndex, MAIL.credentialIndex].map(keysOnly),
    });
  }

  /** Read the mailboxes of a credential. */
  allowReadMailboxes(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:Query');
  }

  /** Show and search messages, and erase those of a credential that is deleted. */
  allowShow(fn: IGrantable): void {
    grantIndexes(this, fn, MAIL.accountIndex, MAIL.credentialIndex);
    grantTable(this, fn, 'dynamodb:BatchGetItem');
    this.allowChange(fn);
  }

  /** Store what was synced. Whether an account has few mailboxes decides how: hence the index. */
  allowSync(fn: IGrantable): void {
    grantIndexes(this, fn, MAIL.accountIndex);
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    this.allowChange(fn);
  }

  /** Erase what a deleted credential has left, and in the end what fences its mailboxes. */
  allowErase(fn: IGrantable): void {
    grantIndexes(this, fn, MAIL.credentialIndex);
    grantTable(this, fn, 'dynamodb:DeleteItem');
    this.allowChange(fn);
  }

  private allowChange(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem');
  }
}
