import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DataKey } from '../constructs/data-key.ts';
import { EventLog } from '../constructs/event-log.ts';
import { Tables } from '../constructs/tables.ts';

/** What outlives every release: the log, the tables, the key. Nothing in it is deleted with the stack. */
export class StateStack extends Stack {
  readonly eventLog: EventLog;
  readonly tables: Tables;
  readonly dataKey: DataKey;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.eventLog = new EventLog(this, 'EventLog');
    this.tables = new Tables(this, 'Tables');
    this.dataKey = new DataKey(this, 'DataKey');
  }
}
