import type { Failure } from '../../../domain/failure/failure.ts';
import type { ListingFields, MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { type MailboxPlan, planMailboxes, sameStatus } from '../../../domain/sync/plan-mailboxes.ts';
import type { ListedMailbox, MailboxSession } from '../../../ports/mailbox.ts';
import { logger } from '../../../runtime/logger.ts';
import type { ActionContext } from '../../action.ts';
import { failure } from '../messages/source.ts';
import { addMailbox, listingOf } from './add-mailbox.ts';
import { pathsFor } from './free-paths.ts';
import { renameRecord } from './rename-record.ts';
import { provenRenames, withStatuses } from './renamed.ts';
import { assertOurs } from './run.ts';

/** A mailbox to sync, with its entry in LIST. */
export type Folder = { readonly record: MailboxRecord; readonly listed: ListedMailbox };

/** The stored mailboxes, after LIST was applied to them. */
export type Discovery = {
  readonly plan: MailboxPlan;
  /** Not shown any more; their rows must still be erased. */
  readonly removed: readonly MailboxRecord[];
  /**
   * Every listed mailbox with its record, in the server's order; with a damaged list also the stored mailboxes that it
   * does not show.
   */
  readonly mailboxes: readonly Folder[];
  /** Why mailboxes may be missing from the list; null when it is complete. */
  readonly fault: Failure | null;
};

/** The mailboxes that a run of LIST includes. */
export type Scope = {
  readonly namespaces: readonly ListedMailbox['namespace'][];
  /** The path of a mailbox that is included in any namespace. */
  readonly folder: string | null;
  /** Whether to store the message counts in LIST; a sync of messages stores better numbers itself. */
  readonly statuses: boolean;
};

/** Number of new mailboxes stored at the same time. */
const AT_ONCE = 10;

/**
 * Runs LIST and applies it to the stored mailboxes: new ones get a record, renamed ones keep theirs, missing ones are
 * removed after a day. Mailboxes outside the scope are not changed. A damaged list removes nothing. Records of an
 * earlier credential generation belong to another mailbox, whatever their path and numbers: a listed path gets a new
 * record, and all their stored messages are erased.
 */
export async function discover(context: ActionContext, scope: Scope): Promise<Discovery> {
  const { mail, credentialId, now } = context;
  const session = await context.session();
  const { mailboxes: found, fault } = await session.listMailboxes({ statuses: true });
  if (fault !== null) logger.warn('damaged list of mailboxes', { job_id: context.jobId, code: fault.code });
  const all = await mail.mailboxes(credentialId);
  assertOurs(context);
  if (all.some(({ generation }) => generation > context.generation))
    throw failure('credential_changed', 'The credential leads to another mailbox by now.');
  const former = new Map(
    all.filter(({ generation }) => generation < context.generation).map((record) => [record.path, record]),
  );
  const own = all.filter(({ generation }) => generation === context.generation);
  const { stored, listed: inScope } = within(scope, own, found);
  const whole = fault === null;
  const listed = whole ? await withStatuses(context, stored, inScope) : inScope;
  const proven = whole ? await provenRenames(context, stored, listed) : [];
  const plan = planMailboxes(stored, listed, now(), { proven, whole });
  const at = new Date(now()).toISOString();
  const records = new Map<string, MailboxRecord>();
  const paths = pathsFor(own, listed);

  for (const { record, listed: seen } of plan.renamed) {
    const path = paths.give(seen, record.path);
    const renamed = await renameRecord(context, record, path, listingOf(seen));
    // Perhaps another run has stored the mailbox at the new path: then that record is the one.
    if (renamed === null) paths.giveBack(path);
    records.set(seen.name, renamed ?? (await addMailbox(context, seen, { at, former, paths })));
  }
  for (let from = 0; from < plan.added.length; from += AT_ONCE) {
    assertOurs(context);
    const some = plan.added.slice(from, from + AT_ONCE);
    const added = await Promise.all(some.map((each) => addMailbox(context, each, { at, former, paths })));
    for (const [index, each] of some.entries()) {
      const record = added[index];
      if (record !== undefined) records.set(each.name, record);
    }
  }
  for (const { record, listed: seen } of plan.present) {
    const status = scope.statuses ? (seen.status ?? record.status) : record.status;
    const kept = { ...listingOf(seen), status };
    if (!sameListing(record, kept)) await mail.noteListing(record, kept);
    records.set(seen.name, { ...record, ...kept });
  }
  for (const record of plan.missing) await mail.noteListing(record, { ...record, missingSince: at });
  const replaced = new Set([...records.values()].map(({ path }) => path));
  const left = [...former.values()].filter(({ path }) => !replaced.has(path));
  const removed: MailboxRecord[] = [];
  for (const record of [...plan.removed, ...left]) {
    // From here on it is hidden, even if erasing takes long.
    const hidden = await mail.putMailbox({ ...record, sync: null, lock: null });
    if (hidden !== null) removed.push(hidden);
  }

  return {
    plan: { ...plan, removed: [...plan.removed, ...left] },
    removed,
    fault,
    mailboxes: [
      ...listed.flatMap((each) => {
        const record = records.get(each.name);
        return record === undefined ? [] : [{ record, listed: each }];
      }),
      ...plan.unshown.map((record) => fromRecord(record, session)),
    ],
  };
}

/** A stored mailbox that the list does not show, with the properties of its last LIST. */
export function fromRecord(record: MailboxRecord, session: MailboxSession): Folder {
  const { path, delimiter, namespace, selectable, specialUse } = record;
  const name = record.name ?? session.nameFor(path);
  return {
    record,
    listed: { name, path, delimiter, namespace, selectable, specialUse, hasChildren: null, status: null },
  };
}

/** The mailboxes in scope: those in the namespaces, and the folder by its stored or listed path. */
function within(
  { namespaces, folder }: Scope,
  own: readonly MailboxRecord[],
  found: readonly ListedMailbox[],
): { readonly stored: readonly MailboxRecord[]; readonly listed: readonly ListedMailbox[] } {
  const asked = own.find(({ path }) => path === folder)?.name ?? null;
  const isMeant = ({ path, namespace }: Pick<ListedMailbox, 'path' | 'namespace'>): boolean =>
    namespaces.includes(namespace) || path === folder;
  const listed = found.filter((each) => isMeant(each) || each.name === asked);
  const names = new Set<string | null>(listed.map(({ name }) => name));
  return { listed, stored: own.filter((record) => isMeant(record) || names.has(record.name)) };
}

function sameListing(record: MailboxRecord, listing: ListingFields): boolean {
  return (
    record.name === listing.name &&
    record.missingSince === listing.missingSince &&
    record.delimiter === listing.delimiter &&
    record.namespace === listing.namespace &&
    record.selectable === listing.selectable &&
    record.specialUse === listing.specialUse &&
    sameStatus(record.status, listing.status)
  );
}
