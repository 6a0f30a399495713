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

  /** Allows reading the mailboxes of a credential. */
  allowReadMailboxes(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:Query');
  }

  /** Allows reading and searching messages, and erasing those of a deleted credential. */
  allowShow(fn: IGrantable): void {
    grantIndexes(this, fn, MAIL.accountIndex, MAIL.credentialIndex);
    grantTable(this, fn, 'dynamodb:BatchGetItem');
    this.allowChange(fn);
  }

  /** Allows storing synced mail. The index is needed because accounts with few mailboxes are stored in another way. */
  allowSync(fn: IGrantable): void {
    grantIndexes(this, fn, MAIL.accountIndex);
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    this.allowChange(fn);
  }

  /** Allows erasing the mail of a deleted credential, and at the end the rows that fence its mailboxes. */
  allowErase(fn: IGrantable): void {
    grantIndexes(this, fn, MAIL.credentialIndex);
    grantTable(this, fn, 'dynamodb:DeleteItem');
    this.allowChange(fn);
  }

  private allowChange(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem');
  }
}
