import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readConfiguration } from '../lib/configuration.ts';
import { ServiceStack } from '../lib/stacks/service-stack.ts';
import { StateStack } from '../lib/stacks/state-stack.ts';

const app = new App();
const configuration = readConfiguration(app);
const state = new StateStack(app, 'InboxManagerState', { terminationProtection: true });
new ServiceStack(app, 'InboxManagerService', { state, configuration });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
app.synth();
