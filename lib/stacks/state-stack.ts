import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
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
    const { views, secrets, leases, mail } = this.tables;
    const tables = { Events: this.eventLog.table, Views: views, Secrets: secrets, Leases: leases, Mail: mail };
    for (const [name, { tableName }] of Object.entries(tables))
      new CfnOutput(this, `${name}Table`, { value: tableName });
    new CfnOutput(this, 'DataKeyId', { value: this.dataKey.keyId });
  }
}
