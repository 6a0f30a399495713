/** The local engine has no stale replicas, so the requests themselves are checked. */
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCoalescing } from '../../../functions/adapters/dynamodb/coalescing.ts';
import { dynamoCredentialFinder } from '../../../functions/adapters/dynamodb/credential-matches.ts';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { copyCursorKey } from '../../../functions/adapters/dynamodb/cursor-key.ts';
import { dynamoEventLog } from '../../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../../functions/adapters/dynamodb/leases.ts';
import { firstEvents, hasViews } from '../../../functions/adapters/dynamodb/log-scan.ts';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { dynamoProjection } from '../../../functions/adapters/dynamodb/projection.ts';
import { dynamoQuotaCounts } from '../../../functions/adapters/dynamodb/quota-counts.ts';
import { dynamoReadScheduleRuns } from '../../../functions/adapters/dynamodb/read-schedule-runs.ts';
import { dynamoSlots } from '../../../functions/adapters/dynamodb/slots.ts';
import { dynamoUsage } from '../../../functions/adapters/dynamodb/usage.ts';
import { dynamoViews } from '../../../functions/adapters/dynamodb/views.ts';
import { dynamoWebhookVault } from '../../../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { dynamoCursorSeal } from '../../../functions/adapters/kms/cursor-seal.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import type { OAuthSecret } from '../../../functions/domain/credential/secret.ts';
import { encodeEmailId } from '../../../functions/domain/mail/email-id.ts';
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

const generation = { mailboxKey: '00000000000000aa', uidValidity: 7 };
const record = { ...storedMailbox('pc_one', 'A'), key: '00000000000000aa', version: 1, doubt: 0, lastError: null };
const store = () => dynamoMailStore(tapped.client, tables.MAIL_TABLE);
const credentials = () => dynamoCredentialVault(tapped.client, tables.SECRETS_TABLE, local.vault);
const connection: Connection = {
  id: 'pc_none',
  account_id: 'acc_one',
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'oauth2',
  tls_ca_pem: null,
  max_connections: 3,
  username_masked: '…',
  label: null,
  external_ref: null,
  generation: 1,
  last_used_at: null,
  last_synced_at: null,
};
const consent: OAuthSecret = {
  username: 'u',
  client_id: 'c',
  client_secret: 's',
  refresh_token: 'r',
  token_url: 'https://x.example',
  access_token: null,
  access_until: 0,
};
const LIMITS = { all: 10, group: 10 };
const sparse = [
  [1, 1],
  [900, 900],
] as const;

/** Reads that decide what is written, or whether a secret is still valid. */
const DECIDING: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a stream', () => dynamoEventLog(tapped.client, tables.EVENTS_TABLE, ids).read('tsk_1')],
  ['a lease', () => dynamoLeases(tapped.client, tables.LEASES_TABLE).read('a')],
  ['the slots of who takes one', () => dynamoSlots(tapped.client, tables.LEASES_TABLE).take('pc', 'o', 1, 1, 2)],
  ['the latest job of some work', () => dynamoCoalescing(tapped.client, tables.LEASES_TABLE).latest('w')],
  ['the uses of an account', () => dynamoUsage(tapped.client, tables.LEASES_TABLE).count('a', 'g', LIMITS, 1)],
  ['how much an account has', () => dynamoQuotaCounts(tapped.client, tables.LEASES_TABLE).read('b')],
  [
    'whether views have passed a mark',
    () => {
      const views = dynamoViews(tapped.client, tables.VIEWS_TABLE);
      const unused = { log: { append: () => Promise.reject(new Error('not asked')) }, ids };
      const ports = { ...unused, views, now: () => 1, pause: async () => {} };
      return dynamoProjection(new DynamoDBStreamsClient({ region: 'eu-central-1' }), 'arn', ports).hasPassed(['m']);
    },
  ],
  [
    'runs of tasks',
    () => dynamoReadScheduleRuns(tapped.client, tables.LEASES_TABLE).read(['tsk_1'], { consistent: true }),
  ],
  [
    'rows that are to be current',
    () => dynamoViews(tapped.client, tables.VIEWS_TABLE).get(['a'], { consistent: true }),
  ],
  ['counters', () => dynamoViews(tapped.client, tables.VIEWS_TABLE).counters(['a'], { consistent: true })],
  ['a secret', () => credentials().opened('pc_none')],
  ['a stored connection', () => credentials().read('pc_none')],
  ['connections', () => credentials().connections(['pc_none'])],
  [
    'the secret that tokens replace',
    () => credentials().replaceTokens({ connection, secret: consent }, () => Promise.reject(new Error('not asked'))),
  ],
  [
    'who goes by a name',
    () => dynamoCredentialFinder(tapped.client, tables.SECRETS_TABLE).find('acc', 'username', 'a'),
  ],
  [
    'the secrets of an endpoint',
    () => dynamoWebhookVault(tapped.client, tables.SECRETS_TABLE, local.vault).open('whk'),
  ],
  [
    'the fields of endpoints',
    () => dynamoWebhookVault(tapped.client, tables.SECRETS_TABLE, local.vault).fields(['whk']),
  ],
  ['the key of cursors', () => dynamoCursorSeal(tapped.client, tables.VIEWS_TABLE, local.vault).fingerprint('x')],
  [
    'a key of cursors to be copied',
    () => copyCursorKey(tapped.client, { from: tables.LEASES_TABLE, to: tables.VIEWS_TABLE }),
  ],
  ['whether there are views', () => hasViews(tapped.client, tables.VIEWS_TABLE)],
  [
    'what an account has that is erased',
    async () => {
      const all = { part: 0, parts: 1, types: ['TaskCreated'], accountId: 'acc_one' };
      for await (const _ of firstEvents(tapped.client, tables.EVENTS_TABLE, all));
    },
  ],
  ['mailbox records', () => store().mailboxes('pc_one')],
  [
    'the record that was there first',
    async () => {
      await store().addMailbox(storedMailbox('pc_two', 'A'));
      return store().addMailbox(storedMailbox('pc_two', 'A'));
    },
  ],
  ['what came and went', () => store().traces('pc_one')],
  ['known UIDs', () => store().knownUids(generation, 1, 100)],
  ['the newest UIDs', () => store().newestUids(generation, 10)],
  ['flags of a range', () => store().flagsOf(generation, [[1, 100]])],
  ['flags of messages far apart', () => store().flagsOf(generation, sparse)],
  ['what is to be removed', () => store().removeMessages(generation, [1, 2])],
  ['what is to be removed far apart', () => store().removeMessages(generation, [1, 100_000])],
  ['what a window replaces', () => store().replaceMessages(generation, [[1, 10]], [storedMessage(record, 1)])],
  ['one email', () => store().email(encodeEmailId(storedMessage(record, 1)))],
];

describe('reads that decide something are strongly consistent', () => {
  it.each(DECIDING)('%s', async (_, read) => {
    const before = tapped.requests.length;
    await read();
    const reads = tapped.requests.slice(before).flatMap(({ operation, body }) => {
      const input: Record<string, unknown> = JSON.parse(body);
      if (operation === 'BatchGetItem') return Object.values(Object(input.RequestItems));
      // An index has no consistent reads.
      return ['GetItem', 'Query', 'Scan'].includes(operation) && input.IndexName === undefined ? [input] : [];
    });
    // The mailbox records of an email may lag: they come from another partition.
    expect(reads.length).toBeGreaterThan(0);
    for (const each of reads) expect(each).toMatchObject({ ConsistentRead: true });
  });
});
