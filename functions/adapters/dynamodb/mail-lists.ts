import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { decodeEmailId } from '../../domain/mail/email-id.ts';
import { isCurrent, type MailboxRecord } from '../../domain/mail/mailbox.ts';
import type { MessageRecord } from '../../domain/mail/message.ts';
import type { Email, MailPosition, MailQuery, MailStore } from '../../ports/mail-store.ts';
import { batchGet } from './batch-get.ts';
import { fromMailboxItem, fromMessageItem, mailboxIndexKey, messageKeys } from './mail-items.ts';
import { MAIL } from './tables.ts';

/** Pages of an index read for one page of a list: rows of an old generation are passed over, but not without end. */
const MOST_READS = 10;

/** Entries that a search reads at once. */
const CHUNK = 100;

type MailLists = Pick<MailStore, 'email' | 'emails' | 'searchEmails' | 'listMailboxes'>;
type Entry = {
  readonly position: MailPosition;
  readonly instant: string;
  readonly keys: { readonly pk: string; readonly sk: string };
};

export function mailLists(client: DynamoDBDocumentClient, table: string, mailboxes: MailStore['mailboxes']): MailLists {
  /** Messages with their mailboxes, less those of earlier generations. */
  async function joined(messages: readonly MessageRecord[]): Promise<ReadonlyMap<string, Email>> {
    const credentials = [...new Set(messages.map(({ credentialId }) => credentialId))];
    const records = (await Promise.all(credentials.map(mailboxes))).flat();
    const byKey = new Map(records.map((record) => [record.key, record]));
    return new Map(
      messages.flatMap((message) => {
        const mailbox = byKey.get(message.mailboxKey);
        return mailbox !== undefined && isCurrent(mailbox, message.uidValidity)
          ? [[message.emailId, { message, mailbox }] as const]
          : [];
      }),
    );
  }

  async function entries(
    index: typeof MAIL.accountIndex | typeof MAIL.credentialIndex,
    key: string,
    page: Pick<MailQuery, 'limit' | 'from' | 'before'> & { readonly after: MailPosition | null; forward: boolean },
  ): Promise<{ readonly entries: readonly Entry[]; readonly ended: boolean }> {
    const { from, before } = page;
    // A range that ends before it begins is an error to the engine.
    if (from !== undefined && before !== undefined && from >= before) return { entries: [], ended: true };
    // Sort keys go on after the instant, so none is equal to a bound: BETWEEN excludes `before` all the same.
    const bounds =
      from !== undefined && before !== undefined
        ? ' AND #s BETWEEN :from AND :before'
        : from !== undefined
          ? ' AND #s >= :from'
          : before !== undefined
            ? ' AND #s < :before'
            : '';
    const answer = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index.name,
        KeyConditionExpression: `#p = :p${bounds}`,
        ExpressionAttributeNames: { '#p': index.partitionKey, ...(bounds === '' ? {} : { '#s': index.sortKey }) },
        ExpressionAttributeValues: {
          ':p': key,
          ...(from === undefined ? {} : { ':from': from }),
          ...(before === undefined ? {} : { ':before': before }),
        },
        ScanIndexForward: page.forward,
        Limit: page.limit,
        ExclusiveStartKey: page.after ?? undefined,
      }),
    );
    const found = (answer.Items ?? []).map((item) => {
      const keys = { pk: String(item.pk), sk: String(item.sk) };
      const position = { ...keys, [index.partitionKey]: key, [index.sortKey]: String(item[index.sortKey]) };
      const sort = String(item[index.sortKey]);
      return { keys, position, instant: sort.slice(0, sort.indexOf('#')) };
    });
    return { entries: found, ended: answer.LastEvaluatedKey === undefined };
  }

  /** Reads the index until the page is full; `resolve` gives the items of entries, null where there is none to show. */
  async function collect<Item>(
    query: Pick<MailQuery, 'limit' | 'after'>,
    read: (after: MailPosition | null, limit: number) => ReturnType<typeof entries>,
    resolve: (found: readonly Entry[]) => Promise<readonly (Item | null)[]>,
  ): Promise<{ readonly items: readonly Item[]; readonly next: MailPosition | null }> {
    const items: Item[] = [];
    let after = query.after;
    for (let reads = 0; reads < MOST_READS && items.length < query.limit; reads += 1) {
      const page = await read(after, query.limit - items.length);
      const resolved = await resolve(page.entries);
      for (const item of resolved) if (item !== null) items.push(item);
      if (page.ended) return { items, next: null };
      after = page.entries.at(-1)?.position ?? after;
    }
    return { items, next: after };
  }

  const newestFirst = (query: Omit<MailQuery, 'limit' | 'after'>, after: MailPosition | null, limit: number) => {
    const page = { ...query, after, limit, forward: false };
    return 'account' in query.scope
      ? entries(MAIL.accountIndex, query.scope.account, page)
      : entries(MAIL.credentialIndex, query.scope.credential, page);
  };

  async function emailsOf(found: readonly Entry[]): Promise<readonly (Email | null)[]> {
    const messages = await itemsOf(found, fromMessageItem);
    const emails = await joined(messages.filter((message) => message !== null));
    return messages.map((message) => (message === null ? null : (emails.get(message.emailId) ?? null)));
  }

  const idOf = ({ pk, sk }: Entry['keys']): string => `${pk}/${sk}`;
  async function itemsOf<Item>(
    found: readonly Entry[],
    decode: (item: unknown) => Item,
  ): Promise<readonly (Item | null)[]> {
    const keys = found.map((entry) => entry.keys);
    const items = await batchGet(client, table, keys, { consistent: false });
    const byKey = new Map(items.map((item) => [idOf({ pk: String(item.pk), sk: String(item.sk) }), decode(item)]));
    return keys.map((key) => byKey.get(idOf(key)) ?? null);
  }

  return {
    async email(emailId) {
      const address = decodeEmailId(emailId);
      if (address === null) return null;
      const [item] = await batchGet(client, table, [messageKeys(address, address.uid)], { consistent: true });
      if (item === undefined) return null;
      return (await joined([fromMessageItem(item)])).get(emailId) ?? null;
    },

    emails: (query) => collect(query, (after, limit) => newestFirst(query, after, limit), emailsOf),

    async searchEmails({ accept, most, ...query }) {
      const items: Email[] = [];
      let { after } = query;
      let [examined, reached]: [number, string | null] = [0, null];
      while (items.length < query.limit && examined < most) {
        const page = await newestFirst(query, after, Math.min(CHUNK, most - examined));
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

    async listMailboxes({ scope, limit, after }) {
      if ('account' in scope) {
        const key = mailboxIndexKey(scope.account);
        return collect(
          { limit, after },
          (start, room) => entries(MAIL.accountIndex, key, { limit: room, after: start, forward: true }),
          (found) => itemsOf(found, fromMailboxItem),
        );
      }
      const order = (one: MailboxRecord, other: MailboxRecord): number => (one.path < other.path ? -1 : 1);
      const all = [...(await mailboxes(scope.credential))].sort(order);
      const rest = after === null ? all : all.filter(({ path }) => path > (after.path ?? ''));
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      return { items, next: rest.length > limit && last !== undefined ? { path: last.path } : null };
    },
  };
}
