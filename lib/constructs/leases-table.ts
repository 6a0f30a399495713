import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  LEASES,
  RETENTION_ROW,
  RUN_PREFIX,
  USAGE_PREFIX,
  WAITS_PREFIX,
} from '../../functions/adapters/dynamodb/tables.ts';
import { grantRows, grantTable } from './grants.ts';
import { RETAINED } from './table-defaults.ts';

/**
 * Short-lived rows: leases, places, usage, runs of schedules. Lost ones are made again, so there is no backup. Only the
 * retention periods in force live for ever; without them the periods that are set count.
 */
export class LeasesTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...RETAINED,
      partitionKey: { name: LEASES.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: LEASES.ttl,
    });
  }

  /** Take and give back leases and places, and count usage. */
  allowHold(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
  }

  /** Count requests and those that wait, and write nothing else. */
  allowCount(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem');
    grantRows(this, fn, [`${USAGE_PREFIX}*`, `${WAITS_PREFIX}*`], 'dynamodb:UpdateItem');
  }

  /** Show the runs of tasks, note triggers beside them, and count requests. */
  allowTrigger(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:BatchGetItem');
    grantRows(this, fn, [`${RUN_PREFIX}*`, `${USAGE_PREFIX}*`, `${WAITS_PREFIX}*`], 'dynamodb:UpdateItem');
  }

  /** Keep the retention periods in force: one row. */
  allowKeepRetention(fn: IGrantable): void {
    grantRows(this, fn, [RETENTION_ROW], 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  /** Run schedules: read and make the rows of runs, besides `allowHold`. */
  allowSchedule(fn: IGrantable): void {
    this.allowHold(fn);
    grantTable(this, fn, 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
  }
}
