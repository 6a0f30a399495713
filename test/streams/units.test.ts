/** What the present state costs, by what the real engine says it consumed. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { fromViews } from '../../functions/streams/current.ts';
import { receive } from '../../functions/webhooks/receive.ts';
import { refusalCounter } from '../../functions/webhooks/refusals.ts';
import { CREDENTIAL, iso, requested, T0 } from '../domain/job/job-stream.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';

const consumed = z.object({
  ConsumedCapacity: z.union([
    z.object({ CapacityUnits: z.number() }),
    z.array(z.object({ CapacityUnits: z.number() })),
  ]),
});

let engine: Dynoxide;
let plain: DynamoDBClient;
let units = 0;
beforeAll(async () => {
  engine = await startDynoxide();
  plain = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  plain.middlewareStack.add(
    (next) => async (args) => {
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
    const { failed } = await projectOnce(await log.read(streamId), { log, views, shard: 0, pause });
    expect(failed).toEqual([]);
  };
  const put = async (streamId: string, version: number, event: DomainEvent): Promise<void> => {
    const actor = { kind: 'user', id: 'ann' } as const;
    await log.append([{ streamId, version, accountId: 'acc_1', actor, at: iso(T0 + version), event }]);
  };
  /** Read units of this, by the engine. */
  const cost = async (run: () => Promise<unknown>): Promise<number> => {
    units = 0;
    await run();
    return units;
  };
  return { log, project, put, cost };
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

describe('after 300 changes as after 3', () => {
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
      // The first one of ten minutes writes a sample.
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
