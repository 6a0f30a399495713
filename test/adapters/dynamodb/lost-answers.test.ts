/**
 * A write succeeds, its answer is lost, and the SDK retries: the second try finds the result of the first one. The
 * writer must not take that for another writer's result.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCoalescing } from '../../../functions/adapters/dynamodb/coalescing.ts';
import { dynamoCounters } from '../../../functions/adapters/dynamodb/counters.ts';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { dynamoEventLog } from '../../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../../functions/adapters/dynamodb/leases.ts';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { dynamoSlots } from '../../../functions/adapters/dynamodb/slots.ts';
import { dynamoViews } from '../../../functions/adapters/dynamodb/views.ts';
import { dynamoWebhookVault } from '../../../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { dynamoCursorSeal } from '../../../functions/adapters/kms/cursor-seal.ts';
import { placeOf } from '../../../functions/domain/views/count-changes.ts';
import type { NewEvent } from '../../../functions/ports/event-log.ts';
import { type Dynoxide, startDynoxide, type TableNames } from '../../fixtures/dynoxide.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';
import { type TappedEngine, tapEngine } from '../../fixtures/tapped-engine.ts';

let engine: Dynoxide;
let local: LocalVault;
let tapped: TappedEngine;
let tables: TableNames;
beforeAll(async () => {
  [engine, local] = await Promise.all([startDynoxide(), startVault()]);
  tapped = await tapEngine(engine);
  tables = await engine.createTables();
});
afterAll(async () => {
  await tapped?.stop();
  await Promise.all([engine?.stop(), local?.stop()]);
});

/** Runs a write whose answer is lost, and makes sure that it was tried again. */
async function withLostAnswer<Result>(operation: string, write: () => Promise<Result>): Promise<Result> {
  const before = tapped.requests.length;
  tapped.loseAnswer(operation);
  const result = await write();
  const tries = tapped.requests.slice(before).filter((request) => request.operation === operation);
  expect(tries.length).toBeGreaterThan(1);
  return result;
}

const isTransaction = ({ operation }: { readonly operation: string }) => operation === 'TransactWriteItems';
const NOW = 1_000_000;
const event = (streamId: string, version = 1): NewEvent => ({
  streamId,
  version,
  accountId: 'acc_one',
  actor: { kind: 'user', id: 'tester' },
  at: '2026-11-01T00:00:00.000Z',
  event: { type: 'TaskCreated', data: {} },
});

