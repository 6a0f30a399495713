/**
 * Finds references across accounts: tasks, webhook endpoints and jobs that name a credential of another account.
 * Earlier releases, without the check of the path's account, could make them. Nothing is written. A job's and a task's
 * credential never changes, so the first event names it; an endpoint is folded, because its target can change.
 */
import { crossesAccounts } from '../domain/account/tenancy.ts';
import { foldCredential } from '../domain/credential/history.ts';
import type { Envelope } from '../domain/event/event.ts';
import { recordedJobEventSchema } from '../domain/job/events.ts';
import { foldJob } from '../domain/job/history.ts';
import { foldTask, recordedTaskEventSchema } from '../domain/task/task.ts';
import { foldWebhookEndpoint } from '../domain/webhook/endpoint.ts';
import type { EventLog } from '../ports/event-log.ts';

export type Crossing = {
  readonly kind: 'task' | 'webhook_endpoint' | 'job';
  readonly id: string;
  readonly account_id: string;
  readonly credential_id: string;
  readonly credential_account_id: string;
  /** A job's status, whether a task's schedule is active, or whether an endpoint is enabled. */
  readonly state: string;
};

export const MAKERS = ['TaskCreated', 'WebhookEndpointCreated', 'JobRequested'] as const;

export type CrossingPorts = {
  readonly log: Pick<EventLog, 'read'>;
  /** First events of the types in `MAKERS`, in one of `parts` segments of the log. */
  firstEvents(part: number, parts: number): AsyncIterable<Envelope>;
};

/** Every reference across accounts that is not deleted, one after the other. Throws when the log does not answer. */
export async function* crossings(ports: CrossingPorts, parts: number): AsyncGenerator<Crossing> {
  const owners = new Map<string, string | null>();
  for (let part = 0; part < parts; part += 1)
    for await (const event of ports.firstEvents(part, parts)) {
      const found = await crossingOf(event, owners, ports);
      if (found !== null) yield found;
    }
}

async function crossingOf(
  first: Envelope,
  owners: Map<string, string | null>,
  { log }: CrossingPorts,
): Promise<Crossing | null> {
  const endpoint =
    first.type === 'WebhookEndpointCreated' ? foldWebhookEndpoint(await log.read(first.stream_id)) : null;
  const credentialId = endpoint === null ? namedBy(first) : targetOf(endpoint.target);
  if (credentialId === null) return null;
  const owner = await ownerOf(credentialId);
  if (owner === null || !crossesAccounts(first, { account_id: owner })) return null;
  const thing = endpoint === null ? await stateOf(first.stream_id) : ofEndpoint(endpoint);
  if (thing === null) return null;
  const { stream_id: id, account_id } = first;
  return { ...thing, id, account_id, credential_id: credentialId, credential_account_id: owner };

  async function ownerOf(id: string): Promise<string | null> {
    const known = owners.get(id);
    if (known !== undefined) return known;
    const account = foldCredential(await log.read(id, 0, 1))?.account_id ?? null;
    owners.set(id, account);
    return account;
  }

  async function stateOf(id: string): Promise<Pick<Crossing, 'kind' | 'state'> | null> {
    const history = await log.read(id);
    if (first.type === 'JobRequested') {
      const job = foldJob(history);
      return job === null || job.deleted ? null : { kind: 'job', state: job.status };
    }
    const task = foldTask(history);
    if (task === null || task.deleted) return null;
    const isOn = task.schedule !== null && task.paused === null && task.suspended === null;
    return { kind: 'task', state: isOn ? 'scheduled' : 'not scheduled' };
  }
}

function namedBy(first: Envelope): string | null {
  if (first.type === 'JobRequested') {
    const event = recordedJobEventSchema.parse(first);
    return event.type === 'JobRequested' ? event.data.credential_id : null;
  }
  if (first.type !== 'TaskCreated') return null;
  const event = recordedTaskEventSchema.parse(first);
  return event.type === 'TaskCreated' ? event.data.target_credential_id : null;
}

type Endpoint = NonNullable<ReturnType<typeof foldWebhookEndpoint>>;

const targetOf = (target: Endpoint['target']): string | null =>
  'credential_id' in target ? target.credential_id : null;

const ofEndpoint = ({ deleted, enabled }: Endpoint): Pick<Crossing, 'kind' | 'state'> | null =>
  deleted ? null : { kind: 'webhook_endpoint', state: enabled ? 'enabled' : 'disabled' };
