import type { ListingFields, MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { type Listed, type MailboxPlan, planMailboxes } from '../../../domain/sync/plan-mailboxes.ts';
import type { NewMailbox } from '../../../ports/mail-store.ts';
import type { ListedMailbox } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { failure } from '../messages/source.ts';
import { provenRenames } from './renamed.ts';
import { assertOurs } from './run.ts';

export type Discovery = {
  readonly plan: MailboxPlan;
  /** No longer shown; their rows are still to be erased. */
  readonly removed: readonly MailboxRecord[];
  /** Every listed mailbox with its record, in the server's order, INBOX first. */
  readonly mailboxes: readonly { readonly record: MailboxRecord; readonly listed: ListedMailbox }[];
};

/**
 * LIST, and what it means for the stored mailboxes: new ones get a record, renamed ones keep theirs, vanished ones are
 * missing for a day and then removed. `concerns` chooses the mailboxes; what it leaves out is left alone.
 * What is stored of an earlier generation of the credential is of another mailbox, whatever its path and numbers: a listed
 * path gets a new record in its place, and all else of it goes.
 * `statuses`: also store what LIST says of message counts; a sync of messages stores better numbers itself.
 */
export async function discover(
  context: ActionContext,
  concerns: (mailbox: { readonly path: string; readonly namespace: ListedMailbox['namespace'] }) => boolean,
  statuses: boolean,
): Promise<Discovery> {
  const { mail, credentialId, now } = context;
  const session = await context.session();
  const { mailboxes: found } = await session.listMailboxes({ statuses: true });
  const listed = found.filter(concerns);
  const all = await mail.mailboxes(credentialId);
  assertOurs(context);
  if (all.some(({ generation }) => generation > context.generation))
    throw failure('credential_changed', 'The credential leads to another mailbox by now.');
  const former = new Map(
    all.filter(({ generation }) => generation < context.generation).map((record) => [record.path, record]),
  );
  const stored = all.filter((record) => record.generation === context.generation && concerns(record));
  const listing = planMailboxes(stored, listed, now(), await provenRenames(context, stored, listed));
  const replaced = new Set(listing.added.map(({ path }) => path));
  const left = [...former.values()].filter(({ path }) => !replaced.has(path));
  const plan = { ...listing, removed: [...listing.removed, ...left] };
  const at = new Date(now()).toISOString();
  const records = new Map<string, MailboxRecord>();

  for (const each of plan.added) records.set(each.path, await add(context, each, at, former.get(each.path)));
  for (const { record, listed: seen } of plan.renamed) {
    const renamed = await mail.renameMailbox(record, seen.path, listingOf(seen));
    // Somebody else changed it meanwhile: the next LIST sees what is left of it.
    records.set(seen.path, renamed ?? (await add(context, seen, at)));
  }
  for (const { record, listed: seen, changed } of plan.present) {
    const kept = { ...listingOf(seen), status: statuses ? seen.status : record.status };
    const worthIt = changed && (statuses || !sameListing(record, kept));
    if (worthIt) await mail.noteListing(record, kept);
    records.set(seen.path, { ...record, ...kept });
  }
  for (const record of plan.missing) await mail.noteListing(record, { ...record, missingSince: at });
  const removed: MailboxRecord[] = [];
  for (const record of plan.removed) {
    // From here on it is not shown, however long the erasing takes.
    const hidden = await mail.putMailbox({ ...record, sync: null, lock: null });
    if (hidden !== null) removed.push(hidden);
  }

  const inOrder = listed.toSorted((one, other) => Number(other.path === 'INBOX') - Number(one.path === 'INBOX'));
  return {
    plan,
    removed,
    mailboxes: inOrder.flatMap((each) => {
      const record = records.get(each.path);
      return record === undefined ? [] : [{ record, listed: each }];
    }),
  };
}

const listingOf = ({ name, delimiter, namespace, selectable, specialUse, status }: Listed): ListingFields => ({
  name,
  delimiter,
  namespace,
  selectable,
  specialUse,
  status,
  missingSince: null,
});

function sameListing(record: MailboxRecord, listing: ListingFields): boolean {
  return (
    record.name === listing.name &&
    record.missingSince === listing.missingSince &&
    record.delimiter === listing.delimiter &&
    record.namespace === listing.namespace &&
    record.selectable === listing.selectable &&
    record.specialUse === listing.specialUse
  );
}

async function add(context: ActionContext, listed: Listed, at: string, former?: MailboxRecord): Promise<MailboxRecord> {
  const { mail, accountId, credentialId, generation } = context;
  const mailbox: NewMailbox = {
    ...listingOf(listed),
    generation,
    former: former === undefined ? [] : [...former.former, former.key],
    accountId,
    credentialId,
    path: listed.path,
    mailboxId: null,
    syncLevel: 'basic',
    firstSeenAt: at,
    sync: null,
    lock: null,
  };
  // A sync of the generation before may still be at the old record, and change it in between.
  for (let old = former, tries = 1; tries <= TRIES; tries += 1) {
    const replaced = old === undefined ? null : await mail.replaceMailbox(old, mailbox);
    const there = replaced ?? (await mail.addMailbox(mailbox));
    if (there.generation === generation) return there;
    old = there;
  }
  throw failure('mailbox_in_use', 'A sync of the mailbox that was in its place holds on to it.');
}

/**
 * Removes what `discover` found to have no place any more. False when time is up before all is gone. A record goes after
 * its rows: until then the next run finds what is left to erase.
 */
export async function eraseRemoved(context: ActionContext, { removed, mailboxes }: Discovery): Promise<boolean> {
  const { mail, credentialId, remainingMs } = context;
  async function erased(keys: readonly string[]): Promise<boolean> {
    for (const key of keys) {
      while (!(await mail.eraseMessages(key, null))) if (remainingMs() < RESERVE_MS) return false;
    }
    return true;
  }
  for (const record of removed) {
    if (!(await erased([...record.former, record.key]))) return false;
    await mail.removeMailbox(record);
  }
  if (mailboxes.every(({ record }) => record.former.length === 0)) return true;
  for (const record of await mail.mailboxes(credentialId)) {
    if (!(await erased(record.former))) return false;
    // On conflict another run is at it: then the next one does it.
    if (record.former.length > 0) await mail.putMailbox({ ...record, former: [] });
  }
  return true;
}

const RESERVE_MS = 8_000;
const TRIES = 3;
