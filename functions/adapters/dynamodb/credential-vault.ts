import { isDeepStrictEqual } from 'node:util';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Connection, connectionSchema } from '../../domain/credential/connection.ts';
import { PLACE_FIELDS, placeOf } from '../../domain/credential/place.ts';
import { maskUsername, type OAuthSecret, type StoredSecret, toStored } from '../../domain/credential/secret.ts';
import type { CredentialVault } from '../../ports/credential-vault.ts';
import { type SealedBox, type Vault, VaultError } from '../../ports/vault.ts';
import { conditional } from './conditional.ts';
import { dynamoConnections } from './connections.ts';
import { credentialMatches, matchKey } from './credential-matches.ts';
import {
  connectionOf,
  connectionsOf,
  contextOf,
  credentialOpener,
  type Fields,
  parsedSecret,
  sealedOf,
} from './credential-opener.ts';

/** Tries against concurrent writers: people who change the same credential. */
const TRIES = 10;

type Written = Readonly<Record<string, number>>;
const matchesOf = z.object({ match_username: z.unknown().optional(), match_external_ref: z.unknown().optional() });
const writtenOf = z.record(z.string(), z.int()).optional();

/** The match keys of a row; invalid ones are left out. */
function matchKeys(row: Fields): readonly string[] {
  const { match_username: username, match_external_ref: ref } = matchesOf.parse(row);
  return [username, ref].filter((key) => typeof key === 'string');
}

const externalRef = (accountId: string, ref: string | null | undefined): Fields =>
  ref === undefined ? {} : { match_external_ref: ref === null ? null : matchKey(accountId, 'external_ref', ref) };

