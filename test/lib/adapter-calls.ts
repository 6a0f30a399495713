/** One call of each method of the ports over DynamoDB, KMS and SQS, with arguments that need all of its permissions. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoAuditLog } from '../../functions/adapters/dynamodb/audit-log.ts';
import { dynamoCoalescing } from '../../functions/adapters/dynamodb/coalescing.ts';
import { dynamoCounters } from '../../functions/adapters/dynamodb/counters.ts';
import { dynamoCredentialFinder } from '../../functions/adapters/dynamodb/credential-matches.ts';
import { dynamoCredentialVault } from '../../functions/adapters/dynamodb/credential-vault.ts';
import { dynamoEraser } from '../../functions/adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { dynamoMailStore } from '../../functions/adapters/dynamodb/mail-store.ts';
import { dynamoPermits } from '../../functions/adapters/dynamodb/permits.ts';
import { dynamoQuotaCounts } from '../../functions/adapters/dynamodb/quota-counts.ts';
import { dynamoRetentionPeriods } from '../../functions/adapters/dynamodb/retention-periods.ts';
import { dynamoScanCycleStore } from '../../functions/adapters/dynamodb/scan-cycles.ts';
import { dynamoScheduleRuns } from '../../functions/adapters/dynamodb/schedule-runs.ts';
import { dynamoSlots } from '../../functions/adapters/dynamodb/slots.ts';
import { KEY_PREFIX, VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import { dynamoUsage } from '../../functions/adapters/dynamodb/usage.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { dynamoWebhookVault } from '../../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { dynamoCursorSeal } from '../../functions/adapters/kms/cursor-seal.ts';
import { sqsBacklog } from '../../functions/adapters/sqs/backlog.ts';
import { sqsBulkQueue } from '../../functions/adapters/sqs/bulk-queue.ts';
import { sqsWorkQueue } from '../../functions/adapters/sqs/work-queue.ts';
import type { Connection } from '../../functions/domain/credential/connection.ts';
import { type OAuthSecret, toStored } from '../../functions/domain/credential/secret.ts';
import { encodeEmailId } from '../../functions/domain/mail/email-id.ts';
import type { NewEvent } from '../../functions/ports/event-log.ts';
import type { IndexName } from '../../functions/ports/views.ts';
import { shareKey } from '../../functions/sharing/account-share.ts';
import { fromViews } from '../../functions/streams/current.ts';
import { storedMailbox, storedMessage } from '../fixtures/stored-mail.ts';
import type { Recorder } from './recorded-needs.ts';

const INDEXES: readonly IndexName[] = ['account', 'task', 'credential', 'bulk', 'status', 'error', 'open'];
const NOW = 1_000_000;
const SECRET = {
  username: 'alice@example.com',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token: 'first',
  token_url: 'https://login.example.com/token',
};

/** The calls of `prepare` are not recorded. */
export type AdapterCall = { prepare?: () => Promise<unknown>; run: () => Promise<unknown> };

