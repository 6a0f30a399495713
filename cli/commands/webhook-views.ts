/** How webhook endpoints and their deliveries look to people. */
import type { Schemas } from '../../client/index.ts';
import { age, count } from '../output/ages.ts';
import { asText } from '../output/fields.ts';
import type { Line } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { shortAction } from './job-views.ts';

type Endpoint = Schemas['WebhookEndpoint'];

const isSilent = ({ silent_since: since }: Endpoint): boolean => since !== null;

export const ENDPOINT_COLUMNS: readonly Column<Endpoint>[] = [
  { title: 'ENDPOINT', value: ({ id }) => id },
  { title: 'PROVIDER', value: ({ provider }) => provider, least: 8 },
  { title: 'ACTION', value: ({ action }) => shortAction(action), least: 8 },
  { title: 'STATE', value: (each) => (!each.enabled ? 'disabled' : isSilent(each) ? 'silent' : 'enabled') },
  { title: 'LAST', value: ({ last_delivery_at: at }) => age(at) },
];

export const DELIVERY_COLUMNS: readonly Column<Schemas['Delivery']>[] = [
  { title: 'AT', value: ({ at }) => at.slice(5, 19).replace('T', ' ') },
  { title: 'EVENT', value: ({ event_type: type }) => type, least: 8 },
  { title: 'VERIFIED', value: ({ verified }) => (verified ? 'yes' : 'no') },
  { title: 'REASON', value: ({ reason }) => reason, least: 6 },
  { title: 'JOB', value: ({ job_id: id }) => id },
];

export function endpointLines(endpoint: Endpoint): Line[] {
  return [
    ['endpoint', endpoint.id],
    ['url', endpoint.url],
    ['provider', endpoint.provider],
    ['target', asText(endpoint.target)],
    ['action', endpoint.action],
    ['payload', asText(endpoint.payload)],
    ['enabled', endpoint.enabled ? 'yes' : 'no'],
    ['event types', endpoint.event_types?.join(', ') ?? null],
    ['silent after', endpoint.silent_after],
    ['silent since', endpoint.silent_since],
    ['label', endpoint.label],
    ['last event', endpoint.last_delivery_at],
    ['version', endpoint.version],
  ];
}

/** How many deliveries came in the last 24 hours. */
export function dayLines({ last_24h: day }: Schemas['WebhookEndpointWithCounts']): Line[] {
  const atLeast = day.exact ? '' : 'at least ';
  return [['last 24h', `${atLeast}${count(day.verified)} verified, ${count(day.refused)} refused`]];
}
