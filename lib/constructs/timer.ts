import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';

export type TimerProps = { readonly every: Duration; readonly target: ServiceFunction };

/**
 * Invokes a function by the clock. An invocation that is throttled or breaks is not repeated, because the next one does
 * its work too. By default EventBridge would try for a day, and Lambda twice more and for six hours: each outage would end
 * with a burst of old invocations.
 */
export class Timer extends Construct {
  constructor(scope: Construct, id: string, { every, target }: TimerProps) {
    super(scope, id);
    const rule = new Rule(this, 'Rule', {
      schedule: Schedule.rate(every),
      targets: [new LambdaFunction(target.live, { retryAttempts: 0 })],
    });
    // What waits longer than a minute, the least that Lambda allows, comes too late to be of use.
    target.live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
    acknowledge(target, {
      'Serverless-LambdaAsyncFailureDestination': 'What is missed is done by the next run; errors ring an alarm.',
    });
    acknowledge(rule, { 'Serverless-EventBusDLQ': 'What is missed is done by the next run.' });
  }
}
