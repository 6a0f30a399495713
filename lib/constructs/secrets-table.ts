import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { MATCH_PREFIX, SECRETS } from '../../functions/adapters/dynamodb/tables.ts';
import { grantRows, grantTable } from './grants.ts';
import { RETAINED } from './table-defaults.ts';

/** Connection fields and sealed secrets. No point-in-time recovery: a destroyed secret must be gone. */
export class SecretsTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, { ...RETAINED, partitionKey: { name: SECRETS.partitionKey, type: AttributeType.STRING } });
  }

  /** Read connection fields, for filters by host. Without the data key nobody can open a secret. */
  allowReadConnections(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:BatchGetItem');
  }

  /** Read secrets, and store tokens that were refreshed. */
  allowUse(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
  }

  /** Make, use and destroy secrets. */
  allowManage(fn: IGrantable): void {
    this.allowReadConnections(fn);
    this.allowUse(fn);
    grantTable(this, fn, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** Read webhook endpoints and the rows that lead from a mailbox's name to its credential: no credential's secret. */
  allowReadEndpoints(fn: IGrantable): void {
    grantRows(this, fn, ['whk_*', `${MATCH_PREFIX}*`], 'dynamodb:GetItem');
  }
}
