import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { decodeEmailId, encodeEmailId } from '../../domain/mail/email-id.ts';
import { isCurrent, type MailboxRecord } from '../../domain/mail/mailbox.ts';
import type { MessageRecord } from '../../domain/mail/message.ts';
import type { Email, MailPosition, MailStore } from '../../ports/mail-store.ts';
import { batchGet } from './batch-get.ts';
import { blockKeys, fromBlockItem, isBlockKey, slotOf } from './mail-blocks.ts';
import { fromMailboxItem, fromRowItem, mailboxIndexKey, messageKeys, overlaid } from './mail-items.ts';
import { mailTimeline, type TimelineEntry } from './mail-timeline.ts';
import { MAIL } from './tables.ts';

/** Maximum index pages read for one page of a list: rows of an old UIDVALIDITY are skipped. */
const MAX_READS = 10;

/** Number of entries that a search reads at once. */
const CHUNK = 100;

type MailLists = Pick<MailStore, 'email' | 'emails' | 'searchEmails' | 'listMailboxes'>;
type Keys = { readonly pk: string; readonly sk: string };
const idOf = ({ pk, sk }: Keys): string => `${pk}/${sk}`;

/** Lists and searches of messages, newest first. */
export function mailLists(client: DynamoDBDocumentClient, table: string, mailboxes: MailStore['mailboxes']): MailLists {
  /** Messages with their mailboxes, without those of earlier UIDVALIDITYs. */
  async function joined(messages: readonly MessageRecord[]): Promise<ReadonlyMap<string, Email>> {
    const credentials = [...new Set(messages.map(({ credentialId }) => credentialId))];
    const records = (await Promise.all(credentials.map(mailboxes))).flat();
    const byKey = new Map(records.map((record) => [record.key, record]));
    return new Map(
      messages.flatMap((message) => {
        const mailbox = byKey.get(message.mailboxKey);
        return mailbox !== undefined && isCurrent(mailbox, message.uidValidity)
          ? [[encodeEmailId(message), { message, mailbox }] as const]
          : [];
      }),
    );
  }

  async function mailboxEntries(accountId: string, limit: number, after: MailPosition | null) {
    const { name, partitionKey, sortKey } = MAIL.accountIndex;
    const key = mailboxIndexKey(accountId);
    const answer = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: name,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': partitionKey },
        ExpressionAttributeValues: { ':p': key },
        Limit: limit,
        ExclusiveStartKey: after ?? undefined,
      }),
    );
    const entries = (answer.Items ?? []).map((item) => {
      const keys = { pk: String(item.pk), sk: String(item.sk) };
      return { keys, position: { ...keys, [partitionKey]: key, [sortKey]: String(item[sortKey]) } };
    });
    return { entries, ended: answer.LastEvaluatedKey === undefined };
  }

  /** Reads until the page is full. `resolve` returns the items of entries, null for entries that are not shown. */
  async function collect<Entry extends { readonly position: MailPosition }, Item>(
    query: { readonly limit: number; readonly after: MailPosition | null },
    read: (
      after: MailPosition | null,
      limit: number,
    ) => Promise<{ readonly entries: readonly Entry[]; readonly ended: boolean }>,
    resolve: (found: readonly Entry[]) => Promise<readonly (Item | null)[]>,
  ): Promise<{ readonly items: readonly Item[]; readonly next: MailPosition | null }> {
    const items: Item[] = [];
    let after = query.after;
    for (let reads = 0; reads < MAX_READS && items.length < query.limit; reads += 1) {
      const page = await read(after, query.limit - items.length);
      const resolved = await resolve(page.entries);
      for (const item of resolved) if (item !== null) items.push(item);
      if (page.ended) return { items, next: null };
      after = page.entries.at(-1)?.position ?? after;
    }
    return { items, next: after };
  }

  async function itemsOf(keys: readonly Keys[]): Promise<ReadonlyMap<string, unknown>> {
    const distinct = [...new Map(keys.map((key) => [idOf(key), key])).values()];
    const items = await batchGet(client, table, distinct, { consistent: false });
    return new Map(items.map((item) => [idOf({ pk: String(item.pk), sk: String(item.sk) }), item]));
  }

  async function emailsOf(found: readonly TimelineEntry[]): Promise<readonly (Email | null)[]> {
    const items = await itemsOf(found.map(({ keys }) => keys));
    const messages = found.map(({ keys, packed }) => {
      const item = items.get(idOf(keys));
      const row = item === undefined ? null : fromRowItem(item);
      // A whole row has its own index entry, under its own date.
      return packed !== null && row?.kind === 'message' ? null : overlaid(packed, row);
    });
    const emails = await joined(messages.filter((message) => message !== null));
    return messages.map((message) => (message === null ? null : (emails.get(encodeEmailId(message)) ?? null)));
  }

  return {
    async email(emailId) {
      const address = decodeEmailId(emailId);
      if (address === null) return null;
      const keys = [messageKeys(address, address.uid), blockKeys(address, slotOf(address.uid))];
      const items = await batchGet(client, table, keys, { consistent: true });
      const [block] = items.filter(({ sk }) => isBlockKey(String(sk)));
      const [row] = items.filter(({ sk }) => !isBlockKey(String(sk)));
      const { messages } = block === undefined ? { messages: [] } : await fromBlockItem(block);
      const packed = messages.find(({ uid }) => uid === address.uid) ?? null;
      const message = overlaid(packed, row === undefined ? null : fromRowItem(row));
      return message === null ? null : ((await joined([message])).get(emailId) ?? null);
    },

    emails: (query) => collect(query, mailTimeline(client, table, query).read, emailsOf),

    async searchEmails({ accept, most, ...query }) {
      const timeline = mailTimeline(client, table, query);
      const items: Email[] = [];
      let { after } = query;
      let [examined, reached]: [number, string | null] = [0, null];
      while (items.length < query.limit && examined < most) {
        const page = await timeline.read(after, Math.min(CHUNK, most - examined));
        const emails = await emailsOf(page.entries);
        for (const [at, { position, instant }] of page.entries.entries()) {
          const email = emails[at];
          examined += 1;
          [after, reached] = [position, instant];
          if (email != null && accept(email)) items.push(email);
          const isLast = page.ended && at === page.entries.length - 1;
          if (items.length >= query.limit && !isLast) return { items, next: after, examined, reached };
        }
        if (page.ended) return { items, next: null, examined, reached };
      }
      return { items, next: after, examined, reached };
    },

    async listMailboxes({ scope, limit, after: start, accept, most }) {
      if ('credential' in scope) {
        const order = (one: MailboxRecord, other: MailboxRecord): number => (one.path < other.path ? -1 : 1);
        const all = [...(await mailboxes(scope.credential))].sort(order);
        const rest = all.filter((record) => (start === null || record.path > (start.path ?? '')) && accept(record));
        const items = rest.slice(0, limit);
        const last = items.at(-1);
        return { items, next: rest.length > limit && last !== undefined ? { path: last.path } : null };
      }
      const items: MailboxRecord[] = [];
      let after = start;
      for (let [examined, size] = [0, limit]; items.length < limit && examined < most; size = CHUNK) {
        const page = await mailboxEntries(scope.account, Math.min(size, most - examined), after);
        const found = await itemsOf(page.entries.map(({ keys }) => keys));
        for (const [at, { keys, position }] of page.entries.entries()) {
          const item = found.get(idOf(keys));
          const record = item === undefined ? null : fromMailboxItem(item);
          after = position;
          if (record !== null && accept(record)) items.push(record);
          const isLast = page.ended && at === page.entries.length - 1;
          if (items.length >= limit) return { items, next: isLast ? null : after };
        }
        if (page.ended) return { items, next: null };
        examined += page.entries.length;
      }
      return { items, next: after };
    },
  };
}
