import { App, type AppProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readConfiguration } from './configuration.ts';
import { ConsoleStack } from './stacks/console-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { StateStack } from './stacks/state-stack.ts';

/** The app and its stacks. `network`: null without fixed addresses. */
export type InboxManager = {
  readonly app: App;
  readonly state: StateStack;
  readonly network: NetworkStack | null;
  readonly service: ServiceStack;
  readonly console: ConsoleStack | null;
};

/**
 * The whole app for one stage. Throws ConfigurationError for an invalid or missing setting. Its `synth()` throws when
 * cdk-nag has a finding without an acknowledgement.
 */
export function inboxManager(props: AppProps = {}): InboxManager {
  const app = new App(props);
  const configuration = readConfiguration(app);
  const { stage, prefix, account, region } = configuration;
  const env = { ...(account && { account }), ...(region && { region }) };
  const tags = { application: prefix, stage };
  const stackName = (part: string): string => `${prefix}-${stage}-${part}`;
  const state = new StateStack(app, 'InboxManagerState', {
    env,
    tags,
    stackName: stackName('state'),
    terminationProtection: true,
  });
  const network =
    configuration.natGateways === 0
      ? null
      : new NetworkStack(app, 'InboxManagerNetwork', {
          env,
          tags,
          stackName: stackName('network'),
          terminationProtection: true,
          natGateways: configuration.natGateways,
          ports: configuration.imapPorts.split(',').map(Number),
        });
  const service = new ServiceStack(app, 'InboxManagerService', {
    env,
    tags,
    stackName: stackName('service'),
    state,
    egress: network?.egress ?? null,
    configuration,
  });
  const console =
    configuration.consoleHosting === 'off'
      ? null
      : new ConsoleStack(app, 'InboxManagerConsole', {
          env,
          tags,
          stackName: stackName('console'),
          apiUrl: service.apiUrl,
          configuration,
        });
  // CloudFormation does not support tags on a dashboard.
  const taggable = { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] };
  for (const [name, value] of Object.entries(tags)) Tags.of(app).add(name, value, taggable);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { app, state, network, service, console };
}
