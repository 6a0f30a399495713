import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EVENTS } from '../../functions/adapters/dynamodb/tables.ts';
import { grantIndexes, grantTable } from './grants.ts';

/** The append-only event log. No TTL: it would remove version 1 first and let it be written again. */
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

  /** ARN of the table's own stream of changes. */
  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('the event log has no stream');
    return tableStreamArn;
  }

  /** Read streams. */
  allowRead(...functions: IGrantable[]): void {
    for (const fn of functions) grantTable(this.table, fn, 'dynamodb:Query');
  }

  /** Read streams, end them, and remove those that have ended: for retention, and nobody else. */
  allowErase(fn: IGrantable): void {
    grantTable(this.table, fn, 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** Read the audit by account and time. */
  allowReadAudit(...functions: IGrantable[]): void {
    for (const fn of functions) grantIndexes(this.table, fn, EVENTS.auditIndex);
  }

  /** Read streams and put events: none of these may change or remove one, and a batch write could not carry the condition. */
  allowAppend(...functions: IGrantable[]): void {
    for (const fn of functions) grantTable(this.table, fn, 'dynamodb:Query', 'dynamodb:PutItem');
  }

  /** Read the stream of changes, shard by shard, besides the functions that it is delivered to. */
  allowReadStream(...functions: IGrantable[]): void {
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'];
    for (const grantee of functions) Grant.addToPrincipal({ grantee, actions, resourceArns: [this.streamArn] });
  }

  /** Make a write elsewhere depend on how far a stream has come: reads, and changes nothing. */
  allowCheck(...functions: IGrantable[]): void {
    for (const fn of functions) grantTable(this.table, fn, 'dynamodb:ConditionCheckItem');
  }
}
