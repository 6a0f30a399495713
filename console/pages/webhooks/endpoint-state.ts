/** The state of an endpoint, in words. */

import type { Schemas } from '../../../client/index.ts';
import type { State } from '../../status/state.ts';

type Endpoint = Schemas['WebhookEndpoint'];
type Delivery = Schemas['Delivery'];

/** Disabled comes before silent: an endpoint that is switched off is not expected to receive events. */
export function stateOf({
  enabled,
  silent_since: silent,
  last_delivery_at: last,
}: Pick<Endpoint, 'enabled' | 'silent_since' | 'last_delivery_at'>): State {
  if (!enabled) return { tone: 'idle', shape: '‖', word: 'Disabled' };
  if (silent !== null) return { tone: 'bad', shape: '✕', word: 'Silent' };
  if (last === null) return { tone: 'idle', shape: '○', word: 'Nothing came yet' };
  return { tone: 'good', shape: '✓', word: 'Receiving' };
}

export const PROVIDERS: Readonly<Record<Endpoint['provider'], string>> = {
  standard: 'Standard Webhooks',
  gmail: 'Gmail',
  microsoft_graph: 'Microsoft Graph',
  nylas: 'Nylas',
  emailengine: 'EmailEngine',
};

export const endpointName = ({ label, provider }: Pick<Endpoint, 'label' | 'provider'>): string =>
  label !== null && label !== '' ? label : PROVIDERS[provider];

/** Which mailbox its events are about. */
export const targetWords = (target: Endpoint['target']): string =>
  'match' in target
    ? `the mailbox that the event names by ${target.match === 'username' ? 'its user name' : 'your own id'}`
    : `always the mailbox ${target.credential_id}`;

/** The result of a delivery. `joined`: its job already existed, or is shared with other deliveries. */
export function outcomeOf({ verified, job_id: job, folded }: Pick<Delivery, 'verified' | 'job_id' | 'folded'>): State {
  if (!verified) return { tone: 'bad', shape: '✕', word: 'Refused' };
  if (job === null) return { tone: 'idle', shape: '○', word: 'No job' };
  return { tone: 'good', shape: '✓', word: folded ? 'Joined a job' : 'Made a job' };
}
