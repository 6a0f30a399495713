/** Plain secrets in the memory of a process: how long they stay, how many there are, and which are wiped. */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectionsOf, credentialOpener } from '../../../functions/adapters/dynamodb/credential-opener.ts';
import { dynamoWebhookVault } from '../../../functions/adapters/dynamodb/webhook-vault.ts';
import type { SealedBox, Vault } from '../../../functions/ports/vault.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
let mock: ReturnType<typeof mocked> | null = null;
const mocked = () => mockClient(client);
afterEach(() => mock?.restore());

const KEEP_MS = 300_000;
const box = (ct: string, v: 1 | 2 = 2): SealedBox => ({ v, kid: 'k', edk: 'e', iv: 'i', ct, tag: 't' });
const secret = (ct: string) => ({ username: `${ct}@example.com`, password: `secret of ${ct}` });

/** The box with `ct` contains `plainOf(ct)`. */
function shownVault(plainOf: (ct: string) => string) {
  const opened: string[] = [];
  const handedOut: Uint8Array[] = [];
  const plain = (ct: string): Buffer => {
    opened.push(ct);
    const bytes = Buffer.from(plainOf(ct));
    handedOut.push(bytes);
    return bytes;
  };
  const vault: Vault = {
    seal: async () => Promise.reject(new Error('not asked')),
    open: async ({ ct }) => plain(ct),
    openAndRenew: async ({ v, ct }) => ({ plain: plain(ct), renewed: v === 1 ? box(`${ct} again`) : null }),
    async reseal({ ct }, _, change) {
      const changed = await change(plain(ct));
      if (changed === null) return null;
      handedOut.push(changed);
      return box(`${ct} again`);
    },
  };
  return { vault, opened, isWiped: () => handedOut.every((bytes) => bytes.every((octet) => octet === 0)) };
}

describe('the secret of a credential', () => {
  const row = (id: string, given: Readonly<Record<string, unknown>> = {}) => ({
    ...{ id, account_id: 'acc_one', host: 'imap.example.com', port: 993, security_mode: 'ssl_tls' },
    ...{ auth_kind: 'password', tls_ca_pem: null, max_connections: 3, username_masked: '…', label: null },
    ...{ external_ref: null, generation: 1, last_used_at: null, last_synced_at: null, secret: box(id) },
    ...given,
  });
  function opener(now = { ms: 0 }) {
    const shown = shownVault((ct) => JSON.stringify(secret(ct)));
    return { ...shown, now, open: credentialOpener(client, 't', shown.vault, () => now.ms) };
  }

  it('is opened once in five minutes, and the opened value is wiped', async () => {
    const { open, opened, now, isWiped } = opener();
    for (const ms of [0, KEEP_MS - 1]) {
      now.ms = ms;
      expect((await open(row('a'))).secret).toEqual(secret('a'));
    }
    expect(opened).toEqual(['a']);
    now.ms = KEEP_MS;
    expect((await open(row('a'))).secret).toEqual(secret('a'));
    expect([opened, isWiped()]).toEqual([['a', 'a'], true]);
  });

  it.each([
    ['another secret', { secret: box('b') }],
    ['another place', { host: 'other.example.com' }],
    ['another account', { account_id: 'acc_two' }],
    ['another credential', { id: 'b' }],
  ])('is not taken from the cache for %s', async (_, given) => {
    const { open, opened } = opener();
    await open(row('a'));
    await open(row('a', given));
    expect(opened).toHaveLength(2);
  });

  it('is one of at most two hundred in the cache: the oldest is dropped', async () => {
    const { open, opened } = opener();
    for (let n = 0; n < 200; n += 1) await open(row(`c${n}`));
    await open(row('c0'));
    expect(opened).toHaveLength(200);
    await open(row('new'));
    await open(row('c1'));
    expect(opened).toHaveLength(201);
    await open(row('c0'));
    expect(opened).toHaveLength(202);
  });

  it('is dropped from the cache by age', async () => {
    const { open, opened, now } = opener();
    for (let n = 0; n < 200; n += 1) {
      now.ms = n < 100 ? 0 : 1;
      await open(row(`c${n}`));
    }
    now.ms = KEEP_MS;
    for (let n = 0; n < 100; n += 1) await open(row(`new${n}`));
    opened.length = 0;
    for (let n = 100; n < 200; n += 1) await open(row(`c${n}`));
    expect(opened).toEqual([]);
  });

  it('of an earlier release is sealed again, in place of the one that was read', async () => {
    mock = mocked();
    mock.on(UpdateCommand).resolves({});
    const { open } = opener();
    expect((await open(row('a', { secret: box('a', 1) }))).secret).toEqual(secret('a'));
    expect(mock.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ...{ Key: { id: 'a' }, ConditionExpression: 'secret = :box' },
      ExpressionAttributeValues: { ':box': box('a', 1), ':next': box('a again') },
    });
  });

  it('is not cached if it is invalid', async () => {
    const { open } = opener();
    await expect(open(row('a', { port: 'x' }))).rejects.toThrow('the row is not that of a credential');
    await expect(open(row('a', { secret: 'plain' }))).rejects.toThrow('the row is not that of a credential');
    const broken = shownVault(() => '{}');
    await expect(credentialOpener(client, 't', broken.vault, () => 0)(row('a'))).rejects.toThrow();
    expect(broken.isWiped()).toBe(true);
  });

  it('makes only its own row unreadable if that row is invalid', () => {
    const { secret: _, ...connection } = row('a');
    expect(connectionsOf([row('a'), { id: 'b' }])).toEqual(
      new Map<string, unknown>([
        ['a', connection],
        ['b', 'unreadable'],
      ]),
    );
  });
});

