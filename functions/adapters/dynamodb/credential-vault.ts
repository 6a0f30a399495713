import { isDeepStrictEqual } from 'node:util';
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
import { type OAuthSecret, type StoredSecret, storedSecretSchema, toStored } from '../../domain/credential/secret.ts';
import type { CredentialVault } from '../../ports/credential-vault.ts';
import { type SealedBox, sealedBoxSchema, type Vault } from '../../ports/vault.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';
import { credentialMatches, matchKey } from './credential-matches.ts';

/** How long and how many plain secrets a process keeps: a rotation or a deletion holds everywhere after this. */
const KEEP_MS = 300_000;
const KEEP_MOST = 200;

/** Writers of one row at the same time: the people who change one credential. */
const TRIES = 10;

type Fields = Readonly<Record<string, unknown>>;
type Written = Readonly<Record<string, number>>;
const matchesOf = z.object({ match_username: z.string().nullish(), match_external_ref: z.string().nullish() });
const writtenOf = z.record(z.string(), z.int()).optional();
const sealedRow = z.object({ account_id: z.string(), secret: sealedBoxSchema });

/** The names that a row says its credential goes by. */
function matchKeys(row: Fields): readonly string[] {
  const { match_username: username, match_external_ref: ref } = matchesOf.parse(row);
  return [username, ref].filter((key) => typeof key === 'string');
}

const externalRef = (accountId: string, ref: string | null | undefined): Fields =>
  ref === undefined ? {} : { match_external_ref: ref === null ? null : matchKey(accountId, 'external_ref', ref) };

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

  async function rowOf(id: string): Promise<Fields | null> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
    return Item ?? null;
  }

  /**
   * Writes what the event of that version says, but for what a later event has written. The names it goes by from now on
   * are added before the row has them, the former taken away after.
   */
  async function write(id: string, version: number, fields: Fields): Promise<boolean> {
    for (const key of matchKeys(fields)) await matches.add(key, id);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const row = await rowOf(id);
      const written = writtenOf.parse(row?.written) ?? {};
      const due = Object.fromEntries(Object.entries(fields).filter(([field]) => (written[field] ?? 0) < version));
      if (row !== null && !(await replace(id, row.written, written, version, due))) continue;
      const kept = row === null ? [] : matchKeys({ ...row, ...due });
      for (const key of new Set([...matchKeys(row ?? {}), ...matchKeys(fields)]))
        if (!kept.includes(key)) await matches.remove(key, id);
      return row !== null;
    }
    throw new Error('others keep changing the credential');
  }

  /** False when somebody else has changed the row since it was read. */
  async function replace(id: string, seen: unknown, written: Written, version: number, due: Fields): Promise<boolean> {
    const names = Object.keys(due);
    if (names.length === 0) return true;
    const entries = Object.entries({
      ...due,
      written: { ...written, ...Object.fromEntries(names.map((name) => [name, version])) },
    });
    return conditional(() =>
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: { id },
          UpdateExpression: `SET ${entries.map((_, at) => `#f${at} = :f${at}`).join(', ')}`,
          ConditionExpression: `attribute_exists(id) AND ${seen === undefined ? 'attribute_not_exists(written)' : 'written = :seen'}`,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#f${at}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(entries.map(([, value], at) => [`:f${at}`, value])),
            ...(seen === undefined ? {} : { ':seen': seen }),
          },
        }),
      ),
    );
  }

  return {
    async put(connection, secret, fingerprint) {
      const Item = {
        ...connection,
        fingerprint,
        written: {},
        secret: await seal(connection.id, connection.account_id, toStored(secret)),
      };
      const condition = {
        ConditionExpression: 'attribute_not_exists(id) OR fingerprint = :same',
        ExpressionAttributeValues: { ':same': fingerprint },
      };
      if (!(await conditional(() => client.send(new PutCommand({ TableName: table, Item, ...condition })))))
        return 'other';
      await write(connection.id, 1, {
        match_username: matchKey(connection.account_id, 'username', secret.username),
        ...externalRef(connection.account_id, connection.external_ref),
      });
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
      const row = await rowOf(id);
      if (row === null) return null;
      const { account_id: accountId, secret: box } = sealedRow.parse(row);
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

    async read(id) {
      const row = await rowOf(id);
      if (row === null) return null;
      return { connection: connectionSchema.parse(row), written: writtenOf.parse(row.written) ?? null };
    },

    async update(id, { version, generation }, changes) {
      const connection = (await this.connections([id])).get(id);
      if (connection === undefined) return false;
      return write(id, version, {
        ...changes,
        generation,
        ...externalRef(connection.account_id, changes.external_ref),
      });
    },

    async replaceTokens(id, old, refresh) {
      const row = await rowOf(id);
      if (row === null) return null;
      const { account_id: accountId, secret: box } = sealedRow.parse(row);
      let next: OAuthSecret | null = null;
      const sealed = await vault.reseal(box, contextOf(id, accountId), async (plain) => {
        if (JSON.stringify(JSON.parse(Buffer.from(plain).toString('utf8'))) !== JSON.stringify(old)) return null;
        next = await refresh();
        return Buffer.from(JSON.stringify(next), 'utf8');
      });
      if (sealed === null) return null;
      const update = new UpdateCommand({
        TableName: table,
        Key: { id },
        UpdateExpression: 'SET secret = :next',
        ConditionExpression: 'secret = :box',
        ExpressionAttributeValues: { ':next': sealed, ':box': box },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const stored = await conditional(
        () => client.send(update),
        ({ secret }) => isDeepStrictEqual(secret, sealed),
      );
      return stored ? next : null;
    },

    async rotate(id, { version, generation }, secret, usernameMasked) {
      const connection = (await this.connections([id])).get(id);
      if (connection === undefined) return false;
      return write(id, version, {
        secret: await seal(id, connection.account_id, toStored(secret)),
        username_masked: usernameMasked,
        generation,
        match_username: matchKey(connection.account_id, 'username', secret.username),
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
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: { id }, ReturnValues: 'ALL_OLD' }),
      );
      for (const key of matchKeys(Attributes ?? {})) await matches.remove(key, id);
    },
  };
}
