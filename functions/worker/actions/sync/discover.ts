import type { ListingFields, MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { type Listed, type MailboxPlan, planMailboxes } from '../../../domain/sync/plan-mailboxes.ts';
import type { ListedMailbox } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { assertOurs } from './run.ts';

export type Discovery = {
  readonly plan: MailboxPlan;
  /** Every listed mailbox with its record, in the server's order, INBOX first. */
  readonly mailboxes: readonly { readonly record: MailboxRecord; readonly listed: ListedMailbox }[];
};

/**
 * LIST, and what it means for the stored mailboxes: new ones get a record, renamed ones keep theirs, vanished ones are
 * missing for a day and then erased with their messages. `concerns` chooses the mailboxes; what it leaves out is left alone.
 * `statuses`: also store what LIST says of message counts; a sync of messages stores better numbers itself.
 */
export async function discover(
  context: ActionContext,
  concerns: (mailbox: { readonly path: string; readonly namespace: ListedMailbox['namespace'] }) => boolean,
  statuses: boolean,
): Promise<Discovery> {
  const { mail, credentialId, now } = context;
  const session = await context.session();
  const listed = (await session.listMailboxes()).filter(concerns);
  const stored = (await mail.mailboxes(credentialId)).filter(concerns);
  assertOurs(context);
  const plan = planMailboxes(stored, listed, now());
  const at = new Date(now()).toISOString();
  const records = new Map<string, MailboxRecord>();

  for (const each of plan.added) records.set(each.path, await add(context, each, at));
  for (const { record, listed: found } of plan.renamed) {
    const renamed = await mail.renameMailbox(record, found.path, listingOf(found));
    // Somebody else changed it meanwhile: the next LIST sees what is left of it.
    records.set(found.path, renamed ?? (await add(context, found, at)));
  }
  for (const { record, listed: found, changed } of plan.present) {
    const kept = { ...listingOf(found), status: statuses ? found.status : record.status };
    const worthIt = changed && (statuses || !sameListing(record, kept));
    if (worthIt) await mail.noteListing(record, kept);
    records.set(found.path, { ...record, ...kept });
  }
  for (const record of plan.missing) await mail.noteListing(record, { ...record, missingSince: at });
  for (const record of plan.removed) await erase(context, record);

  const inOrder = listed.toSorted((one, other) => Number(other.path === 'INBOX') - Number(one.path === 'INBOX'));
  return {
    plan,
    mailboxes: inOrder.flatMap((each) => {
      const record = records.get(each.path);
      return record === undefined ? [] : [{ record, listed: each }];
    }),
  };
}

const listingOf = ({ delimiter, namespace, selectable, specialUse, status }: Listed): ListingFields => ({
  delimiter,
  namespace,
  selectable,
  specialUse,
  status,
  missingSince: null,
});

function sameListing(record: MailboxRecord, listing: ListingFields): boolean {
  return (
    record.missingSince === listing.missingSince &&
    record.delimiter === listing.delimiter &&
    record.namespace === listing.namespace &&
    record.selectable === listing.selectable &&
    record.specialUse === listing.specialUse
  );
}

function add({ mail, accountId, credentialId }: ActionContext, listed: Listed, at: string): Promise<MailboxRecord> {
  return mail.addMailbox({
    ...listingOf(listed),
    accountId,
    credentialId,
    path: listed.path,
    mailboxId: null,
    syncLevel: 'basic',
    firstSeenAt: at,
    sync: null,
    lock: null,
  });
}

/** The record goes last: until then the next run finds what is left to erase. */
async function erase({ mail, remainingMs }: ActionContext, record: MailboxRecord): Promise<void> {
  while (!(await mail.eraseMessages(record.key, null))) if (remainingMs() < RESERVE_MS) return;
  await mail.removeMailbox(record);
}

const RESERVE_MS = 8_000;
