import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { MATCH_PREFIX, SECRETS } from '../../functions/adapters/dynamodb/tables.ts';
import { grantRows, grantTable } from './grants.ts';
import { RETAINED } from './table-defaults.ts';

/** Connection fields and sealed secrets. No point-in-time recovery: a destroyed secret must not be restorable. */
export class SecretsTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, { ...RETAINED, partitionKey: { name: SECRETS.partitionKey, type: AttributeType.STRING } });
  }

  /**
   * Allows reading connection fields, for the host and label of jobs and for filters by host. Secrets cannot be opened
   * without the data key.
   */
  allowReadConnections(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:BatchGetItem');
  }

  /** Allows reading secrets, and storing refreshed tokens. */
  allowUse(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
  }

  /** Allows creating, using and destroying secrets. */
  allowManage(fn: IGrantable): void {
    this.allowReadConnections(fn);
    this.allowUse(fn);
    grantTable(this, fn, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /**
   * Allows reading webhook endpoints and the rows that map a mailbox's name to its credential, but no secret of a
   * credential.
   */
  allowReadEndpoints(fn: IGrantable): void {
    grantRows(this, fn, ['whk_*', `${MATCH_PREFIX}*`], 'dynamodb:GetItem');
  }
}
