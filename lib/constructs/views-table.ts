import { AttributeType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import { COUNTER_PREFIX } from '../../functions/domain/views/counters.ts';
import { grantIndexes, grantRows, grantTable } from './grants.ts';
import { keysOnly, RECOVERABLE, RETAINED } from './table-defaults.ts';

/** The indexes that the API reads; the open index is for the sweeper. */
const SEARCH_INDEXES = [
  VIEWS.accountIndex,
  VIEWS.taskIndex,
  VIEWS.credentialIndex,
  VIEWS.bulkIndex,
  VIEWS.statusIndex,
  VIEWS.errorIndex,
] as const;

type Index = (typeof SEARCH_INDEXES)[number] | typeof VIEWS.openIndex;

/** Rows that are made from the log: jobs, tasks, credentials, counters. */
export class ViewsTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...RETAINED,
      ...RECOVERABLE,
      partitionKey: { name: VIEWS.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: VIEWS.ttl,
      // Counters are made from the row before and the row after.
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      globalSecondaryIndexes: [...SEARCH_INDEXES, VIEWS.openIndex].map(keysOnly),
    });
  }

  /** Allows reading rows by id, and finding them by these indexes. */
  allowRead(fn: IGrantable, ...indexes: readonly Index[]): void {
    grantTable(this, fn, 'dynamodb:BatchGetItem');
    if (indexes.length > 0) grantIndexes(this, fn, ...indexes);
  }

  /** Allows searching by every filter field of the API. */
  allowSearch(fn: IGrantable): void {
    this.allowRead(fn, ...SEARCH_INDEXES);
  }

  /** Allows storing the wrapped key of page cursors: one row, and the only one that an API function may put. */
  allowCursorKey(fn: IGrantable): void {
    grantRows(this, fn, [VIEWS.cursorKey], 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  /** Allows finding jobs that wait for a credential, or failed with certain codes because of it. */
  allowRecover(fn: IGrantable): void {
    this.allowRead(fn, VIEWS.credentialIndex, VIEWS.statusIndex, VIEWS.errorIndex);
  }

  /** Allows writing rows: only for the projector. */
  allowProject(fn: IGrantable): void {
    grantTable(this, fn, 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
  }

  /** Allows adding to counters, and changing no other row. */
  allowCount(fn: IGrantable): void {
    grantRows(this, fn, [`${COUNTER_PREFIX}*`], 'dynamodb:UpdateItem');
  }

  /** Allows finding open jobs, and changing when they are due. */
  allowSweep(fn: IGrantable): void {
    this.allowRead(fn, VIEWS.credentialIndex, VIEWS.openIndex);
    grantTable(this, fn, 'dynamodb:UpdateItem');
  }

  /** Allows finding rows at the end of their retention, and removing them. */
  allowRetain(fn: IGrantable): void {
    this.allowRead(fn, VIEWS.openIndex);
    grantTable(this, fn, 'dynamodb:DeleteItem');
  }
}