export function adapterCalls({
  client,
  engine,
  tables,
  vault: kms,
  cursorVault,
  sqs,
  queues,
}: Recorder): Record<string, AdapterCall> {
  const log = dynamoEventLog(client, tables.EVENTS_TABLE, ids);
  const views = dynamoViews(client, tables.VIEWS_TABLE);
  const counters = dynamoCounters(client, tables.VIEWS_TABLE, () => NOW);
  const leases = dynamoLeases(client, tables.LEASES_TABLE);
  const slots = dynamoSlots(client, tables.LEASES_TABLE);
  // For some functions the places of waiting requests are the only slots that they may write.
  const WAITS = shareKey('waits', 'acc_one');
  const coalescing = dynamoCoalescing(client, tables.LEASES_TABLE);
  const periods = dynamoRetentionPeriods(client, tables.LEASES_TABLE);
  const cycles = dynamoScanCycleStore(client, tables.LEASES_TABLE);
  const runs = dynamoScheduleRuns(client, { leases: tables.LEASES_TABLE, events: tables.EVENTS_TABLE }, ids);
  const vault = dynamoCredentialVault(client, tables.SECRETS_TABLE, kms);
  const webhooks = dynamoWebhookVault(client, tables.SECRETS_TABLE, kms);
  const mail = dynamoMailStore(client, tables.MAIL_TABLE);
  const eraser = dynamoEraser(client, { events: tables.EVENTS_TABLE, views: tables.VIEWS_TABLE });
  const queue = sqsWorkQueue(sqs, { work: queues.WorkQueue, priority: queues.PriorityQueue });
  const cursorKey = () =>
    engine.client.send(new DeleteCommand({ TableName: tables.VIEWS_TABLE, Key: { id: VIEWS.cursorKey } }));
  const noSharedKey = (purpose: string) => () =>
    engine.client.send(new DeleteCommand({ TableName: tables.SECRETS_TABLE, Key: { id: `${KEY_PREFIX}${purpose}` } }));
  const cursors = () => dynamoCursorSeal(client, tables.VIEWS_TABLE, cursorVault);
  const binding = { account: 'acc', operation: 'list', filter: {} };

  const event = (streamId: string, version = 1): NewEvent => ({
    streamId,
    version,
    accountId: 'acc_one',
    actor: { kind: 'user', id: 'u' },
    at: '2026-11-01T00:00:00.000Z',
    event: { type: 'X', data: {} },
  });
  const row = (id: string) => ({ id, v: 1, b: {}, ga: 'job#acc_one', s: `2026#${id}`, go: 'open', od: `2026#${id}` });
  const entry = (taskId: string) => ({
    taskId,
    run: { due: '1', job_id: null, fired_at: null, skipped: 0, failures: 0, since: 's' },
    replaces: null,
    trigger: null,
    until: NOW,
  });

  const connection = (id: string): Connection => ({
    id,
    account_id: 'acc_one',
    host: 'imap.example.com',
    port: 993,
    security_mode: 'ssl_tls',
    auth_kind: 'oauth2',
    tls_ca_pem: null,
    max_connections: 3,
    username_masked: 'a',
    label: null,
    external_ref: null,
    generation: 1,
    last_used_at: null,
    last_synced_at: null,
  });
  const stored = (): OAuthSecret => {
    const secret = toStored(SECRET);
    if ('password' in secret) throw new Error('no OAuth secret');
    return secret;
  };
  const withCredential = (id: string, run: (id: string) => Promise<unknown>): AdapterCall => ({
    prepare: () => vault.put(connection(id), SECRET, 'print'),
    run: () => run(id),
  });
  const by = { version: 2, generation: 2 };

  const endpoint = (id: string) => ({ id, account_id: 'acc', label: null, settings: {} });
  const withEndpoint = (id: string, run: (id: string) => Promise<unknown>): AdapterCall => ({
    prepare: () => webhooks.put(endpoint(id), 'secret', 'print'),
    run: () => run(id),
  });

  type Prepared = Awaited<ReturnType<typeof mailbox>>;
  async function mailbox(credentialId: string) {
    const record = await mail.addMailbox(storedMailbox(credentialId, 'A'));
    const generation = { mailboxKey: record.key, uidValidity: 7 };
    const messages = Array.from({ length: 64 }, (_, at) => storedMessage(record, 64 + at));
    await mail.replaceMessages(generation, [[64, 127]], messages);
    await mail.putMessages([storedMessage(record, 1), storedMessage(record, 900)]);
    return { record, generation, messages };
  }
  /** Resources that were prepared for a call, by its name. */
  const prepared = new Map<string, Prepared>();
  const withMail = (name: string, run: (given: Prepared) => Promise<unknown>): AdapterCall => ({
    prepare: async () => prepared.set(name, await mailbox(`pc_${name}`)),
    run: () => {
      const given = prepared.get(name);
      if (given === undefined) throw new Error(`${name} was not prepared`);
      return run(given);
    },
  });
  const query = { scope: { account: 'acc_one' }, limit: 5, after: null };

  return {
    'log.read': { run: () => log.read('tsk_1') },
    'log.current': { run: () => fromViews(log, views).current('tsk_1') },
    'permits.take': { run: () => dynamoPermits(client, tables.LEASES_TABLE).take('p', 1, 9, NOW) },
    'quotaCounts.add': { run: () => dynamoQuotaCounts(client, tables.LEASES_TABLE).add('c', 1, NOW) },
    'quotaCounts.giveBack': { run: () => dynamoQuotaCounts(client, tables.LEASES_TABLE).giveBack('c') },
    'quotaCounts.read': { run: () => dynamoQuotaCounts(client, tables.LEASES_TABLE).read('c') },
    'quotaCounts.replace': {
      run: () => dynamoQuotaCounts(client, tables.LEASES_TABLE).replace('c', { count: 1, at: 1 }, null),
    },
    'usage.count': { run: () => dynamoUsage(client, tables.LEASES_TABLE).count('u', '', { all: 1, group: 1 }, NOW) },
    'log.append': {
      run: async () => {
        await log.append([event(ids.next('tsk'))]);
        await log.append([event(ids.next('tsk')), event(ids.next('job'))]);
      },
    },
    'audit.page': {
      run: () =>
        dynamoAuditLog(client, tables.EVENTS_TABLE).page({
          accountId: 'acc',
          newestFirst: true,
          limit: 1,
          above: null,
          below: null,
        }),
    },
    'views.get': { run: () => views.get(['job_1'], { consistent: true }) },
    'views.counters': { run: () => views.counters(['cnt'], { consistent: false }) },
    'views.counterRows': { run: () => views.counterRows(['cnt']) },
    'views.write': {
      run: async () => {
        await views.write({ row: row('job_1'), replaces: null });
      },
    },
    'counters.add': {
      run: () => counters.add('cnt#acc#0', 'shard', [{ place: '011', names: new Map([['s:queued', 1]]) }]),
    },
    'views.reschedule': { run: () => views.reschedule('job_1', 1, 'x') },
    ...Object.fromEntries(
      INDEXES.map((index) => {
        const range = { newestFirst: true, limit: 1, above: null, below: null };
        return [`views.page:${index}`, { run: () => views.page({ index, key: 'k', ...range }) }];
      }),
    ),
    'eraser.eraseStream': {
      prepare: () => log.append([event('tsk_erased')]),
      run: async () => eraser.eraseStream('tsk_erased', [{ version: 1, append_id: 'x' }]),
    },
    'eraser.removeRow': { run: () => eraser.removeRow('job_9', 1) },
    'leases.read': { run: () => leases.read('a') },
    'leases.renew': { run: () => leases.renew('a', NOW, NOW + 1, null) },
    'leases.take': { run: () => leases.take('b', NOW) },
    'slots.take': { run: () => slots.take(WAITS, 'o', 1, NOW, NOW + 1) },
    'slots.renew': { run: () => slots.renew({ holder: WAITS, owner: 'o', number: 0 }, NOW, NOW + 1) },
    'slots.release': { run: () => slots.release({ holder: WAITS, owner: 'o', number: 0 }) },
    'slots.lastUses': { run: () => slots.lastUses(['pc_1']) },
    'slots.look': { run: () => slots.look('pc_1', NOW) },
    'slots.hosts': { run: () => slots.hosts('pc_1') },
    'slots.keepHosts': { run: () => slots.keepHosts('pc_1', 0, {}, NOW) },
    'slots.fullUntil': { run: () => slots.fullUntil('pc_1', NOW) },
    'coalescing.latest': { run: () => coalescing.latest('w') },
    'coalescing.replace': { run: () => coalescing.replace('w', null, 'job_1', NOW) },
    'cycles.read': { run: () => cycles.read() },
    'cycles.keep': { run: () => cycles.keep(new Map(), NOW) },
    'periods.read': { run: () => periods.read() },
    'periods.keep': { run: () => periods.keep({ unchanged: 1, succeeded: 1, failed: 1 }) },
    'runs.read': { run: () => runs.read(['tsk_1'], { consistent: true }) },
    'runs.noteTrigger': { run: () => runs.noteTrigger('tsk_1', { job_id: 'job_1', at: new Date(NOW).toISOString() }) },
    'runs.record': { run: () => runs.record(entry('tsk_1')) },
    'runs.fire': { run: () => runs.fire({ ...entry('tsk_2'), taskVersion: 0, job: event(ids.next('job')) }) },
    'cursors.seal': { prepare: cursorKey, run: () => cursors().seal({}, binding) },
    'cursors.open': {
      prepare: cursorKey,
      run: () =>
        cursors()
          .open('', binding)
          .catch(() => null),
    },
    'cursors.fingerprint': { prepare: cursorKey, run: () => cursors().fingerprint('x') },
    'queue.send': {
      run: () => {
        const message = { job_id: 'job_1', credential_id: 'pc_1', version: 1 };
        return queue.send([
          { message, delayMs: 0 },
          { message: { ...message, urgent: true }, delayMs: 0 },
        ]);
      },
    },
    'backlog.waiting': {
      run: () => sqsBacklog(sqs, { work: queues.WorkQueue, priority: queues.PriorityQueue }).waiting(),
    },
    'bulks.send': {
      run: () => sqsBulkQueue(sqs, queues.BulkQueue).send({ bulk_id: 'blk_1', account_id: 'acc_one' }, 0),
    },
    'finder.find': { run: () => dynamoCredentialFinder(client, tables.SECRETS_TABLE).find('acc', 'username', 'a') },
    'vault.put': {
      prepare: noSharedKey('credential'),
      run: () => vault.put(connection('pc_put'), SECRET, 'print'),
    },
    'vault.connections': { run: () => vault.connections(['pc_1']) },
    'vault.sealed': withCredential('pc_sealed', async (id) => (await vault.sealed(id))?.open()),
    'vault.opened': withCredential('pc_opened', (id) => vault.opened(id)),
    'vault.replaceTokens': withCredential('pc_tokens', (id) =>
      vault.replaceTokens({ connection: connection(id), secret: stored() }, async () => ({
        ...stored(),
        access_token: 'a',
      })),
    ),
    'vault.read': withCredential('pc_read', (id) => vault.read(id)),
    'vault.update': withCredential('pc_update', async (id) => {
      await vault.update(id, by, { external_ref: 'ref' });
      await vault.update(id, { ...by, version: 3 }, {}, { ...SECRET, username: 'b' });
    }),
    'vault.destroy': withCredential('pc_destroy', (id) => vault.destroy(id)),
    'webhooks.put': {
      prepare: noSharedKey('webhook'),
      run: () => webhooks.put(endpoint('whk_put'), 'secret', 'print'),
    },
    'webhooks.fields': { run: () => webhooks.fields(['whk_put']) },
    'webhooks.open': withEndpoint('whk_open', (id) => webhooks.open(id)),
    'webhooks.update': withEndpoint('whk_update', async (id) => {
      await webhooks.update(id, {});
      await webhooks.update(id, { label: 'x' });
    }),
    'webhooks.rotate': withEndpoint('whk_rotate', (id) => webhooks.rotate(id, 'next', NOW, 2)),
    'webhooks.destroy': withEndpoint('whk_destroy', (id) => webhooks.destroy(id)),
    'mail.mailboxes': { run: () => mail.mailboxes('pc_1') },
    'mail.addMailbox': {
      run: async () => {
        for (let time = 0; time < 2; time += 1) await mail.addMailbox(storedMailbox('pc_add', 'A'));
      },
    },
    'mail.replaceMailbox': withMail('replace', ({ record }) => mail.replaceMailbox(record, record)),
    'mail.putMailbox': withMail('put', ({ record }) => mail.putMailbox(record)),
    'mail.noteListing': withMail('listing', ({ record }) => mail.noteListing(record, record)),
    'mail.noteError': withMail('an error', ({ record }) => mail.noteError(record, null)),
    'mail.brokeOffAt': { run: () => mail.brokeOffAt('pc_1', 'messages') },
    'mail.noteBreakOff': {
      run: async () => {
        await mail.noteBreakOff('pc_1', 'messages', { late: false, name: 'A', key: 'a' });
        await mail.noteBreakOff('pc_1', 'messages', null);
      },
    },
    'mail.noteDoubt': withMail('doubt', ({ record }) => mail.noteDoubt(record)),
    'mail.renameMailbox': withMail('rename', ({ record }) => mail.renameMailbox(record, 'B', record)),
    'mail.removeMailbox': withMail('remove', ({ record }) => mail.removeMailbox(record)),
    'mail.putMessages': withMail('puts', ({ record }) => mail.putMessages([storedMessage(record, 2)])),
    'mail.updateFlags': withMail('flags', ({ generation }) =>
      mail.updateFlags(generation, [{ uid: 1, modseq: null, flags: [] }]),
    ),
    'mail.removeMessages': withMail('gone', async ({ generation }) => {
      await mail.removeMessages(generation, [64]);
      await mail.removeMessages(generation, [1, 100_000]);
    }),
    'mail.knownUids': withMail('known', ({ generation }) => mail.knownUids(generation, 1, 100)),
    'mail.flagsOf': withMail('flagsof', async ({ generation }) => {
      await mail.flagsOf(generation, [[1, 100]]);
      await mail.flagsOf(generation, [
        [1, 1],
        [900, 900],
      ]);
    }),
    'mail.messagesOf': withMail('messages', async ({ generation }) => {
      await mail.messagesOf(generation, [[1, 100]]);
      await mail.messagesOf(generation, [
        [1, 1],
        [900, 900],
      ]);
    }),
    'mail.newestUids': withMail('newest', ({ generation }) => mail.newestUids(generation, 10)),
    'mail.eraseMessages': withMail('erase', ({ record }) => mail.eraseMessages(record.key, null)),
    // A separate store: whether an account has few mailboxes is read once and cached.
    'mail.replaceMessages': withMail('windows', async ({ generation, messages }) => {
      const fresh = dynamoMailStore(client, tables.MAIL_TABLE);
      await fresh.replaceMessages(
        generation,
        [[128, 191]],
        messages.map((each) => ({ ...each, uid: each.uid + 64 })),
      );
      await fresh.replaceMessages(generation, [[64, 90]], messages.slice(0, 10));
      await fresh.replaceMessages(generation, [[128, 190]], []);
      await fresh.replaceMessages(generation, [[191, 191]], []);
    }),
    'mail.traces': { run: () => mail.traces('pc_1') },
    'mail.putTraces': {
      run: () => mail.putTraces('pc_1', { version: 0, traces: { generation: 1, removed: [], added: [] } }),
    },
    'mail.email': withMail('email', ({ messages }) => mail.email(messages.map(encodeEmailId)[0] ?? '')),
    'mail.emails': withMail('emails', async ({ record }) => {
      await mail.emails(query);
      await mail.emails({ ...query, scope: { credential: record.credentialId } });
    }),
    'mail.searchEmails': withMail('search', async ({ record }) => {
      await mail.searchEmails({ ...query, accept: () => true, most: 10 });
      await mail.searchEmails({ ...query, scope: { credential: record.credentialId }, accept: () => true, most: 10 });
    }),
    'mail.listMailboxes': withMail('list', async ({ record }) => {
      const found = { ...query, accept: () => true, most: 10 };
      await mail.listMailboxes(found);
      await mail.listMailboxes({ ...found, scope: { credential: record.credentialId } });
    }),
    'mail.eraseCredential:first': withMail('erasing first', ({ record }) =>
      mail.eraseCredential(record.credentialId, false),
    ),
    'mail.eraseCredential': withMail('erasing', ({ record }) => mail.eraseCredential(record.credentialId, true)),
  };
}
