import { createHash } from 'node:crypto';
import * as z from 'zod';
import { encodeEmailId } from '../../domain/mail/email-id.ts';
import { type MailboxRecord, mailboxRecord } from '../../domain/mail/mailbox.ts';
import { type MailAddress, type MessageRecord, sortInstant, withinBudget } from '../../domain/mail/message.ts';
import type { Generation, NewMailbox } from '../../ports/mail-store.ts';

/** Characters of a path in an index key: DynamoDB accepts 1,024 bytes, and the hash distinguishes long paths. */
const PATH_IN_KEY = 200;

/** Eight hexadecimal digits, so that keys sort like their numbers (below 2^32). */
export const hex8 = (value: number): string => value.toString(16).padStart(8, '0');
const sha = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Prefix of the index partition with an account's mailboxes. */
export const MAILBOX_PREFIX = 'mbx#';

/** The index partition with an account's mailboxes. */
export const mailboxIndexKey = (accountId: string): string => `${MAILBOX_PREFIX}${accountId}`;

/** The key of the mailbox record at this path of a credential. */
export const mailboxKeys = (credentialId: string, path: string) => ({
  pk: credentialId,
  sk: `${MAILBOX_PREFIX}${sha(path)}`,
});

/** The permanent key of a mailbox: unique, even if a later mailbox has the same path. */
export const newMailboxKey = ({ credentialId, path, firstSeenAt }: NewMailbox): string =>
  sha([credentialId, path, firstSeenAt].map((part) => `${part.length}:${part}`).join(';'));

/** The sort key of a message's row: UIDVALIDITY, then UID. */
export const messageSortKey = (uidValidity: number, uid: number): string => `${hex8(uidValidity)}${hex8(uid)}`;

/** The key of a message's row. */
export const messageKeys = ({ mailboxKey, uidValidity }: Generation, uid: number) => ({
  pk: mailboxKey,
  sk: messageSortKey(uidValidity, uid),
});

/** The UID in the sort key of a message's row. */
export const uidOf = (sortKey: unknown): number => Number.parseInt(String(sortKey).slice(8), 16);

/**
 * The record as stored in `r`, without the fields that have their own attributes because they are counted or compared.
 */
export function mailboxBody({ version: _, doubt: __, ...body }: MailboxRecord) {
  return body;
}

/** The item of a mailbox record, without its key. */
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

/** The mailbox record of an item. Throws ZodError for another item. */
export function fromMailboxItem(item: unknown): MailboxRecord {
  const { v, z: doubt, r } = mailboxItem.parse(item);
  return mailboxRecord.parse({ ...r, version: v, doubt });
}

type Pair = readonly [string | null, string | null];
const pairs = (list: readonly MailAddress[]): Pair[] | undefined =>
  list.length === 0 ? undefined : list.map(({ name, address }) => [name, address]);

/** Short names and no nulls: most rows stay within 1 KB (1 write unit). */
export function toMessageFields(message: MessageRecord) {
  const [from = [], to = [], cc = []] = withinBudget([message.from, message.to, message.cc]);
  return {
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

/** The sort key of a message in lists. */
export const timelineKey = (message: MessageRecord): string => `${sortInstant(message)}#${encodeEmailId(message)}`;

/** The item of a whole message. */
export function toMessageItem(message: MessageRecord) {
  return {
    ...messageKeys(message, message.uid),
    ga: message.accountId,
    gc: message.credentialId,
    gd: timelineKey(message),
    ...toMessageFields(message),
  };
}

const text = z.string().nullable().default(null);
const addresses = z
  .array(z.tuple([z.string().nullable(), z.string().nullable()]))
  .default([])
  .transform((list) => list.map(([name, address]) => ({ name, address })));

/** The stored fields of a message, in a row or in a block. */
export const messageFields = z.object({
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

export function fromMessageFields(
  fields: z.output<typeof messageFields>,
  place: Pick<MessageRecord, 'mailboxKey' | 'uidValidity' | 'uid' | 'accountId' | 'credentialId'>,
): MessageRecord {
  return {
    ...place,
    modseq: fields.o,
    flags: fields.f,
    size: fields.s,
    internalDate: fields.i,
    date: fields.d,
    messageId: fields.m,
    providerMessageId: fields.pm,
    providerThreadId: fields.pt,
    subject: fields.u,
    from: fields.fr,
    to: fields.to,
    cc: fields.cc,
    unreadable: fields.x,
    storedAt: fields.t,
  };
}

/** A row: a whole message, or a change of a message in a block. */
export type Row =
  | { readonly kind: 'message'; readonly message: MessageRecord }
  | { readonly kind: 'flags'; readonly flags: readonly string[]; readonly modseq: string | null }
  | { readonly kind: 'gone' };

const place = z.object({ pk: z.string(), sk: z.string().length(16) });
const messageItem = place.extend({ ga: z.string(), gc: z.string() }).extend(messageFields.shape);
const marks = z.object({ t: z.string().optional(), g: z.boolean().default(false) });
const flagsItem = z.object({ f: z.array(z.string()).default([]), o: text });

/** The kind of a row; `g` and `t` must have been read. */
export function rowKind(item: unknown): Row['kind'] {
  const { t, g } = marks.parse(item);
  if (g) return 'gone';
  return t === undefined ? 'flags' : 'message';
}

/** A row of the mail table. Throws ZodError for another item. */
export function fromRowItem(item: unknown): Row {
  const kind = rowKind(item);
  if (kind === 'gone') return { kind };
  if (kind === 'flags') {
    const { f: flags, o: modseq } = flagsItem.parse(item);
    return { kind, flags, modseq };
  }
  const { pk: mailboxKey, sk, ga: accountId, gc: credentialId, ...fields } = messageItem.parse(item);
  const uidValidity = Number.parseInt(sk.slice(0, 8), 16);
  return {
    kind,
    message: fromMessageFields(fields, { mailboxKey, uidValidity, uid: uidOf(sk), accountId, credentialId }),
  };
}

/** The present message, from its block and its row. Null when there is none. */
export function overlaid(packed: MessageRecord | null, row: Row | null): MessageRecord | null {
  if (row === null) return packed;
  if (row.kind === 'message') return row.message;
  if (row.kind === 'gone' || packed === null) return null;
  return { ...packed, flags: row.flags, modseq: row.modseq ?? packed.modseq };
}
