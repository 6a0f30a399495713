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
 * Short-lived rows: leases, slots, usage, runs of schedules. Lost rows are made again, so there is no backup. Only the
 * retention periods in force never expire; if they are lost, the configured periods apply.
 */
export class LeasesTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...RETAINED,
      partitionKey: { name: LEASES.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: LEASES.ttl,
    });
  }

  /** Allows taking and releasing leases and slots, and counting usage. */
  allowHold(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
  }

  /** Allows counting requests and waiting requests, and no other write. */
  allowCount(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem');
    grantRows(this, fn, [`${USAGE_PREFIX}*`, `${WAITS_PREFIX}*`], 'dynamodb:UpdateItem');
  }

  /** Allows reading the runs of tasks, recording triggers with them, and counting requests. */
  allowTrigger(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:GetItem', 'dynamodb:BatchGetItem');
    grantRows(this, fn, [`${RUN_PREFIX}*`, `${USAGE_PREFIX}*`, `${WAITS_PREFIX}*`], 'dynamodb:UpdateItem');
  }

  /** Allows storing the retention periods in force: one row. */
  allowKeepRetention(fn: IGrantable): void {
    grantRows(this, fn, [RETENTION_ROW], 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  /** Allows running schedules: reading and writing the rows of runs, in addition to `allowHold`. */
  allowSchedule(fn: IGrantable): void {
    this.allowHold(fn);
    grantTable(this, fn, 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
  }
}
