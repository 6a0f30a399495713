import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { bundle } from './bundle.ts';
import type { Egress } from './egress.ts';
import { acknowledge } from './findings.ts';
import { namespaceOf } from './namespace.ts';

/** The service name in every log line, and the only dimension of the custom metrics. */
export const SERVICE = 'inbox-manager-jobs';

/** The properties in which functions differ. `entry`: path of the handler from the root; `memorySize` in MB. */
export type ServiceFunctionProps = {
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memorySize?: number;
  readonly recursiveLoop?: RecursiveLoop;
  readonly nodeOptions?: readonly string[];
  /** The network, for functions that contact mail servers. */
  readonly egress?: Egress | null;
};

/**
 * The common settings of all functions: arm64, Node 24, JSON logs kept for 30 days, and a role of its own with only the
 * granted permissions. All invocations use the alias `live`, which points to the newest version; earlier versions are
 * kept.
 */
export class ServiceFunction extends LambdaFunction {
  readonly live: Alias;

  constructor(
    scope: Construct,
    id: string,
    { entry, environment, memorySize = 512, nodeOptions = [], egress = null, ...rest }: ServiceFunctionProps,
  ) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (egress !== null) allowNetworkInterfaces(role);
    super(scope, id, {
      ...rest,
      ...(egress !== null && placedIn(egress)),
      memorySize,
      code: bundle(entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      environment: {
        ...environment,
        NODE_OPTIONS: ['--enable-source-maps', ...nodeOptions].join(' '),
        POWERTOOLS_SERVICE_NAME: SERVICE,
        POWERTOOLS_METRICS_NAMESPACE: namespaceOf(scope),
      },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    this.live = new Alias(this, 'Live', { aliasName: 'live', version: this.currentVersion });
  }

  /** Reserves this concurrency for the function, which is then also its maximum. */
  reserve(invocations: number): void {
    const resource = this.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new Error(`${this.node.id} is not a function`);
    resource.reservedConcurrentExecutions = invocations;
  }
}

const placedIn = ({ vpc, securityGroup }: Egress) => ({
  vpc,
  vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
  securityGroups: [securityGroup],
});

/** Permissions that Lambda needs to place a function in a network. */
const OF_NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * AWS supports no narrower resource for most of these actions, so they are denied to the function's own code: only
 * calls from code have a source function (AWS Lambda, "Giving Lambda functions access to resources in an Amazon VPC").
 * AWS's example names the function; its ARN here would be a cycle between the function and its role.
 */
function allowNetworkInterfaces(role: Role): void {
  const interfaces = { actions: OF_NETWORK_INTERFACES, resources: ['*'] };
  role.addToPolicy(new PolicyStatement(interfaces));
  role.addToPolicy(
    new PolicyStatement({
      ...interfaces,
      effect: Effect.DENY,
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  );
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]': 'Network interfaces have no names before Lambda makes them.',
  });
}
