import * as z from 'zod';
import { categoryOf } from '../../domain/failure/catalogue.ts';
import { failureCategory, failureCode } from '../../domain/failure/schema.ts';
import { encodeEmailId } from '../../domain/mail/email-id.ts';
import type { MailboxRecord } from '../../domain/mail/mailbox.ts';
import { encodeMailboxName } from '../../domain/mail/mailbox-name.ts';
import { type MessageRecord, mailAddress } from '../../domain/mail/message.ts';
import type { Email } from '../../ports/mail-store.ts';

const instant = z.iso.datetime();

/** A mailbox, as the API shows it. */
export const mailboxResource = z.strictObject({
  credential_id: z.string(),
  path: z.string(),
  name: z.string(),
  delimiter: z.string().nullable(),
  namespace: z.enum(['personal', 'other_users', 'shared']),
  selectable: z.boolean(),
  special_use: z.string().nullable(),
  mailbox_id: z.string().nullable(),
  uid_validity: z.int().nullable(),
  uid_next: z.int().nullable(),
  messages: z.int().nullable(),
  highest_modseq: z.string().nullable(),
  synced_messages: z.int(),
  synced_at: instant.nullable(),
  flags_synced_at: instant.nullable(),
  sync_level: z.enum(['qresync', 'condstore', 'basic']),
  last_error: z
    .strictObject({ code: failureCode, category: failureCategory, detail: z.string(), since: instant, at: instant })
    .nullable(),
});

/** The resource of a mailbox record. */
export function toMailboxResource(record: MailboxRecord): z.infer<typeof mailboxResource> {
  const { lastError } = record;
  return {
    credential_id: record.credentialId,
    path: record.path,
    name: record.name ?? encodeMailboxName(record.path),
    delimiter: record.delimiter,
    namespace: record.namespace,
    selectable: record.selectable,
    special_use: record.specialUse,
    mailbox_id: record.mailboxId,
    uid_validity: record.status?.uidValidity ?? null,
    uid_next: record.status?.uidNext ?? null,
    messages: record.status?.messages ?? null,
    highest_modseq: record.status?.highestModseq ?? null,
    synced_messages: record.sync?.known ?? 0,
    synced_at: record.sync?.syncedAt ?? null,
    flags_synced_at: record.sync?.flagsAt ?? null,
    sync_level: record.syncLevel,
    last_error:
      lastError === null
        ? null
        : {
            code: lastError.code,
            category: categoryOf(lastError.code),
            detail: lastError.detail,
            since: lastError.since,
            at: lastError.at,
          },
  };
}

/** A message, as the API shows it: its metadata, without the content. */
export const emailResource = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  credential_id: z.string(),
  folder: z.string(),
  uid: z.int(),
  uid_validity: z.int(),
  message_id: z.string().nullable(),
  provider_message_id: z.string().nullable(),
  provider_thread_id: z.string().nullable(),
  subject: z.string().nullable(),
  from: z.array(mailAddress),
  to: z.array(mailAddress),
  cc: z.array(mailAddress),
  date: instant.nullable(),
  internal_date: instant.nullable(),
  size: z.int().nullable(),
  flags: z.array(z.string()),
  unreadable: z.boolean(),
});

/** The resource of a stored message. */
export function toEmailResource({ message, mailbox }: Email): z.infer<typeof emailResource> {
  const { from, to, cc, flags }: MessageRecord = message;
  return {
    id: encodeEmailId(message),
    account_id: message.accountId,
    credential_id: message.credentialId,
    folder: mailbox.path,
    uid: message.uid,
    uid_validity: message.uidValidity,
    message_id: message.messageId,
    provider_message_id: message.providerMessageId,
    provider_thread_id: message.providerThreadId,
    subject: message.subject,
    from: [...from],
    to: [...to],
    cc: [...cc],
    date: message.date,
    internal_date: message.internalDate,
    size: message.size,
    flags: [...flags],
    unreadable: message.unreadable,
  };
}
