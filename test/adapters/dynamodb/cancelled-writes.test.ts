/** Conflicts between transactions, which the local engine never reports: they are injected or simulated. */
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../../functions/adapters/dynamodb/leases.ts';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { dynamoScheduleRuns } from '../../../functions/adapters/dynamodb/schedule-runs.ts';
import { dynamoViews } from '../../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import type { NewEvent } from '../../../functions/ports/event-log.ts';
import { isThrottled } from '../../../functions/ports/throttling.ts';
import { type Dynoxide, startDynoxide, type TableNames } from '../../fixtures/dynoxide.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { type TappedEngine, tapEngine } from '../../fixtures/tapped-engine.ts';

let engine: Dynoxide;
let tapped: TappedEngine;
let tables: TableNames;
beforeAll(async () => {
  engine = await startDynoxide();
  tapped = await tapEngine(engine);
  tables = await engine.createTables();
});
afterAll(async () => {
  await tapped?.stop();
  await engine?.stop();
});

const stub = () => mockClient(engine.client);
let mock: ReturnType<typeof stub> | null = null;
afterEach(() => {
  mock?.restore();
  mock = null;
});
/** The engine cancels every transaction for these reasons. */
function cancelAll(...codes: readonly string[]) {
  mock = stub();
  mock.on(TransactWriteCommand).callsFake(() => {
    const CancellationReasons = codes.map((Code) => ({ Code }));
    throw new TransactionCanceledException({ message: 'no', $metadata: {}, CancellationReasons });
  });
  return mock;
}

const row = (id: string, v = 1) => ({ id, v, b: {}, ga: 'job#acc_one', s: `2026#${id}` });
const event = (streamId: string, version = 1): NewEvent => ({
  streamId,
  version,
  accountId: 'acc_one',
  actor: { kind: 'user', id: 'tester' },
  at: '2026-11-01T00:00:00.000Z',
  event: { type: 'TaskCreated', data: {} },
});
const CONFLICT = 'TransactionConflictException';
const CANCELLED = 'TransactionCanceledException';

describe('a write of views', () => {
  const views = () => dynamoViews(tapped.client, tables.VIEWS_TABLE);

  it('waits for a transaction in progress', async () => {
    tapped.refuse('PutItem', CONFLICT, 2);
    expect(await views().write({ row: row('job_c'), replaces: null })).toBe('written');
  });

  it('that moves a row in the open index waits for a transaction in progress', async () => {
    const due = { ...row('job_d'), go: 'open#0', od: 'a#job_d' };
    await views().write({ row: due, replaces: null });
    tapped.refuse('UpdateItem', CONFLICT, 2);
    await views().reschedule('job_d', 1, 'b#job_d');
    const range = { newestFirst: false, limit: 10, above: null, below: null };
    expect((await views().page({ index: 'open', key: 'open#0', ...range })).entries).toEqual([
      { id: 'job_d', sort: 'b#job_d' },
    ]);
  });
});

