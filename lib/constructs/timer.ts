import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';

/** The interval and the function. */
export type TimerProps = { readonly every: Duration; readonly target: ServiceFunction };

/**
 * Invokes a function on a schedule. An invocation that is throttled or fails is not retried, because the next one does
 * its work too. By default EventBridge would retry for a day, and Lambda twice within six hours: each outage would end
 * with a burst of old invocations.
 */
export class Timer extends Construct {
  constructor(scope: Construct, id: string, { every, target }: TimerProps) {
    super(scope, id);
    const rule = new Rule(this, 'Rule', {
      schedule: Schedule.rate(every),
      targets: [new LambdaFunction(target.live, { retryAttempts: 0 })],
    });
    // Invocations that wait longer than a minute, the minimum that Lambda allows, are too late to be useful.
    target.live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
    acknowledge(target, {
      'Serverless-LambdaAsyncFailureDestination': 'What is missed is done by the next run; errors ring an alarm.',
    });
    acknowledge(rule, { 'Serverless-EventBusDLQ': 'What is missed is done by the next run.' });
  }
}
