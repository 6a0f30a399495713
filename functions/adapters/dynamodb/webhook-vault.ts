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

/** How long and how many plain secrets a process keeps. */
const KEEP_MS = 300_000;
const KEEP_MOST = 500;

const fieldsSchema = z.object({
  id: z.string(),
  account_id: z.string(),
  label: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
});
const rowSchema = fieldsSchema.extend({
  secret: sealedBoxSchema.optional(),
  former: sealedBoxSchema.optional(),
  /** ms since the epoch. */
  former_until: z.number().optional(),
});

export function dynamoWebhookVault(
  client: DynamoDBDocumentClient,
  table: string,
  vault: Vault,
  now: () => number = Date.now,
): WebhookVault {
  /** Keyed by what opened, so that another endpoint's or account's is never served from here. */
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
    for (const [old, { until }] of plain) if (until <= now() || plain.size >= KEEP_MOST) plain.delete(old);
    plain.set(key, { secret, until: now() + KEEP_MS });
    return secret;
  }

  async function row(id: string): Promise<z.infer<typeof rowSchema> | null> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
    return Item === undefined ? null : rowSchema.parse(Item);
  }

  return {
    async put(fields, secret, fingerprint) {
      const sealed = secret === null ? {} : { secret: await seal(fields.id, fields.account_id, secret) };
      const put = new PutCommand({
        TableName: table,
        Item: { ...fields, ...sealed, fingerprint },
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

    async fields(ids) {
      const keys = [...new Set(ids)].map((id) => ({ id }));
      const items = await batchGet(client, table, keys, { consistent: true });
      return new Map(
        items.map((item): [string, WebhookFields] => {
          const fields = fieldsSchema.parse(item);
          return [fields.id, fields];
        }),
      );
    },

    async open(id) {
      const found = await row(id);
      if (found === null) return null;
      const { account_id: accountId, secret, former, former_until: until = 0, settings } = found;
      const boxes = [secret, until > now() ? former : undefined].filter((box) => box !== undefined);
      return { settings, secrets: await Promise.all(boxes.map((box) => opened(id, accountId, box))) };
    },

    async update({ id, label, settings }) {
      return conditional(() =>
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: 'SET #label = :label, #settings = :settings',
            ConditionExpression: 'attribute_exists(id)',
            ExpressionAttributeNames: { '#label': 'label', '#settings': 'settings' },
            ExpressionAttributeValues: { ':label': label, ':settings': settings },
          }),
        ),
      );
    },

    async rotate(id, secret, until, rotation) {
      const found = await row(id);
      if (found === null) return 'gone';
      const sealed = await seal(id, found.account_id, secret);
      const update = new UpdateCommand({
        TableName: table,
        Key: { id },
        UpdateExpression: 'SET former = secret, former_until = :until, secret = :secret, rotation = :rotation',
        ConditionExpression: 'attribute_exists(secret) AND (attribute_not_exists(rotation) OR rotation <> :rotation)',
        ExpressionAttributeValues: {
          ':until': until,
          ':secret': sealed,
          ':rotation': rotation,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      let earlier = false;
      const rotated = await conditional(
        () => client.send(update),
        (old) => {
          earlier = old.rotation === rotation;
          return isDeepStrictEqual(old.secret, sealed);
        },
      );
      if (rotated) return 'rotated';
      return earlier ? 'earlier' : 'gone';
    },

    async destroy(id) {
      await client.send(new DeleteCommand({ TableName: table, Key: { id } }));
    },
  };
}