describe('the event log after a lost answer', () => {
  const log = () => dynamoEventLog(tapped.client, tables.EVENTS_TABLE, ids);

  it('reports its own event as appended', async () => {
    const stream = ids.next('tsk');
    expect(await withLostAnswer('PutItem', () => log().append([event(stream)]))).toEqual({ kind: 'appended' });
    expect(await log().read(stream)).toHaveLength(1);
  });

  it('reports its own events of several streams as appended', async () => {
    const [one, other] = [ids.next('tsk'), ids.next('job')];
    const append = () => log().append([event(one), event(other)]);
    expect(await withLostAnswer('TransactWriteItems', append)).toEqual({ kind: 'appended' });
    expect([await log().read(one), await log().read(other)].map(({ length }) => length)).toEqual([1, 1]);
    // The engine recognises a repeated transaction by its token for ten minutes. After that, the items that exist
    // show that it succeeded.
    const { TransactItems } = JSON.parse(tapped.requests.findLast(isTransaction)?.body ?? '{}');
    for (const { Put } of TransactItems) expect(Put).toMatchObject({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
  });

  it('reports a conflict when the same event was appended by another call', async () => {
    const stream = ids.next('tsk');
    await log().append([event(stream)]);
    const again = await withLostAnswer('PutItem', () => log().append([event(stream)]));
    expect(again).toEqual({ kind: 'conflict', streamId: stream });
  });
});

describe('leases, slots and coalescing after a lost answer', () => {
  it('a renewed lease counts as renewed, and a taken lease as taken', async () => {
    const leases = dynamoLeases(tapped.client, tables.LEASES_TABLE);
    expect(await withLostAnswer('UpdateItem', () => leases.renew('a', NOW, NOW + 40, null))).toBe(true);
    expect(await withLostAnswer('UpdateItem', () => leases.take('a', NOW + 40))).toBe(true);
  });

  it('a request is sent five times before it fails', async () => {
    const leases = dynamoLeases(tapped.client, tables.LEASES_TABLE);
    const before = tapped.requests.length;
    for (let n = 0; n < 4; n += 1) tapped.loseAnswer('UpdateItem');
    expect(await leases.renew('b', NOW, NOW + 40, null)).toBe(true);
    expect(tapped.requests.slice(before)).toHaveLength(5);
  });

  it('a taken slot belongs to its owner, who gets no second one', async () => {
    const slots = dynamoSlots(tapped.client, tables.LEASES_TABLE);
    const take = (owner: string) => slots.take('pc_1', owner, 2, NOW, NOW + 40);
    expect(await withLostAnswer('UpdateItem', () => take('a'))).toMatchObject({ owner: 'a', number: 0 });
    expect(await take('b')).toMatchObject({ owner: 'b', number: 1 });
    expect(await take('c')).toBeNull();
  });

  it('a recorded job counts as recorded', async () => {
    const jobs = dynamoCoalescing(tapped.client, tables.LEASES_TABLE);
    expect(await withLostAnswer('UpdateItem', () => jobs.replace('w', null, 'job_1', NOW))).toBe(true);
    expect(await withLostAnswer('UpdateItem', () => jobs.replace('w', 'job_1', 'job_2', NOW))).toBe(true);
    expect(await jobs.latest('w')).toBe('job_2');
  });
});

describe('mailbox records and blocks after a lost answer', () => {
  const store = () => dynamoMailStore(tapped.client, tables.MAIL_TABLE);

  it('a record that was added, stored, replaced or renamed has the written content', async () => {
    const mail = store();
    const credentialId = ids.next('pc');
    const added = await withLostAnswer('PutItem', () => mail.addMailbox(storedMailbox(credentialId, 'A')));
    const put = await withLostAnswer('UpdateItem', () => mail.putMailbox({ ...added, mailboxId: 'm1' }));
    expect(put).toEqual({ ...added, mailboxId: 'm1', version: 2 });
    if (put === null) throw new Error('not stored');
    const later = { ...storedMailbox(credentialId, 'A'), firstSeenAt: '2026-11-02T00:00:00.000Z' };
    const replaced = await withLostAnswer('PutItem', () => mail.replaceMailbox(put, later));
    expect(replaced).toMatchObject({ version: 3, doubt: 0, firstSeenAt: later.firstSeenAt });
    expect(await mail.mailboxes(credentialId)).toEqual([replaced]);
  });

  it('of two workers with the same record only one stores it, even without an answer', async () => {
    const mail = store();
    const record = await mail.addMailbox(storedMailbox(ids.next('pc'), 'A'));
    const same = { ...record, mailboxId: 'm1' };
    expect(await withLostAnswer('UpdateItem', () => mail.putMailbox(same))).not.toBeNull();
    expect(await mail.putMailbox(same)).toBeNull();
  });

  it('a block that reaches beyond its window is stored once', async () => {
    const mail = store();
    const record = await mail.addMailbox(storedMailbox(ids.next('pc'), 'A'));
    const generation = { mailboxKey: record.key, uidValidity: 7 };
    const messages = Array.from({ length: 20 }, (_, at) => storedMessage(record, 64 + at));
    const before = tapped.requests.length;
    await withLostAnswer('PutItem', () => mail.replaceMessages(generation, [[64, 83]], messages));
    const puts = tapped.requests.slice(before).filter(({ operation }) => operation === 'PutItem');
    expect(new Set(puts.map(({ body }) => body)).size).toBe(1);
    expect(await mail.messagesOf(generation, [[64, 83]])).toEqual(messages);
  });

  it('traces of moves are stored, or read again by a worker whose write failed', async () => {
    const mail = store();
    const credentialId = ids.next('pc');
    const { version } = await mail.traces(credentialId);
    const noted = { version, traces: { generation: 1, removed: [], added: [] } };
    await withLostAnswer('PutItem', () => mail.putTraces(credentialId, noted));
    expect((await mail.traces(credentialId)).version).toBe(version + 1);
  });
});

describe('secrets after a lost answer', () => {
  it('a stored credential counts as stored, and a change as done', async () => {
    const vault = dynamoCredentialVault(tapped.client, tables.SECRETS_TABLE, local.vault);
    const connection = {
      id: 'pc_one',
      account_id: 'acc_one',
      host: 'imap.example.com',
      port: 993,
      security_mode: 'ssl_tls',
      auth_kind: 'password',
      tls_ca_pem: null,
      max_connections: 3,
      username_masked: 'a…e@example.com',
      label: null,
      external_ref: null,
      generation: 1,
      last_used_at: null,
      last_synced_at: null,
    } as const;
    const secret = { username: 'alice@example.com', password: 'hush' };
    expect(await withLostAnswer('PutItem', () => vault.put(connection, secret, 'print'))).toBe('stored');
    const update = () => vault.update('pc_one', { version: 2, generation: 2 }, { label: 'x' });
    expect(await withLostAnswer('UpdateItem', update)).toBe(true);
    expect((await vault.read('pc_one'))?.connection).toMatchObject({ label: 'x', generation: 2 });
  });

  it("an endpoint's stored secret counts as stored, and is rotated once per rotation", async () => {
    const webhooks = dynamoWebhookVault(tapped.client, tables.SECRETS_TABLE, local.vault, () => NOW);
    const fields = { id: 'whk_1', account_id: 'acc_1', label: null, settings: {} };
    const put = () => webhooks.put(fields, 'secret-1', 'print');
    expect(await withLostAnswer('PutItem', put)).toBe('stored');
    expect(await put()).toBe('earlier');
    expect(await webhooks.put(fields, 'secret-1', 'another print')).toBe('other');
    const rotate = () => webhooks.rotate('whk_1', 'secret-2', NOW + 1_000, 2);
    expect(await withLostAnswer('UpdateItem', rotate)).toBe('rotated');
    expect((await webhooks.open('whk_1'))?.secrets).toEqual(['secret-2', 'secret-1']);
  });

  it('a cursor key that was created is used by all callers', async () => {
    const mine = dynamoCursorSeal(tapped.client, tables.VIEWS_TABLE, local.vault);
    const print = await withLostAnswer('PutItem', () => mine.fingerprint('x'));
    expect(await dynamoCursorSeal(engine.client, tables.VIEWS_TABLE, local.vault).fingerprint('x')).toBe(print);
  });
});

describe('views after a lost answer', () => {
  const row = (id: string, v = 1) => ({ id, v, b: {}, ga: 'job#acc_one', s: `2026#${id}` });

  it('a written row is at its version, even if its writer got no answer', async () => {
    const views = dynamoViews(tapped.client, tables.VIEWS_TABLE);
    await withLostAnswer('PutItem', () => views.write({ row: row('job_1'), replaces: null }));
    expect((await views.get(['job_1'], { consistent: true })).get('job_1')?.v).toBe(1);
  });

  it('counters are added once', async () => {
    const views = dynamoViews(tapped.client, tables.VIEWS_TABLE);
    const counters = dynamoCounters(tapped.client, tables.VIEWS_TABLE, Date.now);
    const changes = [{ place: placeOf('1'), names: new Map([['s:queued', 1]]) }];
    expect(await withLostAnswer('UpdateItem', () => counters.add('cnt#acc_lost#0', 'shard', changes))).toBe(0);
    const counted = await views.counters(['cnt#acc_lost#0'], { consistent: true });
    expect(counted.get('cnt#acc_lost#0')?.get('s:queued')).toBe(1);
  });
});
