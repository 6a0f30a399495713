/** The functions that run on a schedule. */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServiceFunction } from '../constructs/service-function.ts';
import { environmentOf, type Resources } from './resources.ts';

/** Interval of the runs; `npm run bench -- throughput` shows how many jobs per second they can erase. */
export const RETENTION_EVERY = Duration.minutes(15);
const RETENTION_TIMEOUT = Duration.minutes(14);
/**
 * MB. From this size Lambda gives a whole processor. Retention needs mostly processor time, so more memory costs
 * nothing; the sweeper needs a processor when many scheduled runs are due.
 */
const ONE_PROCESSOR = 1769;

export class SweeperFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    super(scope, 'Sweeper', {
      entry: 'functions/handlers/sweeper.ts',
      environment: environmentOf(resources, 'events', 'views', 'leases', 'jobQueues', 'bulkQueue'),
      timeout: Duration.seconds(55),
      memorySize: ONE_PROCESSOR,
    });
    const { state, queues } = resources;
    state.eventLog.allowAppend(this);
    // A scheduled run is stored only if its task is still at the version that was read.
    state.eventLog.allowCheck(this);
    state.tables.views.allowSweep(this);
    state.tables.leases.allowHold(this, 'leases', 'work');
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
      memorySize: ONE_PROCESSOR,
    });
    state.eventLog.allowErase(this);
    state.tables.views.allowRetain(this);
    state.tables.leases.allowKeepRetention(this);
    state.tables.mail.allowErase(this);
  }
}
