import { isDeepStrictEqual } from 'node:util';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type SealedBox, sealedBoxSchema, type Vault } from '../../ports/vault.ts';
import type { WebhookFields, WebhookVault } from '../../ports/webhook-vault.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';
import { pauseWithJitter } from './pause.ts';

/** Maximum number of former secrets: each one is tried on every delivery. */
const MAX_FORMER = 5;
const TRIES = 8;
/** How long and how many plain secrets a process caches. */
const KEEP_MS = 300_000;
const MAX_KEPT = 500;

const fieldsSchema = z.object({
  id: z.string(),
  account_id: z.string(),
  label: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
});
const rowSchema = fieldsSchema.extend({
  secret: sealedBoxSchema.optional(),
  /** The rotation that brought the secret; 0: it is the first. */
  rotation: z.int().default(0),
  /** Latest first; `until` in ms since the epoch. */
  formers: z.array(z.object({ secret: sealedBoxSchema, until: z.number(), rotation: z.int() })).default([]),
  /** Number of rotations. A conditional write on it detects every other rotation. */
  rotations: z.int().default(0),
});
type Row = z.infer<typeof rowSchema>;
type Brought = { readonly secret: SealedBox; readonly rotation: number; readonly until: number };

/**
 * A row's secrets after a rotation: the highest rotation is the current one, the others stay valid until their times.
 */
function rotated(
  { secret, rotation, formers }: Row & { readonly secret: SealedBox },
  brought: Brought,
  now: number,
): Pick<Row, 'secret' | 'rotation' | 'formers'> {
  const isLate = brought.rotation < rotation;
  const current = isLate ? { secret, rotation } : { secret: brought.secret, rotation: brought.rotation };
  const replaced = isLate ? brought : { secret, rotation, until: brought.until };
  const holding = [replaced, ...formers].filter(({ until }) => until > now);
  return {
    ...current,
    formers: holding.sort((one, other) => other.rotation - one.rotation).slice(0, MAX_FORMER),
  };
}

/** The port over the secrets table. */
export function dynamoWebhookVault(
  client: DynamoDBDocumentClient,
  table: string,
  vault: Vault,
  now: () => number = Date.now,
): WebhookVault {
  /** The key contains everything that was opened, so a cached secret is never used for another endpoint or account. */
  const plain = new Map<string, { readonly secret: string; readonly until: number }>();
  const contextOf = (id: string, accountId: string) => ({ account: accountId, webhook: id, purpose: 'webhook' });
  const seal = (id: string, accountId: string, secret: string): Promise<SealedBox> =>
    vault.seal(Buffer.from(secret, 'utf8'), contextOf(id, accountId));

  async function opened(id: string, accountId: string, box: SealedBox): Promise<string> {
    const key = JSON.stringify([accountId, id, box]);
    const kept = plain.get(key);
    if (kept !== undefined && kept.until > now()) return kept.secret;
    const bytes = await vault.open(box, contextOf(id, accountId));
    const secret = Buffer.from(bytes).toString('utf8');
    bytes.fill(0);
    for (const [old, { until }] of plain) if (until <= now() || plain.size >= MAX_KEPT) plain.delete(old);
    plain.set(key, { secret, until: now() + KEEP_MS });
    return secret;
  }

  async function row(id: string): Promise<Row | null> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
    return Item === undefined ? null : rowSchema.parse(Item);
  }

  async function fields(ids: readonly string[]): Promise<ReadonlyMap<string, WebhookFields>> {
    const keys = [...new Set(ids)].map((id) => ({ id }));
    const items = await batchGet(client, table, keys, { consistent: true });
    return new Map(
      items.map((item): [string, WebhookFields] => {
        const found = fieldsSchema.parse(item);
        return [found.id, found];
      }),
    );
  }

  function replace(id: string, seen: Row, secrets: Pick<Row, 'secret' | 'rotation' | 'formers'>, ours: SealedBox) {
    const update = new UpdateCommand({
      TableName: table,
      Key: { id },
      UpdateExpression: 'SET secret = :secret, rotation = :rotation, formers = :formers, rotations = :next',
      ConditionExpression: `attribute_exists(secret) AND ${
        seen.rotations === 0 ? 'attribute_not_exists(rotations)' : 'rotations = :seen'
      }`,
      ExpressionAttributeValues: {
        ':secret': secrets.secret,
        ':rotation': secrets.rotation,
        ':formers': secrets.formers,
        ':next': seen.rotations + 1,
        ...(seen.rotations === 0 ? {} : { ':seen': seen.rotations }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return conditional(
      () => client.send(update),
      (old) => {
        const { secret, formers } = rowSchema.parse(old);
        return [secret, ...formers.map((former) => former.secret)].some((box) => isDeepStrictEqual(box, ours));
      },
    );
  }

  return {
    async put(given, secret, fingerprint) {
      const sealed = secret === null ? {} : { secret: await seal(given.id, given.account_id, secret) };
      const put = new PutCommand({
        TableName: table,
        Item: { ...given, ...sealed, fingerprint },
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      let same = false;
      const stored = await conditional(
        () => client.send(put),
        (old) => {
          same = old.fingerprint === fingerprint;
          return sealed.secret !== undefined && isDeepStrictEqual(old.secret, sealed.secret);
        },
      );
      if (stored) return 'stored';
      return same ? 'earlier' : 'other';
    },

    fields,

    async open(id) {
      const found = await row(id);
      if (found === null) return null;
      const { account_id: accountId, secret, formers, settings } = found;
      const current = secret === undefined ? [] : [secret];
      const boxes = [...current, ...formers.filter(({ until }) => until > now()).map((former) => former.secret)];
      return { settings, secrets: await Promise.all(boxes.map((box) => opened(id, accountId, box))) };
    },

    async update(id, changes) {
      const set = Object.entries(changes).filter(([, value]) => value !== undefined);
      if (set.length === 0) return (await fields([id])).get(id) ?? null;
      const update = new UpdateCommand({
        TableName: table,
        Key: { id },
        UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeNames: Object.fromEntries(set.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
        ReturnValues: 'ALL_NEW',
      });
      let changed: WebhookFields | null = null;
      await conditional(async () => {
        changed = fieldsSchema.parse((await client.send(update)).Attributes);
      });
      return changed;
    },

    async rotate(id, secret, until, rotation) {
      let sealed: SealedBox | null = null;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        if (attempt > 0) await pauseWithJitter(attempt);
        const found = await row(id);
        if (found?.secret === undefined) return 'gone';
        if ([found, ...found.formers].some((each) => each.rotation === rotation)) return 'earlier';
        sealed ??= await seal(id, found.account_id, secret);
        const next = rotated({ ...found, secret: found.secret }, { secret: sealed, rotation, until }, now());
        if (await replace(id, found, next, sealed)) return 'rotated';
      }
      throw new Error(`the secret of ${id} stays in conflict after ${TRIES} tries`);
    },

    async destroy(id) {
      await client.send(new DeleteCommand({ TableName: table, Key: { id } }));
    },
  };
}