/** The port over the secrets table. `vault` seals and opens the secrets. */
export function dynamoCredentialVault(
  client: DynamoDBDocumentClient,
  table: string,
  vault: Vault,
  now: () => number = Date.now,
): CredentialVault {
  const matches = credentialMatches(client, table);
  const open = credentialOpener(client, table, vault, now);

  const seal = (connection: Connection, secret: StoredSecret): Promise<SealedBox> =>
    vault.seal(
      Buffer.from(JSON.stringify(secret), 'utf8'),
      contextOf(connection.id, connection.account_id),
      placeOf(connection),
    );

  async function rowOf(id: string): Promise<Fields | null> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
    return Item ?? null;
  }

  /**
   * Writes the fields of the event of that version, except those that a later event has written. New match keys are
   * added before the row is changed, old ones removed after it.
   */
  async function write(id: string, version: number, fields: Fields, secret: StoredSecret | null): Promise<boolean> {
    for (const key of matchKeys(fields)) await matches.add(key, id);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const row = await rowOf(id);
      const written = writtenOf.parse(row?.written) ?? {};
      const isDue = (field: string): boolean => (written[field] ?? 0) < version;
      const due = Object.fromEntries(Object.entries(fields).filter(([field]) => isDue(field)));
      const given = secret !== null && isDue('secret') ? secret : null;
      if (row !== null && !(await replace(row, written, version, due, given))) continue;
      const kept = row === null ? [] : matchKeys({ ...row, ...due });
      for (const key of new Set([...matchKeys(row ?? {}), ...matchKeys(fields)]))
        if (!kept.includes(key)) await matches.remove(key, id);
      return row !== null;
    }
    throw new Error(`the row of a credential stays in conflict after ${TRIES} tries`);
  }

  /** False when another writer has changed the row since it was read. */
  async function replace(
    row: Fields,
    written: Written,
    version: number,
    due: Fields,
    given: StoredSecret | null,
  ): Promise<boolean> {
    const names = [...Object.keys(due), ...(given === null ? [] : ['secret'])];
    if (names.length === 0) return true;
    const box = await boxAfter(row, due, given);
    const entries = Object.entries({
      ...due,
      ...(box === null ? {} : { secret: box }),
      written: { ...written, ...Object.fromEntries(names.map((name) => [name, version])) },
    });
    const seen = ['written', ...(box === null ? [] : ['secret'])].map((name) => [name, row[name]] as const);
    const isSeen = seen.map(([name, value]) =>
      value === undefined ? `attribute_not_exists(${name})` : `${name} = :seen_${name}`,
    );
    return conditional(() =>
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: { id: row.id },
          UpdateExpression: `SET ${entries.map((_, at) => `#f${at} = :f${at}`).join(', ')}`,
          ConditionExpression: ['attribute_exists(id)', ...isSeen].join(' AND '),
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name], at) => [`#f${at}`, name])),
          ExpressionAttributeValues: Object.fromEntries([
            ...entries.map(([, value], at) => [`:f${at}`, value]),
            ...seen.filter(([, value]) => value !== undefined).map(([name, value]) => [`:seen_${name}`, value]),
          ]),
        }),
      ),
    );
  }

  /** The secret sealed with the row's new place; null when neither changes. */
  async function boxAfter(row: Fields, due: Fields, given: StoredSecret | null): Promise<SealedBox | null> {
    const after = connectionSchema.parse({ ...row, ...due });
    const isWhole = given !== null && [...PLACE_FIELDS, 'username_masked'].every((field) => field in due);
    if (isWhole) return seal(after, given);
    const moves = !isDeepStrictEqual(placeOf(connectionSchema.parse(row)), placeOf(after));
    if (given === null && !moves) return null;
    // A place that was not written by this code gets no secret, not even a new one.
    const { secret } = await open(row);
    return seal(after, given ?? secret);
  }

  return {
    async put(connection, secret, fingerprint) {
      const Item = {
        ...connection,
        fingerprint,
        written: {},
        secret: await seal(connection, toStored(secret)),
      };
      const condition = {
        ConditionExpression: 'attribute_not_exists(id) OR fingerprint = :same',
        ExpressionAttributeValues: { ':same': fingerprint },
      };
      if (!(await conditional(() => client.send(new PutCommand({ TableName: table, Item, ...condition })))))
        return 'other';
      await write(
        connection.id,
        1,
        {
          match_username: matchKey(connection.account_id, 'username', secret.username),
          ...externalRef(connection.account_id, connection.external_ref),
        },
        null,
      );
      return 'stored';
    },

    ...dynamoConnections(client, table),

    async opened(id) {
      const row = await rowOf(id);
      return row === null ? null : open(row);
    },

    async sealed(id) {
      const row = await rowOf(id);
      if (row === null) return null;
      return { connection: connectionsOf([row]).get(id) ?? 'unreadable', open: () => open(row) };
    },

    async read(id) {
      const row = await rowOf(id);
      if (row === null) return null;
      const written = writtenOf.safeParse(row.written);
      if (!written.success) throw new VaultError('the row is not that of a credential');
      return { connection: connectionOf(row), written: written.data ?? null };
    },

    async update(id, { version, generation }, changes, secret) {
      const connection = (await this.connections([id])).get(id);
      if (connection === undefined) return false;
      if (connection === 'unreadable') throw new VaultError('the row is not that of a credential');
      const { account_id: accountId } = connection;
      const named = secret === undefined ? {} : { username_masked: maskUsername(secret.username) };
      const match = secret === undefined ? {} : { match_username: matchKey(accountId, 'username', secret.username) };
      const fields = { ...changes, ...named, ...match, generation, ...externalRef(accountId, changes.external_ref) };
      return write(id, version, fields, secret === undefined ? null : toStored(secret));
    },

    async replaceTokens({ connection: { id, ...known }, secret: old }, refresh) {
      const row = await rowOf(id);
      if (row === null) return null;
      const { connection, box } = sealedOf(row);
      const place = placeOf(connection);
      if (!isDeepStrictEqual(place, placeOf(known))) return null;
      let next: OAuthSecret | null = null;
      const context = contextOf(id, connection.account_id);
      const change = async (plain: Uint8Array): Promise<Uint8Array | null> => {
        if (!isDeepStrictEqual(parsedSecret(plain), old)) return null;
        next = await refresh();
        return Buffer.from(JSON.stringify(next), 'utf8');
      };
      const sealed = await vault.reseal(box, context, change, place);
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

    async destroy(id) {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: { id }, ReturnValues: 'ALL_OLD' }),
      );
      for (const key of matchKeys(Attributes ?? {})) await matches.remove(key, id);
    },
  };
}
