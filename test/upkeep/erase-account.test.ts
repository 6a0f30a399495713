import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAuditLog } from '../../functions/adapters/dynamodb/audit-log.ts';
import { dynamoCredentialVault } from '../../functions/adapters/dynamodb/credential-vault.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { firstEvents } from '../../functions/adapters/dynamodb/log-scan.ts';
import { dynamoMailStore } from '../../functions/adapters/dynamodb/mail-store.ts';
import { secretIds } from '../../functions/adapters/dynamodb/secret-scan.ts';
import { dynamoWebhookVault } from '../../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { foldAccount } from '../../functions/domain/account/account.ts';
import { isPaused } from '../../functions/domain/credential/admission.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { activeSchedule, foldTask } from '../../functions/domain/task/task.ts';
import { jobRow } from '../../functions/domain/views/job-view.ts';
import { type EraseOptions, type ErasePorts, eraseAccount } from '../../functions/upkeep/erase-account.ts';
import { readEraseOptions, UsageError } from '../../functions/upkeep/options.ts';
import { failedWith, iso, requested, started, succeeded, T0 } from '../domain/job/job-stream.ts';
import { connectionTo } from '../fixtures/connections.ts';
import type { TableNames } from '../fixtures/dynoxide.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { type LocalVault, startVault } from '../fixtures/kms.ts';
import { storedMailbox, storedMessage } from '../fixtures/stored-mail.ts';

let engine: Dynoxide;
let kms: LocalVault;
beforeAll(async () => {
  [engine, kms] = await Promise.all([startDynoxide(), startVault()]);
});
afterAll(async () => {
  await Promise.all([engine?.stop(), kms?.stop()]);
});

const MINE = 'acc_mine';
const OTHER = 'acc_other';
const NOW = T0 + 1_000_000;
const OPTIONS: EraseOptions = { accountId: MINE, reason: 'the contract ended', apply: true, parts: 2 };

/** Two accounts with one resource of each kind. */
async function world() {
  const tables = await engine.createTables();
  const { client } = engine;
  const log = dynamoEventLog(client, tables.EVENTS_TABLE, ids);
  const credentials = dynamoCredentialVault(client, tables.SECRETS_TABLE, kms.vault);
  const webhooks = dynamoWebhookVault(client, tables.SECRETS_TABLE, kms.vault);
  const mail = dynamoMailStore(client, tables.MAIL_TABLE);
  const things = { mine: await made(MINE), other: await made(OTHER) };

  async function made(accountId: string) {
    const id = (prefix: 'job' | 'tsk' | 'pc' | 'blk' | 'whk', name: string) => ids.derive(prefix, [accountId, name]);
    const credential = id('pc', 'one');
    const append = async (streamId: string, ...events: DomainEvent[]): Promise<void> => {
      const actor = { kind: 'user', id: 'ann' } as const;
      for (const [at, event] of events.entries())
        await log.append([
          { streamId, version: at + 1, accountId, actor, at: iso(T0 + at), credentialId: credential, event },
        ]);
    };
    const target = { credential_id: credential };
    const schedule = { every: '1h' };
    const task = { task_type: 'imap_sync_messages', target_credential_id: credential, payload: {} };
    const bulk = { action: 'retry', filter: null, job_ids: [], created_before: iso(T0), limit: null };
    const endpoint = { provider: 'standard', target, action: 'imap_sync_messages', payload: {}, event_types: null };
    await append(credential, { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } });
    await append(id('whk', 'one'), {
      type: 'WebhookEndpointCreated',
      data: { ...endpoint, enabled: true, silent_after: null },
    });
    await append(id('tsk', 'one'), { type: 'TaskCreated', data: { ...task, priority: 0, labels: ['x'], schedule } });
    await append(id('blk', 'one'), {
      type: 'BulkRequested',
      data: { ...bulk, reason: null, rate_per_second: 50, expected: 0 },
    });
    const job = requested({ credential_id: credential });
    await append(id('job', 'queued'), job);
    await append(id('job', 'running'), job, started());
    await append(id('job', 'ended'), job, started(), succeeded);
    await append(id('job', 'failed'), job, started(), failedWith('auth_failed', null));
    await append(id('job', 'deleted'), job, { type: 'JobDeleted', data: { reason: null } });
    const secret = { username: `${accountId}@example.test`, password: 'p' };
    await credentials.put(connectionTo(credential, accountId, 'mail.example.test', 993), secret, 'print');
    // A request that was interrupted before its event was stored.
    const orphan = id('pc', 'orphan');
    await credentials.put(connectionTo(orphan, accountId, 'mail.example.test', 993), secret, 'print');
    const fields = { id: id('whk', 'one'), account_id: accountId, label: null, settings: {} };
    await webhooks.put(fields, 'whsec', 'print');
    const record = await mail.addMailbox({ ...storedMailbox(credential, 'INBOX'), accountId });
    await mail.putMessages([1, 2, 3].map((uid) => storedMessage(record, uid)));
    return { credential, orphan, endpoint: id('whk', 'one'), task: id('tsk', 'one'), bulk: id('blk', 'one'), id };
  }

  const scan = async (table: string) =>
    (await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [];
  const everything = async () =>
    (await Promise.all([tables.EVENTS_TABLE, tables.SECRETS_TABLE, tables.MAIL_TABLE].map(scan))).flat();
  const ports: ErasePorts = {
    log,
    firstEvents: (part, parts, types) =>
      firstEvents(client, tables.EVENTS_TABLE, { part, parts, types, accountId: MINE }),
    secretIds: () => secretIds(client, tables.SECRETS_TABLE, MINE),
    credentials,
    webhooks,
    mail,
    now: () => NOW,
    onProgress: () => {},
  };
  return { tables, log, mail, ports, things, scan, everything, of: (account: string) => itemsOf(everything, account) };
}