describe('the secret of an endpoint', () => {
  function webhooks(now = { ms: 0 }) {
    mock = mocked();
    mock.on(GetCommand).callsFake(({ Key: { id } }) => ({
      Item: { id, account_id: 'acc_one', label: null, settings: {}, secret: box(id) },
    }));
    const shown = shownVault((ct) => `secret of ${ct}`);
    return { ...shown, now, webhooks: dynamoWebhookVault(client, 't', shown.vault, () => now.ms) };
  }

  it('is opened once in five minutes, and the opened value is wiped', async () => {
    const { webhooks: vault, opened, now, isWiped } = webhooks();
    for (const ms of [0, KEEP_MS - 1]) {
      now.ms = ms;
      expect((await vault.open('a'))?.secrets).toEqual(['secret of a']);
    }
    expect(opened).toEqual(['a']);
    now.ms = KEEP_MS;
    await vault.open('a');
    expect([opened, isWiped()]).toEqual([['a', 'a'], true]);
  });

  it('is one of at most five hundred in the cache: the oldest is dropped', async () => {
    const { webhooks: vault, opened } = webhooks();
    for (let n = 0; n < 500; n += 1) await vault.open(`c${n}`);
    await vault.open('c0');
    expect(opened).toHaveLength(500);
    await vault.open('new');
    await vault.open('c1');
    expect(opened).toHaveLength(501);
    await vault.open('c0');
    expect(opened).toHaveLength(502);
  });

  it('is not rotated while others change it each time: after eight tries the rotation fails', async () => {
    const { vault } = shownVault((ct) => `secret of ${ct}`);
    const tables = webhooks();
    const rotating = dynamoWebhookVault(client, 't', { ...vault, seal: async () => box('new') }, () => tables.now.ms);
    const refusal = new ConditionalCheckFailedException({ $metadata: {}, message: 'changed meanwhile' });
    mock?.on(UpdateCommand).rejects(refusal);
    const pauses = vi.spyOn(Math, 'random').mockReturnValue(0);
    try {
      await expect(rotating.rotate('a', 'new', 1, 2)).rejects.toThrow('the secret of a stays in conflict');
    } finally {
      pauses.mockRestore();
    }
    expect(mock?.commandCalls(UpdateCommand)).toHaveLength(8);
  });
});
