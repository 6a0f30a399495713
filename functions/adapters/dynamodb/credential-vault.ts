import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Connection, connectionSchema } from '../../domain/credential/connection.ts';
import { type StoredSecret, storedSecretSchema, toStored } from '../../domain/credential/secret.ts';
import type { SubjectKind } from '../../domain/webhook/endpoint.ts';
import type { CredentialVault } from '../../ports/credential-vault.ts';
import { type SealedBox, sealedBoxSchema, type Vault } from '../../ports/vault.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';
import { credentialMatches, matchKey } from './credential-matches.ts';

/** How long and how many plain secrets a process keeps: a rotation or a deletion holds everywhere after this. */
const KEEP_MS = 300_000;
const KEEP_MOST = 200;

const matchesOf = z.object({ match_username: z.string().optional(), match_external_ref: z.string().optional() });
const sealedRow = z.object({ account_id: z.string(), secret: sealedBoxSchema });

export function dynamoCredentialVault(
  client: DynamoDBDocumentClient,
  table: string,
  vault: Vault,
  now: () => number = Date.now,
): CredentialVault {
  const matches = credentialMatches(client, table);
  /** Keyed by what opened: another secret, credential or account is never served from here. */
  const plain = new Map<string, { readonly secret: StoredSecret; readonly until: number }>();
  const contextOf = (id: string, accountId: string) => ({ account: accountId, credential: id, purpose: 'credential' });

  function seal(id: string, accountId: string, secret: StoredSecret): Promise<SealedBox> {
    return vault.seal(Buffer.from(JSON.stringify(secret), 'utf8'), contextOf(id, accountId));
  }

  async function ifThere(input: Omit<UpdateCommandInput, 'TableName' | 'ConditionExpression'>): Promise<boolean> {
    return conditional(() =>
      client.send(new UpdateCommand({ TableName: table, ConditionExpression: 'attribute_exists(id)', ...input })),
    );
  }

  /** The names it goes by from now on are added before the row has them, the former taken away after. */
  async function rename(id: string, kind: SubjectKind, accountId: string, value: string): Promise<void> {
    const next = matchKey(accountId, kind, value);
    await matches.add(next, id);
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { id },
        UpdateExpression: 'SET #match = :next',
        ExpressionAttributeNames: { '#match': `match_${kind}` },
        ExpressionAttributeValues: { ':next': next },
        ConditionExpression: 'attribute_exists(id)',
        ReturnValues: 'UPDATED_OLD',
      }),
    );
    const old = z.string().safeParse(Attributes?.[`match_${kind}`]);
    if (old.success && old.data !== next) await matches.remove(old.data, id);
  }

  return {
    async put(connection, secret, fingerprint) {
      const Item = {
        ...connection,
        fingerprint,
        secret: await seal(connection.id, connection.account_id, toStored(secret)),
      };
      const condition = {
        ConditionExpression: 'attribute_not_exists(id) OR fingerprint = :same',
        ExpressionAttributeValues: { ':same': fingerprint },
      };
      if (!(await conditional(() => client.send(new PutCommand({ TableName: table, Item, ...condition })))))
        return 'other';
      await rename(connection.id, 'username', connection.account_id, secret.username);
      if (connection.external_ref !== null)
        await rename(connection.id, 'external_ref', connection.account_id, connection.external_ref);
      return 'stored';
    },

    async connections(ids) {
      const items = await batchGet(
        client,
        table,
        [...new Set(ids)].map((id) => ({ id })),
        { consistent: true },
      );
      return new Map(
        items.map((item): [string, Connection] => {
          const connection = connectionSchema.parse(item);
          return [connection.id, connection];
        }),
      );
    },

    async secret(id) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      if (Item === undefined) return null;
      const { account_id: accountId, secret: box } = sealedRow.parse(Item);
      const key = JSON.stringify([accountId, id, box]);
      const kept = plain.get(key);
      if (kept !== undefined && kept.until > now()) return kept.secret;
      const opened = await vault.open(box, contextOf(id, accountId));
      const secret = storedSecretSchema.parse(JSON.parse(Buffer.from(opened).toString('utf8')));
      opened.fill(0);
      for (const [old, { until }] of plain) if (until <= now() || plain.size >= KEEP_MOST) plain.delete(old);
      plain.set(key, { secret, until: now() + KEEP_MS });
      return secret;
    },

    async update({ id, account_id, host, port, security_mode, tls_ca_pem, max_connections, label, external_ref }) {
      const fields = { host, port, security_mode, tls_ca_pem, max_connections, label, external_ref };
      const entries = Object.entries(fields);
      const updated = await ifThere({
        Key: { id },
        UpdateExpression: `SET ${entries.map((_, at) => `#f${at} = :f${at}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#f${at}`, name])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], at) => [`:f${at}`, value])),
      });
      if (updated && external_ref !== null) await rename(id, 'external_ref', account_id, external_ref);
      return updated;
    },

    async storeTokens(id, old, next) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      if (Item === undefined) return false;
      const { account_id: accountId, secret: box } = sealedRow.parse(Item);
      const opened = await vault.open(box, contextOf(id, accountId));
      const isSame = JSON.stringify(JSON.parse(Buffer.from(opened).toString('utf8'))) === JSON.stringify(old);
      opened.fill(0);
      if (!isSame) return false;
      return conditional(async () =>
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: 'SET secret = :next',
            ConditionExpression: 'secret = :box',
            ExpressionAttributeValues: { ':next': await seal(id, accountId, next), ':box': box },
          }),
        ),
      );
    },

    async rotate(id, secret, usernameMasked) {
      const connection = (await this.connections([id])).get(id);
      if (connection === undefined) return false;
      const rotated = await ifThere({
        Key: { id },
        UpdateExpression: 'SET secret = :secret, username_masked = :username',
        ExpressionAttributeValues: {
          ':secret': await seal(id, connection.account_id, toStored(secret)),
          ':username': usernameMasked,
        },
      });
      if (rotated) await rename(id, 'username', connection.account_id, secret.username);
      return rotated;
    },

    async touch(id, { lastUsedAt, lastSyncedAt }) {
      const sets = [
        ...(lastUsedAt === undefined ? [] : [['last_used_at', lastUsedAt] as const]),
        ...(lastSyncedAt === undefined ? [] : [['last_synced_at', lastSyncedAt] as const]),
      ];
      if (sets.length === 0) return;
      await ifThere({
        Key: { id },
        UpdateExpression: `SET ${sets.map(([name], at) => `${name} = :t${at}`).join(', ')}`,
        ExpressionAttributeValues: Object.fromEntries(sets.map(([, time], at) => [`:t${at}`, time])),
      });
    },

    async destroy(id) {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: { id }, ReturnValues: 'ALL_OLD' }),
      );
      const names = matchesOf.parse(Attributes ?? {});
      for (const key of [names.match_username, names.match_external_ref])
        if (key !== undefined) await matches.remove(key, id);
    },
  };
}
