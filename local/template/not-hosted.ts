/**
 * Parts of the template that the embedded stack does not host, with the reason. It refuses to start with any other
 * unknown part.
 */

/** Types of resources. */
export const TYPES_NOT_HOSTED: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Stage': 'Access logs and throttles of the gateway: one developer needs neither.',
  'AWS::CloudWatch::Alarm': 'There are no metrics here.',
  'AWS::CloudWatch::Dashboard': 'There are no metrics here.',
  'AWS::CodeDeploy::Application': 'A start has the one release that is checked out.',
  'AWS::CodeDeploy::DeploymentGroup': 'A start has the one release that is checked out.',
  'AWS::Lambda::EventInvokeConfig': 'Schedules here never repeat an invocation, which is what ours ask for.',
  'AWS::Lambda::Version': 'A start has the one release that is checked out.',
  'AWS::Logs::LogGroup': 'Logs are files of the data directory.',
  'AWS::Logs::MetricFilter': 'There are no metrics here.',
  'AWS::SNS::Subscription': 'No alarm rings here.',
  'AWS::SNS::Topic': 'No alarm rings here.',
  'AWS::SNS::TopicPolicy': 'No alarm rings here.',
  'AWS::SQS::QueuePolicy': 'Ours refuse requests without TLS; here nothing leaves the machine.',
};

const TAGS = 'They are for bills and searches.';

/** Properties by type. A dot leads into an object, and into each entry of a list. */
export const NOT_HOSTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::ApiGatewayV2::Api': { Name: 'There is one API.', Tags: TAGS },
  'AWS::ApiGatewayV2::Authorizer': { ApiId: 'There is one API.', Name: 'It is known by its logical id.' },
  'AWS::ApiGatewayV2::Integration': { ApiId: 'There is one API.' },
  'AWS::ApiGatewayV2::Route': { ApiId: 'There is one API.' },
  'AWS::DynamoDB::GlobalTable': {
    'Replicas.DeletionProtectionEnabled': 'The data directory is the developer’s to delete.',
    'Replicas.PointInTimeRecoverySpecification': 'Nothing is restored here.',
    'Replicas.Tags': TAGS,
  },
  'AWS::Events::Rule': { Tags: TAGS, 'Targets.Id': 'A rule has one target.' },
  'AWS::IAM::Policy': { PolicyName: 'Policies are known by their roles.' },
  'AWS::IAM::Role': { Tags: TAGS },
  'AWS::KMS::Key': {
    Description: 'It is for people.',
    EnableKeyRotation: 'The key file stays as it is.',
    Tags: TAGS,
  },
  'AWS::Lambda::Alias': { FunctionVersion: 'A start has the one release that is checked out.' },
  'AWS::Lambda::EventSourceMapping': {
    ParallelizationFactor: 'One batch of a shard at a time keeps the order that more would keep.',
    Tags: TAGS,
  },
  'AWS::Lambda::Function': {
    Architectures: 'The machine’s own runs the bundles, which are JavaScript.',
    'Code.S3Bucket': 'Bundles are read from the cloud assembly.',
    'Environment.Variables.NODE_OPTIONS': 'Execution environments are threads, whose options are those of the process.',
    'LoggingConfig.SystemLogLevel': 'The platform writes its report alone.',
    RecursiveLoop: 'Loops are not looked for here.',
    ReservedConcurrentExecutions: 'A function has a few environments at most.',
    Tags: TAGS,
  },
  'AWS::SQS::Queue': { SqsManagedSseEnabled: 'Queues are kept in memory.', Tags: TAGS },
};
