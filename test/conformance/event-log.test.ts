import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { EventLog, NewEvent } from '../../functions/ports/event-log.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';

let engine: Dynoxide;
let table: string;
beforeAll(async () => {
  engine = await startDynoxide();
  table = (await engine.createTables()).EVENTS_TABLE;
});
afterAll(() => engine?.stop());

const event = (streamId: string, version: number, more: Partial<NewEvent> = {}): NewEvent => ({
  streamId,
  version,
  accountId: 'acc_one',
  actor: { kind: 'user', id: 'tester' },
  at: '2026-11-01T00:00:00.000Z',
  event: { type: 'TaskCreated', data: { version } },
  ...more,
});

const implementations: [string, () => EventLog][] = [
  ['the model in memory', memoryEventLog],
  ['DynamoDB', () => dynamoEventLog(engine.client, table, ids)],
];

describe.each(implementations)('an event log: %s', (_, make) => {
  it('returns the appended events, in order, and after a version', async () => {
    const log = make();
    const stream = ids.next('tsk');
    for (const version of [1, 2, 3]) expect(await log.append([event(stream, version)])).toEqual({ kind: 'appended' });
    expect((await log.read(stream)).map(({ version }) => version)).toEqual([1, 2, 3]);
    expect((await log.read(stream, 2)).map(({ version }) => version)).toEqual([3]);
    expect(await log.read(ids.next('tsk'))).toEqual([]);
  });

  it('gives a version to exactly one of many writers', async () => {
    const log = make();
    const stream = ids.next('tsk');
    const results = await Promise.all(Array.from({ length: 8 }, () => log.append([event(stream, 1)])));
    expect(results.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'conflict')).toHaveLength(7);
    expect(await log.read(stream)).toHaveLength(1);
  });

  it('appends to several streams all or nothing, and names the conflicting one', async () => {
    const log = make();
    const [one, other] = [ids.next('tsk'), ids.next('job')];
    await log.append([event(other, 1)]);
    expect(await log.append([event(one, 1), event(other, 1)])).toEqual({ kind: 'conflict', streamId: other });
    expect(await log.read(one)).toEqual([]);
    expect(await log.append([event(one, 1), event(one, 2), event(other, 2)])).toEqual({ kind: 'appended' });
    expect(await log.read(one)).toHaveLength(2);
  });

  it('stores the request and the urgency of events that have them, and of no other', async () => {
    const log = make();
    const stream = ids.next('job');
    await log.append([event(stream, 1, { requestId: 'request', urgent: true })]);
    await log.append([event(stream, 2, { urgent: false })]);
    const [first, second] = await log.read(stream);
    expect(first).toMatchObject({ request_id: 'request', urgent: true });
    expect(second).not.toHaveProperty('urgent');
    expect(second).not.toHaveProperty('request_id');
  });

  it('stores author, time and data', async () => {
    const log = make();
    const stream = ids.next('job');
    await log.append([event(stream, 1, { credentialId: 'pc_x', commandId: 'command', fingerprint: 'print' })]);
    expect(await log.read(stream)).toMatchObject([
      {
        stream_id: stream,
        version: 1,
        schema: 1,
        account_id: 'acc_one',
        actor: { kind: 'user', id: 'tester' },
        credential_id: 'pc_x',
        command_id: 'command',
        fingerprint: 'print',
      },
    ]);
  });
});

describe('an append whose answer was lost', () => {
  const mock = () => mockClient(engine.client as DynamoDBDocumentClient);
  let faults: ReturnType<typeof mock> | null = null;
  afterEach(() => faults?.restore());

  it('counts as success when the stored event is our own', async () => {
    faults = mock();
    faults.on(PutCommand).callsFake(({ Item }) => {
      throw new ConditionalCheckFailedException({
        message: 'there',
        $metadata: {},
        Item: marshall(Item, { removeUndefinedValues: true }),
      });
    });
    expect(await dynamoEventLog(engine.client, table, ids).append([event('tsk_x', 1)])).toEqual({ kind: 'appended' });
  });

  it('is a conflict when another writer was first', async () => {
    faults = mock();
    faults.on(PutCommand).callsFake(({ Item }) => {
      throw new ConditionalCheckFailedException({
        message: 'there',
        $metadata: {},
        Item: marshall({ ...Item, append_id: 'another' }, { removeUndefinedValues: true }),
      });
    });
    expect(await dynamoEventLog(engine.client, table, ids).append([event('tsk_x', 1)])).toEqual({
      kind: 'conflict',
      streamId: 'tsk_x',
    });
  });

  it('is retried when another transaction was in progress, which the local engine never reports', async () => {
    faults = mock();
    let calls = 0;
    faults.on(TransactWriteCommand).callsFake(() => {
      calls += 1;
      if (calls < 3)
        throw new TransactionCanceledException({
          message: 'no',
          $metadata: {},
          CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
        });
      return {};
    });
    expect(await dynamoEventLog(engine.client, table, ids).append([event('tsk_x', 1), event('job_x', 1)])).toEqual({
      kind: 'appended',
    });
    expect(calls).toBe(3);
  });
});
