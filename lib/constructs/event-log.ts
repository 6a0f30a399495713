import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EVENTS } from '../../functions/adapters/dynamodb/tables.ts';
import { grantIndexes, grantTable } from './grants.ts';

/** The append-only event log. It has no TTL, which would remove version 1 first and let it be written again. */
export class EventLog extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new TableV2(this, 'Events', {
      partitionKey: { name: EVENTS.partitionKey, type: AttributeType.STRING },
      sortKey: { name: EVENTS.sortKey, type: AttributeType.NUMBER },
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      globalSecondaryIndexes: [
        {
          indexName: EVENTS.auditIndex.name,
          partitionKey: { name: EVENTS.auditIndex.partitionKey, type: AttributeType.STRING },
          sortKey: { name: EVENTS.auditIndex.sortKey, type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
      ],
    });
  }

  /** ARN of the table's stream of changes. */
  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('the event log has no stream');
    return tableStreamArn;
  }

  /** Allows reading streams. */
  allowRead(...functions: IGrantable[]): void {
    for (const fn of functions) grantTable(this.table, fn, 'dynamodb:Query');
  }

  /** Allows reading streams, ending them, and removing ended ones: only for retention. */
  allowErase(fn: IGrantable): void {
    grantTable(this.table, fn, 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** Allows reading the audit by account and time. */
  allowReadAudit(...functions: IGrantable[]): void {
    for (const fn of functions) grantIndexes(this.table, fn, EVENTS.auditIndex);
  }

  /**
   * Allows reading streams and putting events, but not changing or removing them. Batch writes are not allowed, because
   * they cannot carry the condition.
   */
  allowAppend(...functions: IGrantable[]): void {
    for (const fn of functions) grantTable(this.table, fn, 'dynamodb:Query', 'dynamodb:PutItem');
  }

  /** Allows reading the stream of changes, shard by shard, in addition to the functions of its mappings. */
  allowReadStream(...functions: IGrantable[]): void {
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'];
    for (const grantee of functions) Grant.addToPrincipal({ grantee, actions, resourceArns: [this.streamArn] });
  }

  /** Allows condition checks on streams: a write to another table can depend on a stream's version. */
  allowCheck(...functions: IGrantable[]): void {
    for (const fn of functions) grantTable(this.table, fn, 'dynamodb:ConditionCheckItem');
  }
}
