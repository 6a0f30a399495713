/** The functions that the gateway invokes, each with its entry, environment and permissions. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import type { ApiFunction } from '../../functions/http/routes.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { environmentOf, type Resources } from './resources.ts';

/** Below the 30 s that an HTTP API waits (AWS limit). */
const timeout = Duration.seconds(29);

class ReadFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Read', {
      entry: 'functions/handlers/read.ts',
      environment: environmentOf(resources, 'limits', 'events', 'views', 'secrets', 'leases', 'key', 'waits'),
      timeout,
    });
    const { eventLog, tables, dataKey } = resources.state;
    eventLog.allowRead(this);
    eventLog.allowReadAudit(this);
    tables.views.allowCursorKey(this);
    tables.views.allowSearch(this);
    tables.secrets.allowReadConnections(this);
    tables.leases.allowHold(this, 'usage', 'waits');
    tables.leases.allowReadMany(this);
    dataKey.allowSeal(this, 'cursor');
  }
}

class CommandFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Command', {
      entry: 'functions/handlers/command.ts',
      environment: environmentOf(resources, 'limits', 'events', 'views', 'secrets', 'leases', 'key', 'waits'),
      timeout,
    });
    const { eventLog, tables, dataKey } = resources.state;
    eventLog.allowAppend(this);
    tables.views.allowCursorKey(this);
    tables.views.allowSearch(this);
    tables.secrets.allowReadConnections(this);
    tables.leases.allowHold(this, 'leases', 'usage', 'waits');
    dataKey.allowSeal(this, 'cursor');
  }
}

class CredentialsFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Credentials', {
      entry: 'functions/handlers/credentials.ts',
      environment: {
        ...environmentOf(resources, 'events', 'views', 'secrets', 'leases', 'mail', 'key'),
        ...environmentOf(resources, 'imap', 'issuers', 'limits', 'waits'),
      },
      timeout,
      egress: resources.egress,
    });
    const { eventLog, tables, dataKey } = resources.state;
    eventLog.allowAppend(this);
    tables.views.allowCursorKey(this);
    tables.views.allowRead(this, VIEWS.accountIndex, VIEWS.taskIndex, VIEWS.credentialIndex);
    tables.secrets.allowManage(this);
    tables.leases.allowHold(this, 'slots', 'usage');
    tables.leases.allowReadMany(this);
    tables.mail.allowShow(this);
    dataKey.allowSeal(this, 'cursor', 'credential', 'webhook');
  }
}

class TasksFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Tasks', {
      entry: 'functions/handlers/tasks.ts',
      environment: environmentOf(resources, 'limits', 'events', 'views', 'secrets', 'leases', 'mail', 'key', 'waits'),
      timeout,
    });
    const { eventLog, tables, dataKey } = resources.state;
    eventLog.allowAppend(this);
    tables.views.allowCursorKey(this);
    tables.views.allowRead(this, VIEWS.accountIndex);
    tables.secrets.allowReadConnections(this);
    tables.leases.allowHold(this, 'runs', 'usage', 'waits');
    tables.leases.allowReadMany(this);
    tables.mail.allowReadMailboxes(this);
    dataKey.allowSeal(this, 'cursor');
  }
}

class WebhooksFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Webhooks', {
      entry: 'functions/handlers/webhooks.ts',
      environment: environmentOf(resources, 'events', 'views', 'secrets', 'key', 'issuers'),
      timeout,
    });
    const { eventLog, tables, dataKey } = resources.state;
    eventLog.allowAppend(this);
    tables.views.allowRead(this);
    tables.secrets.allowReadEndpoints(this);
    dataKey.allowOpen(this, 'webhook');
  }
}

class DocumentFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Document', {
      entry: 'functions/handlers/document.ts',
      environment: environmentOf(resources, 'signIn'),
      timeout,
      memorySize: 256,
    });
  }
}

/** Creates all API functions, by name. */
export function apiFunctions(scope: Construct, resources: Resources): Readonly<Record<ApiFunction, ServiceFunction>> {
  return {
    read: new ReadFunction(scope, resources),
    command: new CommandFunction(scope, resources),
    credentials: new CredentialsFunction(scope, resources),
    tasks: new TasksFunction(scope, resources),
    webhooks: new WebhooksFunction(scope, resources),
    document: new DocumentFunction(scope, resources),
  };
}
