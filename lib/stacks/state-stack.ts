import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { EventLog } from '../constructs/event-log.ts';
import { Tables } from '../constructs/tables.ts';

/** What outlives every release: the log, the tables, the key. Nothing in it is deleted with the stack. */
export class StateStack extends Stack {
  readonly eventLog: EventLog;
  readonly tables: Tables;
  readonly dataKey: Key;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.eventLog = new EventLog(this, 'EventLog');
    this.tables = new Tables(this, 'Tables');
    this.dataKey = new Key(this, 'DataKey', {
      description: 'Wraps the data keys of credentials and cursors',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
