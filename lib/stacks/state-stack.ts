import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DataKey } from '../constructs/data-key.ts';
import { EventLog } from '../constructs/event-log.ts';
import { Tables } from '../constructs/tables.ts';

/** The resources that outlive every release: the log, the tables, the key. They are not deleted with the stack. */
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