describe('an append', () => {
  it('of one event waits for a transaction in progress', async () => {
    tapped.refuse('PutItem', CONFLICT, 2);
    const log = dynamoEventLog(tapped.client, tables.EVENTS_TABLE, ids);
    expect(await log.append([event(ids.next('tsk'))])).toEqual({ kind: 'appended' });
  });

  it('of several events waits for a transaction in progress, and writes each event once', async () => {
    tapped.refuse('TransactWriteItems', CANCELLED, 3);
    const log = dynamoEventLog(tapped.client, tables.EVENTS_TABLE, ids);
    const [one, other] = [ids.next('tsk'), ids.next('job')];
    expect(await log.append([event(one), event(other)])).toEqual({ kind: 'appended' });
    expect([await log.read(one), await log.read(other)].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('of several events names the conflicting stream, even if an earlier item conflicts with another transaction', async () => {
    cancelAll('TransactionConflict', 'ConditionalCheckFailed');
    const log = dynamoEventLog(engine.client, 't', ids);
    expect(await log.append([event('tsk_1'), event('job_1')])).toEqual({ kind: 'conflict', streamId: 'job_1' });
  });

  it("of several events counts as done if the item that fails the condition is this append's own", async () => {
    mock = stub();
    mock.on(TransactWriteCommand).callsFake(({ TransactItems: [first, second] }) => {
      const found = ({ Put }: { Put: { Item: Record<string, unknown> } }) =>
        marshall(Put.Item, { removeUndefinedValues: true });
      throw new TransactionCanceledException({
        message: 'no',
        $metadata: {},
        CancellationReasons: [
          { Code: 'TransactionConflict', Item: { ...found(first), append_id: { S: 'another' } } },
          { Code: 'ConditionalCheckFailed', Item: found(second) },
        ],
      });
    });
    const append = dynamoEventLog(engine.client, 't', ids).append([event('tsk_1'), event('job_1')]);
    expect(await append).toEqual({ kind: 'appended' });
  });

  it('of several events throws, and does not report a conflict, if a transaction is in progress at each try', async () => {
    const cancelled = cancelAll('TransactionConflict', 'None');
    const append = dynamoEventLog(engine.client, 't', ids).append([event('tsk_1'), event('job_1')]);
    await expect(append).rejects.toThrow(TransactionCanceledException);
    expect(cancelled.commandCalls(TransactWriteCommand).length).toBeGreaterThan(1);
  });
});

it('a scheduled run is stored although another transaction is in progress', async () => {
  const { LEASES_TABLE: leases, EVENTS_TABLE: events } = tables;
  const runs = dynamoScheduleRuns(tapped.client, { leases, events }, ids);
  const run = { due: '1', job_id: 'job_f', fired_at: null, skipped: 0, failures: 0, since: 's' };
  tapped.refuse('TransactWriteItems', CANCELLED, 2);
  const entry = { taskId: ids.next('tsk'), run, replaces: null, trigger: null, until: 1_000, taskVersion: 0 };
  expect(await runs.fire({ ...entry, job: event(ids.next('job')) })).toBe(true);
});

it('a lease is renewed although a transaction is in progress', async () => {
  tapped.refuse('UpdateItem', CONFLICT, 3);
  expect(await dynamoLeases(tapped.client, tables.LEASES_TABLE).renew('a', 1_000, 2_000, null)).toBe(true);
});

it('a write fails after five tries if a transaction is in progress at each of them', async () => {
  const before = tapped.requests.length;
  tapped.refuse('UpdateItem', CONFLICT, 5);
  const renewed = dynamoLeases(tapped.client, tables.LEASES_TABLE).renew('busy', 1_000, 2_000, null);
  await expect(renewed).rejects.toThrow(TransactionConflictException);
  expect(tapped.requests.slice(before)).toHaveLength(5);
  expect(await dynamoLeases(tapped.client, tables.LEASES_TABLE).read('busy')).toBeNull();
});

it('a write that fails for a reason other than a transaction is not retried', async () => {
  const before = tapped.requests.length;
  tapped.refuse('UpdateItem', 'ResourceNotFoundException');
  const renewed = dynamoLeases(tapped.client, tables.LEASES_TABLE).renew('gone', 1_000, 2_000, null);
  await expect(renewed).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(tapped.requests.slice(before)).toHaveLength(1);
});

it('a mailbox is renamed although another transaction is in progress', async () => {
  const mail = dynamoMailStore(tapped.client, tables.MAIL_TABLE);
  const credentialId = ids.next('pc');
  const record = await mail.addMailbox(storedMailbox(credentialId, 'A'));
  tapped.refuse('TransactWriteItems', CANCELLED, 2);
  const renamed = await mail.renameMailbox(record, 'B', record);
  expect(renamed).toMatchObject({ path: 'B', key: record.key });
  expect(await mail.mailboxes(credentialId)).toEqual([renamed]);
});

it('a rename that DynamoDB throttles is not reported as a conflict', async () => {
  const mail = dynamoMailStore(engine.client, tables.MAIL_TABLE);
  const credentialId = ids.next('pc');
  const record = await mail.addMailbox(storedMailbox(credentialId, 'A'));
  const cancelling = cancelAll('ThrottlingError', 'None');
  const renamed = await mail.renameMailbox(record, 'B', record).catch((error: unknown) => error);
  cancelling.restore();
  expect(isThrottled(renamed)).toBe(true);
  expect(await mail.mailboxes(credentialId)).toEqual([record]);
});
