/** The readers of the log's stream, and of the view rows' stream. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServiceFunction } from '../constructs/service-function.ts';
import { environmentOf, type Resources } from './resources.ts';

const timeout = Duration.minutes(1);

export class ProjectorFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Projector', {
      entry: 'functions/handlers/projector.ts',
      environment: environmentOf(resources, 'events', 'views'),
      timeout,
    });
    const { eventLog, tables } = resources.state;
    eventLog.allowRead(this);
    tables.views.allowProject(this);
  }
}

export class CounterFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Counter', {
      entry: 'functions/handlers/counter.ts',
      environment: environmentOf(resources, 'views'),
      timeout,
    });
    resources.state.tables.views.allowCount(this);
  }
}

export class DispatcherFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Dispatcher', {
      entry: 'functions/handlers/dispatcher.ts',
      environment: environmentOf(resources, 'events', 'jobQueues', 'bulkQueue', 'views', 'leases'),
      timeout,
    });
    const { state, queues } = resources;
    state.eventLog.allowAppend(this);
    state.tables.views.allowRecover(this);
    state.tables.leases.allowHold(this, 'work');
    for (const queue of [queues.work, queues.priority, queues.bulks]) queue.allowSend(this);
  }
}
