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
import type { CredentialVault } from '../../ports/credential-vault.ts';
import { type SealedBox, sealedBoxSchema, type Vault } from '../../ports/vault.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';

/** How long and how many plain secrets a process keeps: a rotation or a deletion holds everywhere after this. */
const KEEP_MS = 300_000;
const KEEP_MOST = 200;

const sealedRow = z.object({ account_id: z.string(), secret: sealedBoxSchema });

export function dynamoCredentialVault(
  client: DynamoDBDocumentClient,
  table: string,
  vault: Vault,
  now: () => number = Date.now,
): CredentialVault {
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
      return (await conditional(() => client.send(new PutCommand({ TableName: table, Item, ...condition }))))
        ? 'stored'
        : 'other';
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

    async update({ id, host, port, security_mode, tls_ca_pem, max_connections, label, external_ref }) {
      const fields = { host, port, security_mode, tls_ca_pem, max_connections, label, external_ref };
      const entries = Object.entries(fields);
      return ifThere({
        Key: { id },
        UpdateExpression: `SET ${entries.map((_, at) => `#f${at} = :f${at}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#f${at}`, name])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], at) => [`:f${at}`, value])),
      });
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
      return ifThere({
        Key: { id },
        UpdateExpression: 'SET secret = :secret, username_masked = :username',
        ExpressionAttributeValues: {
          ':secret': await seal(id, connection.account_id, toStored(secret)),
          ':username': usernameMasked,
        },
      });
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
      await client.send(new DeleteCommand({ TableName: table, Key: { id } }));
    },
  };
}
