import { randomUUID } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { MailboxRecord } from '../../domain/mail/mailbox.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import { conditional } from './conditional.ts';
import { fromMailboxItem, mailboxBody, mailboxKeys, newMailboxKey, toMailboxItem } from './mail-items.ts';
import { readMailboxes } from './read-mailboxes.ts';
import { transact } from './transaction.ts';

type MailboxRecords = Pick<
  MailStore,
  | 'mailboxes'
  | 'addMailbox'
  | 'replaceMailbox'
  | 'putMailbox'
  | 'noteListing'
  | 'noteError'
  | 'noteDoubt'
  | 'renameMailbox'
  | 'removeMailbox'
> & {
  /** Removes a mailbox and its stored messages from all lists; null on conflict. */
  fenceMailbox(record: MailboxRecord): Promise<MailboxRecord | null>;
};

const LISTING = ['name', 'delimiter', 'namespace', 'selectable', 'specialUse', 'status', 'missingSince'] as const;
const atVersion = (record: MailboxRecord) => ({
  ConditionExpression: 'v = :v AND r.#key = :key',
  ExpressionAttributeNames: { '#key': 'key' },
  ExpressionAttributeValues: { ':v': record.version, ':key': record.key },
});

/**
 * Mailbox records: pk = credential, sk = hash of the path. Changes of the listing and of the doubt do not raise the
 * version.
 */
export function mailboxRecords(client: DynamoDBDocumentClient, table: string): MailboxRecords {
  const keysOf = (record: MailboxRecord) => mailboxKeys(record.credentialId, record.path);

  const update = (input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> =>
    conditional(() => client.send(new UpdateCommand({ TableName: table, ...input })));

  /** Replaces the record if it is still at its version; otherwise null. */
  async function store(record: MailboxRecord, expression: string): Promise<MailboxRecord | null> {
    const condition = atVersion(record);
    const next = { ...record, version: record.version + 1 };
    const write = randomUUID();
    const put = new UpdateCommand({
      TableName: table,
      Key: keysOf(record),
      UpdateExpression: expression,
      ...condition,
      ExpressionAttributeValues: {
        ...condition.ExpressionAttributeValues,
        ':r': mailboxBody(record),
        ':next': next.version,
        ':write': write,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const done = await conditional(
      () => client.send(put),
      ({ w }) => w === write,
    );
    return done ? next : null;
  }

  return {
    ...readMailboxes(client, table),

    async addMailbox(mailbox) {
      const record = { ...mailbox, key: newMailboxKey(mailbox), version: 1, doubt: 0, lastError: null };
      const put = new PutCommand({
        TableName: table,
        Item: toMailboxItem(record),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      if (await conditional(() => client.send(put))) return record;
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keysOf(record), ConsistentRead: true }),
      );
      return fromMailboxItem(Item);
    },

    async replaceMailbox(old, mailbox) {
      const record = { ...mailbox, key: newMailboxKey(mailbox), version: old.version + 1, doubt: 0, lastError: null };
      const put = new PutCommand({
        TableName: table,
        Item: toMailboxItem(record),
        ...atVersion(old),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const done = await conditional(
        () => client.send(put),
        (item) => fromMailboxItem(item).key === record.key,
      );
      return done ? record : null;
    },

    putMailbox: (record) => store(record, 'SET r = :r, v = :next, w = :write'),

    fenceMailbox: (record) =>
      store({ ...record, sync: null, lock: null }, 'SET r = :r, v = :next, w = :write REMOVE ga, gd'),

    async noteListing(record, listing) {
      await update({
        Key: keysOf(record),
        UpdateExpression: `SET ${LISTING.map((field) => `r.#${field} = :${field}`).join(', ')}`,
        ConditionExpression: 'r.#key = :key',
        ExpressionAttributeNames: {
          '#key': 'key',
          ...Object.fromEntries(LISTING.map((field) => [`#${field}`, field])),
        },
        ExpressionAttributeValues: {
          ':key': record.key,
          ...Object.fromEntries(LISTING.map((field) => [`:${field}`, listing[field]])),
        },
      });
    },

    async noteError(record, error) {
      await update({
        Key: keysOf(record),
        UpdateExpression: 'SET r.lastError = :error',
        ConditionExpression: 'r.#key = :key',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':error': error, ':key': record.key },
      });
    },

    async noteDoubt(record) {
      await update({
        Key: keysOf(record),
        UpdateExpression: 'ADD z :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
      });
    },

    async renameMailbox(record, path, listing) {
      const moved = { ...record, ...listing, path };
      // AWS refuses two writes of one item in a transaction.
      if (keysOf(moved).sk === keysOf(record).sk) return store(moved, 'SET r = :r, v = :next, w = :write');
      const next = { ...moved, version: record.version + 1 };
      const Put = {
        TableName: table,
        Item: toMailboxItem(next),
        ConditionExpression: 'attribute_not_exists(pk)',
      };
      const Delete = { TableName: table, Key: keysOf(record), ...atVersion(record) };
      const written = await transact(client, [{ Delete }, { Put }]);
      return written.kind === 'written' ? next : null;
    },

    removeMailbox: (record) =>
      conditional(() =>
        client.send(new DeleteCommand({ TableName: table, Key: keysOf(record), ...atVersion(record) })),
      ),
  };
}
