import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEraser } from '../../functions/adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { EVENTS } from '../../functions/adapters/dynamodb/tables.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

/** The eraser on its own tables, with the versions it deleted, in order, and an optional fault. */
async function world() {
  const { EVENTS_TABLE: events, VIEWS_TABLE: views } = await engine.createTables();
  const plain = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const deleted: number[] = [];
  const refused = new Set<number>();
  plain.middlewareStack.add(
    (next) => async (args) => {
      const { Key }: { Key?: Record<string, { N?: string }> } = JSON.parse(JSON.stringify(args.input));
      const version = Number(Key?.[EVENTS.sortKey]?.N ?? 0);
      if (refused.has(version)) throw new Error(`refused ${version}`);
      const answer = await next(args);
      deleted.push(version);
      return answer;
    },
    { step: 'serialize' },
  );
  const log = dynamoEventLog(engine.client, events, ids);
  return {
    deleted,
    refused,
    log,
    views: dynamoViews(engine.client, views),
    eraser: dynamoEraser(DynamoDBDocumentClient.from(plain), { events, views }),
    async stream(length: number, id = ids.next('job')) {
      for (let version = 1; version <= length; version += 1) {
        const event = { type: 'JobReleased', data: {} };
        const actor = { kind: 'system', id: 'test' } as const;
        await log.append([
          { streamId: id, version, accountId: 'acc_one', actor, at: '2026-11-01T00:00:00.000Z', event },
        ]);
      }
      return { id, events: await log.read(id) };
    },
    versions: async (id: string) => (await log.read(id)).map(({ version }) => version),
  };
}

describe('an eraser', () => {
  it('deletes the given events, in any order, and nothing else', async () => {
    const { eraser, stream, versions } = await world();
    const one = await stream(12);
    const other = await stream(3);
    await eraser.eraseStream(one.id, one.events.filter(({ version }) => version !== 7).toReversed());
    expect(await versions(one.id)).toEqual([7]);
    expect(await versions(other.id)).toEqual([1, 2, 3]);
    await eraser.eraseStream(one.id, one.events);
    expect(await versions(one.id)).toEqual([]);
  });

  it.each([1, 2, 3, 30])(
    'deletes the first and the last event at the end, for a stream of %i events',
    async (length) => {
      const { eraser, stream, deleted } = await world();
      const { id, events } = await stream(length);
      await eraser.eraseStream(id, events.toReversed());
      expect(new Set(deleted)).toEqual(new Set(events.map(({ version }) => version)));
      expect(deleted).toHaveLength(length);
      expect(deleted.slice(-2)).toEqual(length === 1 ? [1] : [1, length]);
    },
  );

  it.each([1, 4, 9])('fails when event %i cannot be deleted, and then the last event still exists', async (version) => {
    const { eraser, stream, refused, versions } = await world();
    const { id, events } = await stream(9);
    refused.add(version);
    await expect(eraser.eraseStream(id, events)).rejects.toThrow(`refused ${version}`);
    const left = await versions(id);
    expect(left).toContain(version);
    expect(left.at(-1)).toBe(9);
    refused.clear();
    await eraser.eraseStream(id, await stream(0, id).then((rest) => rest.events));
    expect(await versions(id)).toEqual([]);
  });

  it('may be called again, for deleted events and for none', async () => {
    const { eraser, stream, versions } = await world();
    const { id, events } = await stream(3);
    await eraser.eraseStream(id, events);
    await eraser.eraseStream(id, events);
    await eraser.eraseStream(id, []);
    expect(await versions(id)).toEqual([]);
  });

  it('keeps an event that replaced a given one', async () => {
    const { eraser, stream, versions } = await world();
    const { id, events } = await stream(3);
    await eraser.eraseStream(id, events);
    await stream(2, id);
    await eraser.eraseStream(id, events);
    expect(await versions(id)).toEqual([1, 2]);
  });

  it('removes a row only at exactly this version', async () => {
    const { eraser, views } = await world();
    const rows = ['job_1', 'job_2'].map((id) => ({ row: { id, v: 4, go: 'deleted#user#0', od: 'x' }, replaces: null }));
    for (const row of rows) await views.write(row);
    const left = async () => [...(await views.get(['job_1', 'job_2'], { consistent: true })).keys()].sort();
    await eraser.removeRow('job_1', 3);
    await eraser.removeRow('job_1', 5);
    await eraser.removeRow('job_3', 4);
    expect(await left()).toEqual(['job_1', 'job_2']);
    await eraser.removeRow('job_1', 4);
    await eraser.removeRow('job_1', 4);
    expect(await left()).toEqual(['job_2']);
  });
});
