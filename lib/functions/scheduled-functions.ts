/** The functions that run by the clock. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServiceFunction } from '../constructs/service-function.ts';
import { environmentOf, type Resources } from './resources.ts';

/** One run after the other: `npm run bench -- throughput` says how many jobs a second that makes. */
export const RETENTION_EVERY = Duration.minutes(15);
const RETENTION_TIMEOUT = Duration.minutes(14);
/** MB. Lambda gives a whole processor from here on, and retention is all processor: so it costs no more than with less. */
const RETENTION_MEMORY = 1769;

export class SweeperFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Sweeper', {
      entry: 'functions/handlers/sweeper.ts',
      environment: environmentOf(resources, 'events', 'views', 'leases', 'jobQueues', 'bulkQueue'),
      timeout: Duration.seconds(55),
    });
    const { state, queues } = resources;
    state.eventLog.allowAppend(this);
    // A scheduled run is made only while its task is as it was seen.
    state.eventLog.allowCheck(this);
    state.tables.views.allowSweep(this);
    state.tables.leases.allowSchedule(this);
    for (const queue of [queues.work, queues.priority, queues.bulks]) queue.allowSend(this);
    for (const queue of [queues.work, queues.priority]) queue.allowBacklog(this);
  }
}

export class RetentionFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    const { state, configuration } = resources;
    super(scope, 'Retention', {
      entry: 'functions/handlers/retention.ts',
      environment: {
        ...environmentOf(resources, 'events', 'views', 'leases', 'mail'),
        RETAIN_UNCHANGED_HOURS: String(configuration.retainUnchangedHours),
        RETAIN_SUCCEEDED_HOURS: String(configuration.retainSucceededDays * 24),
        RETAIN_FAILED_HOURS: String(configuration.retainFailedDays * 24),
        RETAIN_SHORTER: configuration.shorterRetention,
      },
      timeout: RETENTION_TIMEOUT,
      memorySize: RETENTION_MEMORY,
    });
    state.eventLog.allowErase(this);
    state.tables.views.allowRetain(this);
    state.tables.leases.allowKeepRetention(this);
    state.tables.mail.allowErase(this);
  }
}
