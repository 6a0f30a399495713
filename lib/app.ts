import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readConfiguration } from './configuration.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { StateStack } from './stacks/state-stack.ts';

export type InboxManager = { readonly app: App; readonly state: StateStack; readonly service: ServiceStack };

/**
 * The whole app. Its `synth()` throws when cdk-nag finds something that nobody has acknowledged with a reason; this
 * throws a ZodError for a wrong setting in the context.
 */
export function inboxManager(props: AppProps = {}): InboxManager {
  const app = new App(props);
  const configuration = readConfiguration(app);
  const state = new StateStack(app, 'InboxManagerState', { terminationProtection: true });
  const service = new ServiceStack(app, 'InboxManagerService', { state, configuration });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { app, state, service };
}
