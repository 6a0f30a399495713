/** The cost of reading the present state, in the units that the real engine reports. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { dynamoSlots } from '../../functions/adapters/dynamodb/slots.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { retryJob } from '../../functions/api/jobs/commands.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { fromViews } from '../../functions/streams/current.ts';
import { receive } from '../../functions/webhooks/receive.ts';
import { refusalCounter } from '../../functions/webhooks/refusals.ts';
import { CREDENTIAL, failedWith, iso, requested, started, T0 } from '../domain/job/job-stream.ts';
import { noServers } from '../fixtures/connections.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { noQuotas } from '../fixtures/no-quotas.ts';

const consumed = z.object({
  ConsumedCapacity: z.union([
    z.object({ CapacityUnits: z.number() }),
    z.array(z.object({ CapacityUnits: z.number() })),
  ]),
});

let engine: Dynoxide;
let plain: DynamoDBClient;
let units = 0;
/** The requests, as `<command> <key>`. */
let requests: string[] = [];
const requestSchema = z.object({
  ExpressionAttributeValues: z.object({ ':s': z.string() }).optional().catch(undefined),
  Item: z.object({ stream_id: z.string() }).optional().catch(undefined),
});
beforeAll(async () => {
  engine = await startDynoxide();
  plain = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  plain.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { ExpressionAttributeValues: values, Item } = requestSchema.parse(args.input);
        requests.push(`${commandName} ${values?.[':s'] ?? Item?.stream_id ?? ''}`.trim());
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { ConsumedCapacity } = consumed.parse(result.output);
        units += [ConsumedCapacity].flat().reduce((sum, each) => sum + each.CapacityUnits, 0);
        return result;
      },
    { step: 'initialize' },
  );
});
afterAll(async () => {
  plain?.destroy();
  await engine?.stop();
});

async function world() {
  const tables = await engine.createTables();
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  const views = dynamoViews(client, tables.VIEWS_TABLE);
  const log = fromViews(dynamoEventLog(client, tables.EVENTS_TABLE, ids), views);
  const project = async (streamId: string): Promise<void> => {
    const pause = async (): Promise<void> => {};
    const { failed } = await projectOnce(await log.read(streamId), { log, views, pause });
    expect(failed).toEqual([]);
  };
  const put = async (streamId: string, version: number, event: DomainEvent): Promise<void> => {
    const actor = { kind: 'user', id: 'ann' } as const;
    await log.append([{ streamId, version, accountId: 'acc_1', actor, at: iso(T0 + version), event }]);
  };
  /** The read units of this work, as the engine reports them. */
  const cost = async (run: () => Promise<unknown>): Promise<number> => {
    units = 0;
    await run();
    return units;
  };
  return { log, views, project, put, cost, client, tables };
}

/** After so many events of this kind, all but the last projected: the row may be behind. */
async function grown(first: DomainEvent, change: DomainEvent, streamId: string, changes: number) {
  const all = await world();
  await all.put(streamId, 1, first);
  for (let version = 2; version <= changes; version += 1) await all.put(streamId, version, change);
  await all.project(streamId);
  await all.put(streamId, changes + 1, change);
  return all;
}

describe('after 300 changes the costs are the same as after 3', () => {
  const endpoint = ids.derive('whk', ['grown']);
  const asked = { action: 'imap_sync_messages', payload: { folder: 'INBOX', full: false } };
  const created = {
    type: 'WebhookEndpointCreated',
    data: {
      provider: 'standard',
      target: { credential_id: CREDENTIAL },
      ...asked,
      event_types: null,
      enabled: true,
      silent_after: null,
    },
  };
  const updated = {
    type: 'WebhookEndpointUpdated',
    data: { changes: { ...asked, enabled: true }, fields: ['action', 'enabled', 'payload'] },
  };

  it('an unsigned webhook request costs the same few read units', async () => {
    const costs: number[] = [];
    for (const changes of [3, 300]) {
      const { log, cost } = await grown(created, updated, endpoint, changes);
      const ports = {
        log,
        ids,
        webhooks: { open: async () => ({ settings: {}, secrets: [Buffer.alloc(32).toString('base64')] }) },
        finder: { find: async () => [] },
        verifyToken: async () => null,
        refusals: refusalCounter(() => {}),
        now: () => T0,
      };
      const request = { method: 'POST', headers: {}, query: {}, body: Buffer.from('{}') } as const;
      // The first refused request within ten minutes writes a sample.
      await receive(endpoint, request, T0, ports);
      costs.push(
        await cost(async () => expect(await receive(endpoint, request, T0, ports)).toMatchObject({ kind: 'refused' })),
      );
    }
    const [few, many] = costs;
    expect(many).toBe(few);
    expect(many).toBeLessThanOrEqual(2);
  });

  it('a job costs the same few read units, and is the same job', async () => {
    const jobId = ids.derive('job', ['grown']);
    const change = { type: 'JobUpdated', data: { changes: { payload: { folder: 'INBOX' }, labels: ['a', 'b'] } } };
    const costs: number[] = [];
    for (const changes of [3, 300]) {
      const { log, cost } = await grown(requested(), change, jobId, changes);
      costs.push(await cost(() => log.current(jobId)));
      expect(foldJob(await log.current(jobId))).toEqual(foldJob(await log.read(jobId)));
      expect(await cost(() => log.read(jobId))).toBeGreaterThan(changes === 300 ? 10 : 0);
    }
    expect(costs[1]).toBe(costs[0]);
    expect(costs[1]).toBeLessThanOrEqual(2);
  });
});

describe('a retry', () => {
  const jobId = ids.derive('job', ['retried']);
  const account = 'acc_1';
  const added = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };

  it.each([
    [null, ['BatchGetItemCommand', `QueryCommand ${jobId}`]],
    // Only all events of the job show whether the key was used before.
    ['key-1', [`QueryCommand ${jobId}`]],
  ])(
    'with the Idempotency-Key %j costs one read of the job, one append and the reads of its reply',
    async (key, read) => {
      const { log, views, put, project, client, tables } = await world();
      await put(CREDENTIAL, 1, added);
      for (const [at, event] of [requested(), started(), failedWith('auth_failed', null)].entries())
        await put(jobId, at + 1, event);
      for (const id of [CREDENTIAL, jobId]) await project(id);
      const ports = {
        ...{ log, views, ids, quotas: noQuotas, serversOf: noServers, fingerprint: async (text: string) => text },
        leases: dynamoLeases(client, tables.LEASES_TABLE),
        slots: dynamoSlots(client, tables.LEASES_TABLE),
      };
      requests = [];
      const reply = await retryJob(ports).run({
        ...{ requestId: 'request-1', now: T0 + 60_000, path: `/api/jobs/${jobId}`, origin: 'https://api.test' },
        ...{ accountId: '', accounts: [account], actor: { uid: 'ann', role: 'owner' } },
        headers: { idempotencyKey: key, ifMatch: null, ifNoneMatch: null, waitMs: 0 },
        ...{ params: { job_id: jobId }, query: new Map(), body: {} },
      });
      expect(reply.status).toBe(202);
      const shown = [
        'BatchGetItemCommand',
        `QueryCommand ${CREDENTIAL}`,
        'BatchGetItemCommand',
        `QueryCommand ${account}`,
      ];
      const slots = ['GetItemCommand', 'GetItemCommand'];
      expect(requests.toSorted()).toEqual([...read, ...shown, ...slots, `PutItemCommand ${jobId}`].toSorted());
      expect(requests.at(-1)).toBe(`PutItemCommand ${jobId}`);
    },
  );
});