async function itemsOf(everything: () => Promise<readonly Record<string, unknown>[]>, account: string) {
  return (await everything()).filter((item) => JSON.stringify(item).includes(account));
}

type World = Awaited<ReturnType<typeof world>>;

/** Data of the account that can still be used or read. */
async function expectErased({ log, mail, things, tables, scan }: World): Promise<void> {
  const { mine } = things;
  const secrets = await scan(tables.SECRETS_TABLE);
  const isNameless = ({ id, credentials }: Record<string, unknown>): boolean =>
    String(id).startsWith('match#') && credentials === undefined;
  expect(secrets.filter((row) => !isNameless(row)).map((row) => JSON.stringify(row))).not.toContainEqual(
    expect.stringMatching(new RegExp([MINE, mine.credential, mine.orphan, mine.endpoint].join('|'))),
  );
  const page = { limit: 10, after: null };
  expect((await mail.emails({ ...page, scope: { account: MINE } })).items).toEqual([]);
  const messages = (await scan(tables.MAIL_TABLE)).filter((row) => JSON.stringify(row).includes('Übersee'));
  expect(messages).toHaveLength(3);
  expect(JSON.stringify(messages)).not.toContain(mine.credential);
  const deleted = { deleted: true };
  for (const name of ['queued', 'running', 'ended', 'failed', 'deleted'])
    expect(foldJob(await log.read(mine.id('job', name)))).toMatchObject(deleted);
  const task = foldTask(await log.read(mine.task));
  expect(task).toMatchObject(deleted);
  expect(task === null ? null : activeSchedule(task)).toBeNull();
  for (const [id, type] of [
    [mine.credential, 'CredentialDeleted'],
    [mine.endpoint, 'WebhookEndpointDeleted'],
    [mine.task, 'TaskDeleted'],
    [mine.bulk, 'BulkAbortRequested'],
    [MINE, 'AccountErased'],
  ] as const)
    expect((await log.read(id)).at(-1)).toMatchObject({ type, actor: { kind: 'system', id: 'erasure' } });
  const account = foldAccount(await log.read(MINE));
  expect(account === null ? false : isPaused(account, NOW)).toBe(true);
}

