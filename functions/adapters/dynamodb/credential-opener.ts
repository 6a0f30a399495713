/** Opens rows of credentials. A secret opens only with the place in its row. Plain secrets are cached for a while. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Connection, connectionSchema } from '../../domain/credential/connection.ts';
import { placeOf } from '../../domain/credential/place.ts';
import { type StoredSecret, storedSecretSchema } from '../../domain/credential/secret.ts';
import type { OpenedCredential, Unreadable } from '../../ports/credential-vault.ts';
import {
  type Bound,
  type SealedBox,
  sealedBoxSchema,
  type Vault,
  type VaultContext,
  VaultError,
} from '../../ports/vault.ts';
import { conditional } from './conditional.ts';

/**
 * How long and how many plain secrets a process caches: a rotation or a deletion takes effect everywhere after this
 * time.
 */
const KEEP_MS = 300_000;
const MAX_KEPT = 200;

export type Fields = Readonly<Record<string, unknown>>;
const idSchema = z.object({ id: z.string() });
const sealedRow = connectionSchema.extend({ secret: sealedBoxSchema });

export const contextOf = (id: string, accountId: string): VaultContext => ({
  account: accountId,
  credential: id,
  purpose: 'credential',
});

/** The row's fields. Throws VaultError if the row is not that of a credential. */
export function connectionOf(row: Fields): Connection {
  const parsed = connectionSchema.safeParse(row);
  if (!parsed.success) throw new VaultError('the row is not that of a credential');
  return parsed.data;
}

/** The rows' fields by id. */
export const connectionsOf = (rows: readonly Fields[]): ReadonlyMap<string, Connection | Unreadable> =>
  new Map(
    rows.map((row): [string, Connection | Unreadable] => {
      const parsed = connectionSchema.safeParse(row);
      return [idSchema.parse(row).id, parsed.success ? parsed.data : 'unreadable'];
    }),
  );

/** The row's fields and its sealed secret. Throws VaultError if the row is not that of a credential. */
export function sealedOf(row: Fields) {
  const parsed = sealedRow.safeParse(row);
  if (!parsed.success) throw new VaultError('the row is not that of a credential');
  const { secret: box, ...connection } = parsed.data;
  return { connection, box };
}

export const parsedSecret = (plain: Uint8Array): StoredSecret =>
  storedSecretSchema.parse(JSON.parse(Buffer.from(plain).toString('utf8')));

/**
 * A function that opens a row. It throws VaultError when the row's fields differ from those the secret was sealed
 * with.
 */
export function credentialOpener(
  client: DynamoDBDocumentClient,
  table: string,
  vault: Vault,
  now: () => number,
): (row: Fields) => Promise<OpenedCredential> {
  /**
   * The key contains everything that was opened, so a cached secret is never used for another secret, place,
   * credential or account.
   */
  const plain = new Map<string, { readonly secret: StoredSecret; readonly until: number }>();

  /**
   * A box of an earlier version or under an older key is replaced, unless another writer changed the row meanwhile. Not
   * one with tokens: another process may be refreshing them, and could not store the new ones in a changed row. These
   * are sealed again by the refresh.
   */
  async function open(box: SealedBox, context: VaultContext, place: Bound, id: string): Promise<StoredSecret> {
    const { plain: opened, renewed } = await vault.openAndRenew(box, context, place);
    try {
      const secret = parsedSecret(opened);
      if (renewed !== null && 'password' in secret) await replace(id, box, renewed);
      return secret;
    } finally {
      opened.fill(0);
    }
  }

  async function replace(id: string, box: SealedBox, next: SealedBox): Promise<void> {
    const update = new UpdateCommand({
      TableName: table,
      Key: { id },
      UpdateExpression: 'SET secret = :next',
      ConditionExpression: 'secret = :box',
      ExpressionAttributeValues: { ':next': next, ':box': box },
    });
    await conditional(() => client.send(update));
  }

  return async (row) => {
    const { connection, box } = sealedOf(row);
    const { id, account_id: accountId } = connection;
    const place = placeOf(connection);
    const key = JSON.stringify([accountId, id, place, box]);
    const kept = plain.get(key);
    if (kept !== undefined && kept.until > now()) return { connection, secret: kept.secret };
    const secret = await open(box, contextOf(id, accountId), place, id);
    for (const [old, { until }] of plain) if (until <= now() || plain.size >= MAX_KEPT) plain.delete(old);
    plain.set(key, { secret, until: now() + KEEP_MS });
    return { connection, secret };
  };
}
