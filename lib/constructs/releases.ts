import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';

/** The functions that are released by canary. */
export type ReleasesProps = {
  readonly functions: readonly ServiceFunction[];
  /** Rings when requests of the release fail: then all requests go to the earlier version again. */
  readonly alarm: Alarm;
};

/**
 * Releases the API by canary: for ten minutes a new version gets a tenth of the requests, then all of them if the alarm
 * did not ring. Consumers of streams and queues change at once, because their records and messages are delivered again
 * after a failure.
 */
export class Releases extends Construct {
  constructor(scope: Construct, id: string, { functions, alarm }: ReleasesProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application');
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSCodeDeployRoleForLambdaLimited')],
    });
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
        'AWS keeps this policy for CodeDeploy: it moves aliases and reads alarms.',
    });
    for (const fn of functions)
      new LambdaDeploymentGroup(this, fn.node.id, {
        application,
        role,
        alias: fn.live,
        deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
        alarms: [alarm],
      });
  }
}
