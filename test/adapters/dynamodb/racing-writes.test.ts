/** Two writers of the same row: the second writes between the first one's read and write. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoCredentialFinder, matchKey } from '../../../functions/adapters/dynamodb/credential-matches.ts';
import { dynamoCredentialVault } from '../../../functions/adapters/dynamodb/credential-vault.ts';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { dynamoWebhookVault } from '../../../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
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
});
afterAll(async () => {
  await tapped?.stop();
  await Promise.all([engine?.stop(), local?.stop()]);
});
beforeEach(async () => {
  tables = await engine.createTables();
});
const secretsRow = async (id: string) =>
  (await engine.client.send(new GetCommand({ TableName: tables.SECRETS_TABLE, Key: { id } }))).Item;

describe('a credential', () => {
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
    external_ref: 'ref',
    generation: 1,
    last_used_at: null,
    last_synced_at: null,
  } as const;
  const secret = { username: 'Alice@Example.com', password: 'hush' };
  const mine = () => dynamoCredentialVault(tapped.client, tables.SECRETS_TABLE, local.vault);
  const theirs = () => dynamoCredentialVault(engine.client, tables.SECRETS_TABLE, local.vault);
  const found = (kind: 'username' | 'external_ref', name: string) =>
    dynamoCredentialFinder(engine.client, tables.SECRETS_TABLE).find('acc_one', kind, name);
  const by = (version: number) => ({ version, generation: version });

  it('that is destroyed during a change is not restored, and is found by no name', async () => {
    await mine().put(connection, secret, 'print');
    tapped.meanwhile('UpdateItemCommand', async () => {});
    tapped.meanwhile('UpdateItemCommand', () => theirs().destroy('pc_one'));
    expect(await mine().update('pc_one', by(2), { external_ref: 'next' })).toBe(false);
    expect(await secretsRow('pc_one')).toBeUndefined();
    expect([await found('external_ref', 'ref'), await found('external_ref', 'next')]).toEqual([[], []]);
  });

  it('from before versions were stored is not restored when it is destroyed during a change', async () => {
    await mine().put(connection, secret, 'print');
    const { written: _, ...former } = (await secretsRow('pc_one')) ?? {};
    await engine.client.send(new PutCommand({ TableName: tables.SECRETS_TABLE, Item: former }));
    tapped.meanwhile('UpdateItemCommand', () => theirs().destroy('pc_one'));
    expect(await mine().update('pc_one', by(2), { label: 'next' })).toBe(false);
    expect(await secretsRow('pc_one')).toBeUndefined();
  });

  it('that a later event changes meanwhile keeps the later values, and takes the others of this event', async () => {
    await mine().put(connection, secret, 'print');
    tapped.meanwhile('UpdateItemCommand', () => theirs().update('pc_one', by(3), { label: 'three' }));
    expect(await mine().update('pc_one', by(2), { label: 'two', host: 'two.example.com' })).toBe(true);
    expect((await mine().read('pc_one'))?.connection).toMatchObject({
      label: 'three',
      host: 'two.example.com',
      generation: 3,
    });
  });

  it('is found by its user name in any case, only in its own account and only by user name', async () => {
    await mine().put({ ...connection, external_ref: 'bob@example.com' }, secret, 'print');
    expect(await found('username', ' ALICE@example.COM ')).toEqual(['pc_one']);
    expect(await found('external_ref', 'alice@example.com')).toEqual([]);
    expect(await found('username', 'bob@example.com')).toEqual([]);
    expect(await found('external_ref', 'bob@example.com')).toEqual(['pc_one']);
    expect(await found('external_ref', 'BOB@example.com')).toEqual([]);
    expect(matchKey('acc_two', 'username', 'a')).not.toBe(matchKey('acc_one', 'username', 'a'));
  });

  it('added last is the first of those with the same name', async () => {
    const made = [ids.next('pc'), ids.next('pc'), ids.next('pc')];
    for (const id of made) await mine().put({ ...connection, id }, secret, id);
    expect(await found('username', secret.username)).toEqual([...made].sort().reverse());
  });
});

describe('the secret of an endpoint', () => {
  const fields = { id: 'whk_1', account_id: 'acc_1', label: null, settings: {} };
  const mine = () => dynamoWebhookVault(tapped.client, tables.SECRETS_TABLE, local.vault, () => 1_000);
  const theirs = () => dynamoWebhookVault(engine.client, tables.SECRETS_TABLE, local.vault, () => 1_000);

  it('is not restored if the endpoint is destroyed during a rotation', async () => {
    await mine().put(fields, 'secret-1', 'print');
    tapped.meanwhile('UpdateItemCommand', () => theirs().destroy('whk_1'));
    expect(await mine().rotate('whk_1', 'secret-2', 2_000, 2)).toBe('gone');
    expect(await secretsRow('whk_1')).toBeUndefined();
  });

  it('loses no issued secret when others rotate it meanwhile', async () => {
    await mine().put(fields, 'secret-1', 'print');
    tapped.meanwhile('UpdateItemCommand', () => theirs().rotate('whk_1', 'secret-2', 2_000, 2));
    expect(await mine().rotate('whk_1', 'secret-3', 2_000, 3)).toBe('rotated');
    tapped.meanwhile('UpdateItemCommand', () => theirs().rotate('whk_1', 'secret-4', 2_000, 4));
    expect(await mine().rotate('whk_1', 'secret-5', 2_000, 5)).toBe('rotated');
    expect((await mine().open('whk_1'))?.secrets).toEqual([5, 4, 3, 2, 1].map((n) => `secret-${n}`));
  });
});

describe('a mailbox record', () => {
  const mine = () => dynamoMailStore(tapped.client, tables.MAIL_TABLE);
  const theirs = () => dynamoMailStore(engine.client, tables.MAIL_TABLE);
  const AT = '2026-11-02T00:00:00.000Z';
  /** Writes to a record that was read before another record replaced it under the same path, at the same version. */
  async function replacedMeanwhile(write: (old: Awaited<ReturnType<typeof added>>) => Promise<unknown>) {
    const old = await added();
    const other = { ...storedMailbox('pc_one', 'A'), firstSeenAt: AT };
    await theirs().removeMailbox(old);
    const record = await theirs().addMailbox(other);
    expect(record).toMatchObject({ version: old.version });
    expect((await write(old)) || null).toBeNull();
    expect(await theirs().mailboxes('pc_one')).toEqual([record]);
  }
  const added = () => theirs().addMailbox(storedMailbox('pc_one', 'A'));

  it.each([
    ['stored', (old) => mine().putMailbox({ ...old, mailboxId: 'm' })],
    ['replaced', (old) => mine().replaceMailbox(old, storedMailbox('pc_one', 'A'))],
    ['renamed', (old) => mine().renameMailbox(old, 'B', old)],
    ['removed', (old) => mine().removeMailbox(old)],
    ['listed', (old) => mine().noteListing(old, { ...old, missingSince: AT })],
  ] satisfies [string, (old: Awaited<ReturnType<typeof added>>) => Promise<unknown>][])(
    'of an earlier mailbox of that path is not %s over the later one',
    (_, write) => replacedMeanwhile(write),
  );

  it('does not replace a record that was added under the new path meanwhile', async () => {
    const record = await added();
    tapped.meanwhile('TransactWriteItemsCommand', () => theirs().addMailbox(storedMailbox('pc_one', 'B')));
    expect(await mine().renameMailbox(record, 'B', record)).toBeNull();
    expect((await theirs().mailboxes('pc_one')).map(({ path }) => path).sort()).toEqual(['A', 'B']);
  });

  it('a block that another worker creates meanwhile keeps the messages of both', async () => {
    const record = await added();
    const generation = { mailboxKey: record.key, uidValidity: 7 };
    const messages = Array.from({ length: 64 }, (_, at) => storedMessage(record, 64 + at));
    tapped.meanwhile('PutItemCommand', () => theirs().replaceMessages(generation, [[96, 127]], messages.slice(32)));
    await mine().replaceMessages(generation, [[64, 95]], messages.slice(0, 32));
    expect(await theirs().messagesOf(generation, [[64, 127]])).toEqual(messages);
  });

  it('a block that another worker deletes meanwhile is built again', async () => {
    const record = await added();
    const generation = { mailboxKey: record.key, uidValidity: 7 };
    const messages = Array.from({ length: 64 }, (_, at) => storedMessage(record, 64 + at));
    await theirs().replaceMessages(generation, [[64, 127]], messages);
    tapped.meanwhile('PutItemCommand', () => theirs().replaceMessages(generation, [[96, 127]], []));
    await mine().replaceMessages(generation, [[64, 95]], messages.slice(0, 20));
    expect(await theirs().messagesOf(generation, [[64, 127]])).toEqual(messages.slice(0, 20));
  });
});
