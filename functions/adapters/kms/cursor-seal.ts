/**
 * Cursors sealed under one data key of the deployment. The wrapped key is a row of the Views table, made on first use
 * by a conditional put (the loser reads the winner's key) and unwrapped once per cold start. Two keys are derived from
 * it, so that cursors and fingerprints never use the same key.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type CursorBinding, type CursorSeal, InvalidCursor } from '../../ports/cursor-seal.ts';
import { type SealedBox, sealedBoxSchema, type Vault } from '../../ports/vault.ts';
import { VIEWS } from '../dynamodb/tables.ts';

const CONTEXT = { purpose: 'cursor' };
const ROW = { [VIEWS.partitionKey]: VIEWS.cursorKey };
const IV_BYTES = 12;
const TAG_BYTES = 16;

type Keys = { readonly cursor: Uint8Array; readonly fingerprint: Uint8Array };

export function dynamoCursorSeal(client: DynamoDBDocumentClient, viewsTable: string, vault: Vault): CursorSeal {
  let loading: Promise<Keys> | null = null;
  const keys = (): Promise<Keys> => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };

  async function load(): Promise<Keys> {
    const secret = await vault.open((await stored()) ?? (await made()), CONTEXT);
    const keys = { cursor: derived(secret, 'cursor'), fingerprint: derived(secret, 'fingerprint') };
    secret.fill(0);
    return keys;
  }

  async function stored(): Promise<SealedBox | null> {
    const { Item } = await client.send(new GetCommand({ TableName: viewsTable, Key: ROW, ConsistentRead: true }));
    return Item === undefined ? null : z.object({ box: sealedBoxSchema }).parse(Item).box;
  }

  async function made(): Promise<SealedBox> {
    const box = await vault.seal(randomBytes(32), CONTEXT);
    try {
      await client.send(
        new PutCommand({
          TableName: viewsTable,
          Item: { ...ROW, box },
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      );
      return box;
    } catch (error) {
      const winner = error instanceof ConditionalCheckFailedException ? await stored() : null;
      if (winner === null) throw error;
      return winner;
    }
  }

  return {
    async seal(position, binding) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', (await keys()).cursor, iv).setAAD(bound(binding));
      const ct = Buffer.concat([cipher.update(JSON.stringify(position), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), ct]).toString('base64url');
    },

    async open(cursor, binding) {
      const { cursor: key } = await keys();
      const sealed = Buffer.from(cursor, 'base64url');
      try {
        // Only the exact spelling that `seal` writes is accepted: base64url decoding allows others.
        if (sealed.toString('base64url') !== cursor) throw new InvalidCursor();
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(bound(binding))
          .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
        return JSON.parse(plain.toString('utf8'));
      } catch {
        throw new InvalidCursor();
      }
    },

    async fingerprint(text) {
      return createHmac('sha256', (await keys()).fingerprint)
        .update(text)
        .digest('base64url');
    },
  };
}

function derived(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
}

/** Filters are compared by value: the order of their fields does not matter, the order of their lists does. */
function bound({ account, operation, filter }: CursorBinding): Buffer {
  return Buffer.from(JSON.stringify([account, operation, sorted(filter)]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
