import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  LEASE_PREFIX,
  LEASES,
  RETENTION_ROW,
  RUN_PREFIX,
  SLOTS_PREFIX,
  SWEEP_ROW,
  USAGE_PREFIX,
  WAITS_PREFIX,
  WORK_PREFIX,
} from '../../functions/adapters/dynamodb/tables.ts';
import { grantRows, grantTable } from './grants.ts';
import { RETAINED } from './table-defaults.ts';

/** Rows that functions change, by their keys. */
const ROWS = {
  leases: `${LEASE_PREFIX}*`,
  slots: `${SLOTS_PREFIX}*`,
  /** Places of waiting requests. */
  waits: `${WAITS_PREFIX}*`,
  usage: `${USAGE_PREFIX}*`,
  runs: `${RUN_PREFIX}*`,
  work: `${WORK_PREFIX}*`,
} as const;

type RowKind = keyof typeof ROWS;

/**
 * Short-lived rows: leases, slots, usage, runs of schedules. Lost rows are made again, so there is no backup; only the
 * last uses of credentials are not. Only the retention periods in force never expire; if they are lost, the configured
 * periods apply.
 */
export class LeasesTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...RETAINED,
      partitionKey: { name: LEASES.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: LEASES.ttl,
    });
  }

  /** Allows reading rows, and changing rows of these kinds. */
  allowHold(fn: IGrantable, ...kinds: readonly RowKind[]): void {
    grantTable(this, fn, 'dynamodb:GetItem');
    const keys = kinds.map((kind) => ROWS[kind]);
    grantRows(this, fn, keys, 'dynamodb:UpdateItem');
  }

  /** Allows reading the runs of many tasks, or the last uses of many credentials, in addition to `allowHold`. */
  allowReadMany(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:BatchGetItem');
  }

  /** Allows storing the retention periods in force: one row, and no other function may write it. */
  allowKeepRetention(fn: IGrantable): void {
    grantRows(this, fn, [RETENTION_ROW], 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  /** Allows running schedules, and storing how far the scans came, in addition to `allowHold`. */
  allowSchedule(fn: IGrantable): void {
    this.allowReadMany(fn);
    grantRows(this, fn, [ROWS.runs, SWEEP_ROW], 'dynamodb:PutItem');
  }
}
