import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { Match } from '../../../domain/sync/listed.ts';
import { matchByName } from '../../../domain/sync/match-names.ts';
import { isSameMailbox, renameCandidates } from '../../../domain/sync/plan-mailboxes.ts';
import { coveredOf } from '../../../domain/sync/plan-messages.ts';
import { concernsFolder } from '../../../domain/sync/refusals.ts';
import { formatUidSet, fromUids, lastUids, type UidSet, unionUids } from '../../../domain/sync/uid-set.ts';
import { type ListedMailbox, MailboxFailure, type MailboxStatus } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { assertOurs } from './run.ts';

/** Mailboxes looked into, at most: who renames more at once has them fetched again. */
const MOST = 20;
/** UIDs read to find one that is stored. */
const RANGE = 200;

/** What numbers alone do not prove to be a rename, proven by the mailbox itself: its id, or messages it has. */
export async function provenRenames(
  context: ActionContext,
  stored: readonly MailboxRecord[],
  listed: readonly ListedMailbox[],
): Promise<readonly Match[]> {
  const candidates = Map.groupBy(renameCandidates(stored, listed), (match) => match.listed.name);
  const proven: Match[] = [];
  for (const [name, matches] of [...candidates].slice(0, MOST)) {
    assertOurs(context);
    const session = await context.session();
    const found = await unlessRefused(context, async () => {
      const selected = await session.select(name);
      const same: Match[] = [];
      for (const match of matches) {
        const rows = await sampleOf(context, match.record);
        const uids = formatUidSet(fromUids(rows.map(({ uid }) => uid)));
        const isCertain = match.record.mailboxId !== null && selected.mailboxId !== null;
        const there = isCertain || uids === '' ? [] : await session.fetchMessages(uids);
        if (isSameMailbox(match.record, { ...selected, stored: rows, found: there })) same.push(match);
      }
      return same;
    });
    proven.push(...(found ?? []));
  }
  return proven;
}

/**
 * The list with the states of new mailboxes, so that a renamed one can be recognised. A server without LIST-STATUS is
 * asked for them one by one, and only when stored mailboxes have vanished.
 */
export async function withStatuses(
  context: ActionContext,
  stored: readonly MailboxRecord[],
  listed: readonly ListedMailbox[],
): Promise<readonly ListedMailbox[]> {
  const { features } = await context.session();
  const { unlisted, unknown } = matchByName(stored, listed);
  const asked = unknown.filter(({ selectable, status }) => selectable && status === null).slice(0, MOST);
  if (features.listStatus || unlisted.every(({ status }) => status === null)) return listed;
  const statuses = new Map<string, MailboxStatus>();
  for (const { name } of asked) {
    assertOurs(context);
    const session = await context.session();
    const status = await unlessRefused(context, () => session.status(name));
    if (status !== null) statuses.set(name, status);
  }
  return listed.map((each) => ({ ...each, status: each.status ?? statuses.get(each.name) ?? null }));
}

/** Null when this one mailbox cannot be read: then its rename is not proven, and the sync goes on. */
async function unlessRefused<Result>({ signal }: ActionContext, look: () => Promise<Result>): Promise<Result | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof MailboxFailure && !signal.aborted && concernsFolder(error.failure.code)) return null;
    throw error;
  }
}

/** The newest stored messages, the oldest, and some in between. */
async function sampleOf({ mail }: ActionContext, { key, sync }: MailboxRecord) {
  if (sync === null) return [];
  const generation = { mailboxKey: key, uidValidity: sync.uidValidity };
  const first = coveredOf(sync)[0]?.[0] ?? 1;
  let sample: UidSet = await mail.newestUids(generation, 2);
  for (const low of [first, first + Math.floor((sync.uidNext - first) / 2)]) {
    sample = unionUids(sample, lastUids(await mail.knownUids(generation, low, low + RANGE - 1), 1));
  }
  return (await mail.messagesOf(generation, sample)).filter(({ unreadable }) => !unreadable);
}
