import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { isSameMailbox, type Match, renameCandidates } from '../../../domain/sync/plan-mailboxes.ts';
import { coveredOf } from '../../../domain/sync/plan-messages.ts';
import { formatUidSet, fromUids, lastUids, type UidSet, unionUids } from '../../../domain/sync/uid-set.ts';
import {
  type ListedMailbox,
  MailboxFailure,
  type MailboxSession,
  type SelectedMailbox,
} from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { assertOurs } from './run.ts';

/** Mailboxes looked into, at most: who renames more at once has them fetched anew. */
const MOST = 20;
/** UIDs read to find one that is stored. */
const RANGE = 200;

/** What numbers alone do not prove to be a rename, proven by the mailbox itself: its id, or messages it has. */
export async function provenRenames(
  context: ActionContext,
  stored: readonly MailboxRecord[],
  listed: readonly ListedMailbox[],
): Promise<readonly Match[]> {
  const candidates = Map.groupBy(renameCandidates(stored, listed), (match) => match.listed.path);
  const proven: Match[] = [];
  for (const [path, matches] of [...candidates].slice(0, MOST)) {
    assertOurs(context);
    const session = await context.session();
    const selected = await opened(session, matches[0]?.listed.name ?? session.nameFor(path));
    if (selected === null) continue;
    for (const match of matches) {
      const rows = await sampleOf(context, match.record);
      const uids = formatUidSet(fromUids(rows.map(({ uid }) => uid)));
      const isCertain = match.record.mailboxId !== null && selected.mailboxId !== null;
      const found = isCertain || uids === '' ? [] : await session.fetchMessages(uids);
      if (isSameMailbox(match.record, { ...selected, stored: rows, found })) proven.push(match);
    }
  }
  return proven;
}

/** Null when this one mailbox cannot be looked into. */
async function opened(session: MailboxSession, name: string): Promise<SelectedMailbox | null> {
  try {
    return await session.select(name);
  } catch (error) {
    if (error instanceof MailboxFailure && session.usable) return null;
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
