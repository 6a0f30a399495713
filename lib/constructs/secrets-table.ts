import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { KEY_PREFIX, MATCH_PREFIX, SECRETS } from '../../functions/adapters/dynamodb/tables.ts';
import { SHARED_KEYS } from './data-key.ts';
import { grantRows, grantTable } from './grants.ts';
import { RETAINED } from './table-defaults.ts';

const CREDENTIALS = 'pc_*';
const ENDPOINTS = 'whk_*';

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

  /** Allows reading secrets of credentials, and storing refreshed tokens under the newest shared key. */
  allowUse(fn: IGrantable): void {
    grantRows(this, fn, [CREDENTIALS], 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    grantRows(this, fn, [`${KEY_PREFIX}credential`], 'dynamodb:GetItem');
  }

  /** Allows creating, using and destroying secrets, and storing the newest shared key of each purpose. */
  allowManage(fn: IGrantable): void {
    this.allowReadConnections(fn);
    const actions = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action}`);
    grantRows(this, fn, [CREDENTIALS, ENDPOINTS], ...actions);
    grantRows(this, fn, [`${MATCH_PREFIX}*`], 'dynamodb:UpdateItem');
    const keys = SHARED_KEYS.map((purpose) => `${KEY_PREFIX}${purpose}`);
    grantRows(this, fn, keys, 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  /**
   * Allows reading webhook endpoints and the rows that map a mailbox's name to its credential, but no secret of a
   * credential.
   */
  allowReadEndpoints(fn: IGrantable): void {
    grantRows(this, fn, [ENDPOINTS, `${MATCH_PREFIX}*`], 'dynamodb:GetItem');
  }
}
