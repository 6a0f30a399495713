import type { ProviderName } from '../../domain/webhook/endpoint.ts';
import { emailengine } from './emailengine.ts';
import { gmail } from './gmail.ts';
import { microsoftGraph } from './microsoft-graph.ts';
import { nylas } from './nylas.ts';
import type { WebhookProvider } from './provider.ts';
import { standard } from './standard.ts';

/** All providers, by their name in the API. */
export const PROVIDERS: Readonly<Record<ProviderName, WebhookProvider>> = {
  standard,
  gmail,
  microsoft_graph: microsoftGraph,
  nylas,
  emailengine,
};