describe('erase-account', () => {
  it('destroys secrets, mail metadata and jobs of the account, stops its schedules, and an event says so', async () => {
    const own = await world();
    const before = await own.of(OTHER);
    const report = await eraseAccount(OPTIONS, own.ports);
    expect(report).toMatchObject({
      credentials: { found: 1, done: 1 },
      webhook_endpoints: { found: 1, done: 1 },
      tasks: { found: 1, done: 1 },
      bulk_operations: { found: 1, done: 1 },
      jobs: { found: 5, done: 4 },
      ...{ mailboxes: 1, secrets: 3, failed: 0 },
    });
    await expectErased(own);
    expect((await own.log.read(MINE)).at(-1)?.data).toEqual({
      reason: 'the contract ended',
      ...{ credentials: 1, webhook_endpoints: 1, tasks: 1, jobs: 5 },
    });
    expect(await own.of(OTHER)).toEqual(before);
    expect(before.length).toBeGreaterThan(15);
  });

  it('shows the erasure in the audit of the account', async () => {
    const { ports, tables } = await world();
    await eraseAccount(OPTIONS, ports);
    const all = { accountId: MINE, newestFirst: true, limit: 100, above: null, below: null };
    const { records } = await dynamoAuditLog(engine.client, tables.EVENTS_TABLE).page(all);
    expect(records.map(({ event }) => event.type).toSorted()).toEqual([
      'AccountErased',
      'AccountPaused',
      'BulkAbortRequested',
      'CredentialDeleted',
      'TaskDeleted',
      'WebhookEndpointDeleted',
    ]);
  });

  it('deletes jobs as the system does, so that retention erases their events after 48 hours', async () => {
    const { ports, log, things } = await world();
    await eraseAccount(OPTIONS, ports);
    const job = foldJob(await log.read(things.mine.id('job', 'failed')));
    expect(job === null ? null : jobRow(job).go).toMatch(/^deleted#retention#/);
  });

  it('changes nothing without --apply, and counts what a run would do', async () => {
    const { ports, everything } = await world();
    const before = await everything();
    const report = await eraseAccount({ ...OPTIONS, apply: false }, ports);
    expect(report).toMatchObject({ jobs: { found: 5, done: 4 }, tasks: { done: 1 }, mailboxes: 1, secrets: 3 });
    expect(await everything()).toEqual(before);
  });

  it('appends no event in a second run', async () => {
    const { ports, scan, tables } = await world();
    await eraseAccount(OPTIONS, ports);
    const before = await scan(tables.EVENTS_TABLE);
    expect(await eraseAccount(OPTIONS, ports)).toMatchObject({ jobs: { found: 5, done: 0 }, secrets: 0, failed: 0 });
    expect(await scan(tables.EVENTS_TABLE)).toEqual(before);
  });

  it('names the resources that it cannot erase, erases all others, and does not record that the account is erased', async () => {
    const own = await world();
    const { ports, log, things } = own;
    const broken = things.mine.id('job', 'ended');
    const read: ErasePorts['log']['read'] = (id, ...more) =>
      id === broken ? Promise.reject(new Error('unreadable')) : log.read(id, ...more);
    const report = await eraseAccount(OPTIONS, { ...ports, log: { ...log, read } });
    expect(report).toMatchObject({ failed: 1, failures: [{ id: broken }], jobs: { done: 3 } });
    expect((await log.read(MINE)).map(({ type }) => type)).toEqual(['AccountPaused']);
    await eraseAccount(OPTIONS, ports);
    await expectErased(own);
  });

  it('decides again when others append at the same moment', async () => {
    const own = await world();
    const { ports, log } = own;
    let faster = 0;
    const append: ErasePorts['log']['append'] = async ([event, ...more]) => {
      if (event.event.type !== 'TaskDeleted' || faster > 0) return log.append([event, ...more]);
      faster += 1;
      const update = { type: 'TaskUpdated', data: { changes: { labels: [] } } };
      return log.append([{ ...event, event: update }]).then(() => log.append([event]));
    };
    await eraseAccount(OPTIONS, { ...ports, log: { ...log, append } });
    expect(faster).toBe(1);
    await expectErased(own);
  });
});

/** Ports that stop at the nth write: it is not made, or it is made and its answer is lost. */
function mortal(ports: ErasePorts, at: number, isMade: boolean) {
  let writes = 0;
  const died = Promise.withResolvers<void>();
  async function counted<Result>(work: () => Promise<Result>): Promise<Result> {
    writes += 1;
    if (writes < at) return work();
    if (writes === at && isMade) await work();
    died.resolve();
    return new Promise(() => {});
  }
  const { log, credentials, webhooks, mail } = ports;
  const dying: ErasePorts = {
    ...ports,
    log: { ...log, append: (events) => counted(() => log.append(events)) },
    credentials: { destroy: (id) => counted(() => credentials.destroy(id)) },
    webhooks: { destroy: (id) => counted(() => webhooks.destroy(id)) },
    mail: { ...mail, eraseCredential: (...args) => counted(() => mail.eraseCredential(...args)) },
  };
  return { dying, died: died.promise, writes: () => writes };
}

/**
 * The writes: the pause, three secrets, two of them again, the mail, four makers of jobs, four jobs, and the final
 * event.
 */
const WRITES = 16;

describe('erase-account that was killed', () => {
  it('makes as many writes as the number of kills in these tests', async () => {
    const { ports } = await world();
    const { dying, writes } = mortal(ports, Number.POSITIVE_INFINITY, false);
    await eraseAccount(OPTIONS, dying);
    expect(writes()).toBe(WRITES);
  });

  it.each(Array.from({ length: WRITES }, (_, n) => n + 1).flatMap((at) => [[at, false] as const, [at, true] as const]))(
    'at write %i (made: %s) is completed by the next run',
    async (at, isMade) => {
      const own = await world();
      const before = await own.of(OTHER);
      const { dying, died, writes } = mortal(own.ports, at, isMade);
      await Promise.race([died, eraseAccount({ ...OPTIONS, parts: 1 }, dying)]);
      expect(writes()).toBeGreaterThanOrEqual(at);
      await eraseAccount(OPTIONS, own.ports);
      await expectErased(own);
      expect(await own.of(OTHER)).toEqual(before);
    },
  );
});

describe('the flags of erase-account', () => {
  const environment = { EVENTS_TABLE: 'E', SECRETS_TABLE: 'S', MAIL_TABLE: 'M' };
  const tables: Pick<TableNames, 'EVENTS_TABLE'> = environment;

  it('may come from the environment, except for the account', () => {
    expect(readEraseOptions(['acc_x'], environment)).toEqual({
      ...{ account: 'acc_x', events: tables.EVENTS_TABLE, secrets: 'S', mail: 'M', apply: false, parts: 4 },
    });
    expect(readEraseOptions(['acc_x', '--apply', '--reason', 'r', '--mail=N'], environment)).toMatchObject({
      ...{ account: 'acc_x', apply: true, reason: 'r', mail: 'N' },
    });
  });

  it.each([
    [[], /acc_…/],
    [['x'], /acc_…/],
    [['--apply'], /acc_…/],
    [['acc_x', 'acc_y'], /acc_y/],
    [['acc_x', '--force'], /--force/],
    [['acc_x', '--reason', 'r'.repeat(301)], /--reason/],
  ])('are refused with a sentence: %j', (args, sentence) => {
    expect(() => readEraseOptions(args, environment)).toThrow(UsageError);
    expect(() => readEraseOptions(args, environment)).toThrow(sentence);
  });

  it('name the table that is missing', () => {
    expect(() => readEraseOptions(['acc_x'], {})).toThrow(/--events or EVENTS_TABLE/);
  });
});
