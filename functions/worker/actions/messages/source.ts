import { canonicalPath } from '../../../domain/action/message-set.ts';
import type { FailureCode } from '../../../domain/failure/catalogue.ts';
import { failureOf } from '../../../domain/failure/failure.ts';
import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { MessageRecord } from '../../../domain/mail/message.ts';
import { formatUidSet, fromUids, hasUid, subtractUids, type UidSet } from '../../../domain/sync/uid-set.ts';
import { MailboxFailure, type MailboxSession, type MessageRow, type SelectedMailbox } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { byName, recordsOf } from '../mailboxes/spelling.ts';

/** A MailboxFailure with this code. `detail` must contain no content of messages and no secret. */
export function failure(code: FailureCode, detail: string): MailboxFailure {
  return new MailboxFailure(failureOf(code, detail));
}

/** The selected mailbox that an action works in. */
export type Source = {
  readonly session: MailboxSession;
  readonly path: string;
  readonly selected: SelectedMailbox;
  readonly access: 'read' | 'write';
  /** The stored record; null when no sync has seen the mailbox. */
  readonly record: MailboxRecord | null;
  /** Records of all mailboxes of the credential. */
  readonly records: readonly MailboxRecord[];
};

/** Selects the mailbox and checks the UIDVALIDITY that the job was made for. Throws MailboxFailure. */
export async function openSource(
  context: ActionContext,
  { folder, uid_validity }: { readonly folder: string; readonly uid_validity: number },
  access: 'read' | 'write',
): Promise<Source> {
  const path = canonicalPath(folder);
  const records = await recordsOf(context);
  const session = await context.session();
  const selected = await byName(session, records, path, (name) => session.select(name, access));
  if (selected.uidValidity !== uid_validity)
    throw failure('uidvalidity_changed', `The mailbox is at UIDVALIDITY ${selected.uidValidity}.`);
  const record =
    records.find((each) => each.path === path) ?? records.find(({ name }) => name === selected.name) ?? null;
  return { session, path: record?.path ?? path, selected, access, record, records };
}

/** The properties that identify a message in any mailbox. */
export type Identity = Pick<MessageRow, 'messageId' | 'internalDate' | 'size'>;

export type Identified = {
  readonly present: UidSet;
  readonly missing: UidSet;
  /** The stored rows of all requested messages, by their UID in the source folder. */
  readonly identities: ReadonlyMap<number, Identity>;
};

/**
 * Checks that the UIDs still name the messages that syncs saw under them: servers reuse UIDs, and UIDVALIDITY does not
 * always change. Throws `message_mismatch` if a UID names another message now, or one that no sync has seen.
 */
export async function identify(
  context: ActionContext,
  { session, record, selected }: Source,
  uids: readonly number[],
): Promise<Identified> {
  const wanted = fromUids(uids);
  const generation = { mailboxKey: record?.key ?? '', uidValidity: selected.uidValidity };
  const stored = record === null ? [] : await context.mail.messagesOf(generation, wanted);
  const known = new Map(stored.map((row) => [row.uid, row]));
  const rows = await session.fetchMessages(formatUidSet(wanted));
  for (const row of rows) {
    const before = known.get(row.uid);
    if (before === undefined) throw failure('message_mismatch', `No sync has seen UID ${row.uid}.`);
    if (!isSame(before, row)) throw failure('message_mismatch', `UID ${row.uid} is another message now.`);
  }
  const present = fromUids(rows.map(({ uid }) => uid).filter((uid) => hasUid(wanted, uid)));
  return { present, missing: subtractUids(wanted, present), identities: known };
}

function isSame(before: MessageRecord, now: MessageRow): boolean {
  return before.messageId === now.messageId && before.internalDate === now.internalDate;
}
