import { createHash } from 'node:crypto';
import * as z from 'zod';
import { encodeEmailId } from '../../domain/mail/email-id.ts';
import { type MailboxRecord, mailboxRecord } from '../../domain/mail/mailbox.ts';
import { type MailAddress, type MessageRecord, sortInstant, withinBudget } from '../../domain/mail/message.ts';
import type { Generation, NewMailbox } from '../../ports/mail-store.ts';

/** Characters of a path in an index key: DynamoDB takes 1,024 bytes, and the hash tells long paths apart. */
const PATH_IN_KEY = 200;

const hex8 = (value: number): string => value.toString(16).padStart(8, '0');
const sha = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export const MAILBOX_PREFIX = 'mbx#';
export const mailboxIndexKey = (accountId: string): string => `${MAILBOX_PREFIX}${accountId}`;

export const mailboxKeys = (credentialId: string, path: string) => ({
  pk: credentialId,
  sk: `${MAILBOX_PREFIX}${sha(path)}`,
});

/** The key of a mailbox for good: nobody else has it, not even a later mailbox of the same path. */
export const newMailboxKey = ({ credentialId, path, firstSeenAt }: NewMailbox): string =>
  sha([credentialId, path, firstSeenAt].map((part) => `${part.length}:${part}`).join(';'));

export const messageSortKey = (uidValidity: number, uid: number): string => `${hex8(uidValidity)}${hex8(uid)}`;
export const messageKeys = ({ mailboxKey, uidValidity }: Generation, uid: number) => ({
  pk: mailboxKey,
  sk: messageSortKey(uidValidity, uid),
});
export const uidOf = (sortKey: unknown): number => Number.parseInt(String(sortKey).slice(8), 16);

/** The record as it is kept in `r`: what is counted or compared has attributes of its own. */
export function mailboxBody({ version: _, doubt: __, ...body }: MailboxRecord) {
  return body;
}

export function toMailboxItem(record: MailboxRecord) {
  const keys = mailboxKeys(record.credentialId, record.path);
  return {
    ...keys,
    ga: mailboxIndexKey(record.accountId),
    gd: `${record.credentialId}#${record.path.slice(0, PATH_IN_KEY).toWellFormed()}#${keys.sk}`,
    v: record.version,
    z: record.doubt,
    r: mailboxBody(record),
  };
}

const mailboxItem = z.object({ v: z.int(), z: z.int(), r: z.record(z.string(), z.unknown()) });

export function fromMailboxItem(item: unknown): MailboxRecord {
  const { v, z: doubt, r } = mailboxItem.parse(item);
  return mailboxRecord.parse({ ...r, version: v, doubt });
}

type Pair = readonly [string | null, string | null];
const pairs = (list: readonly MailAddress[]): Pair[] | undefined =>
  list.length === 0 ? undefined : list.map(({ name, address }) => [name, address]);

/** Short names and no nulls: most rows stay within 1 KB (1 write unit). */
export function toMessageItem(message: MessageRecord) {
  const [from = [], to = [], cc = []] = withinBudget([message.from, message.to, message.cc]);
  return {
    ...messageKeys(message, message.uid),
    ga: message.accountId,
    gc: message.credentialId,
    gd: `${sortInstant(message)}#${message.emailId}`,
    f: message.flags.length === 0 ? undefined : message.flags,
    o: message.modseq ?? undefined,
    s: message.size ?? undefined,
    i: message.internalDate ?? undefined,
    d: message.date ?? undefined,
    m: message.messageId ?? undefined,
    pm: message.providerMessageId ?? undefined,
    pt: message.providerThreadId ?? undefined,
    u: message.subject ?? undefined,
    fr: pairs(from),
    to: pairs(to),
    cc: pairs(cc),
    x: message.unreadable ? true : undefined,
    t: message.storedAt,
  };
}

const text = z.string().nullable().default(null);
const addresses = z
  .array(z.tuple([z.string().nullable(), z.string().nullable()]))
  .default([])
  .transform((list) => list.map(([name, address]) => ({ name, address })));

const messageItem = z.object({
  pk: z.string(),
  sk: z.string().length(16),
  ga: z.string(),
  gc: z.string(),
  f: z.array(z.string()).default([]),
  o: text,
  s: z.number().nullable().default(null),
  i: text,
  d: text,
  m: text,
  pm: text,
  pt: text,
  u: text,
  fr: addresses,
  to: addresses,
  cc: addresses,
  x: z.boolean().default(false),
  t: z.string(),
});

export function fromMessageItem(item: unknown): MessageRecord {
  const row = messageItem.parse(item);
  const address = {
    mailboxKey: row.pk,
    uidValidity: Number.parseInt(row.sk.slice(0, 8), 16),
    uid: uidOf(row.sk),
  };
  return {
    ...address,
    emailId: encodeEmailId(address),
    accountId: row.ga,
    credentialId: row.gc,
    modseq: row.o,
    flags: row.f,
    size: row.s,
    internalDate: row.i,
    date: row.d,
    messageId: row.m,
    providerMessageId: row.pm,
    providerThreadId: row.pt,
    subject: row.u,
    from: row.fr,
    to: row.to,
    cc: row.cc,
    unreadable: row.x,
    storedAt: row.t,
  };
}
