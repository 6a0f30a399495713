import { below, coveredOf, extendedTo, isPlausible, pendingOf } from '../../../domain/sync/plan-messages.ts';
import { decideRemovals } from '../../../domain/sync/plan-removals.ts';
import {
  formatUidSet,
  fromUids,
  intersectUids,
  iterateUids,
  parseUidSet,
  splitUids,
  subtractUids,
  type UidSet,
  uidCount,
  unionUids,
} from '../../../domain/sync/uid-set.ts';
import { WINDOW } from '../../../domain/sync/window-size.ts';
import type { MailboxFailure } from '../../../ports/mailbox.ts';
import { fetchWindow } from './fetch-window.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { recordsOf } from './message-records.ts';
import { isTimeUp } from './run.ts';

/** The listed UIDs. `complete`: no UID is missing. */
export type Enumeration = { readonly uids: UidSet; readonly complete: boolean };

/**
 * Lists every UID of the mailbox. UIDs above the known UID space become pending. Complete when their number equals the
 * number in SELECT. Messages come and go, so it tries twice. Messages that arrived after SELECT do not count; if
 * UIDNEXT is not reliable, all messages count.
 */
export async function enumerate(work: MailboxWork): Promise<Enumeration> {
  let seen = work.state.uidNext;
  for (let attempt = 1; ; attempt += 1) {
    const { selected } = work;
    const answer = await work.session.allUids();
    const uids = parseUidSet(answer.uids);
    const counted = isPlausible(selected, seen) ? intersectUids(uids, below(selected.uidNext ?? 1)) : uids;
    const complete = answer.count === uidCount(uids) && uidCount(counted) === selected.messages;
    if (complete || attempt === 2) {
      const extended = extendedTo(work.state, uids);
      if (extended !== work.state) await work.commit(extended);
      return { uids, complete };
    }
    // A second SELECT whose UIDNEXT is below these UIDs is not plausible.
    seen = Math.max(seen, (uids.at(-1)?.[1] ?? 0) + 1);
    await work.reselect();
  }
}

/**
 * Compares the stored rows of the covered space with the server: rows of removed messages are deleted if the evidence
 * is good, and messages missing in an earlier answer are fetched. Reads nothing when the numbers agree. False when
 * time is over before all rows are deleted.
 */
export async function reconcile(work: MailboxWork, server: Enumeration, thorough: boolean): Promise<boolean> {
  const covered = coveredOf(work.state);
  const expected = intersectUids(server.uids, covered);
  const left = uidCount(server.uids) - uidCount(expected);
  if (!thorough && work.state.suspected === null && uidCount(expected) === work.state.known) {
    if (left !== work.state.left) await work.commit({ ...work.state, left });
    return true;
  }
  const { context } = work.run;
  const { generation } = work;
  const stored = intersectUids(await context.mail.knownUids(generation, 1, work.state.uidNext - 1), covered);
  const gone = subtractUids(stored, server.uids);
  const decision = decideRemovals({
    gone: uidCount(gone),
    stored: uidCount(stored),
    complete: server.complete,
    suspected: work.state.suspected,
    now: context.now(),
  });
  const removed = decision.kind === 'remove' ? await removeGone(work, gone) : [];
  const finished = decision.kind !== 'remove' || uidCount(removed) === uidCount(gone);
  const recovered = await recover(work, subtractUids(expected, stored));
  const pending = unionUids(pendingOf(work.state), recovered.unread);
  await work.commit({
    ...work.state,
    known: uidCount(stored) - uidCount(removed) + recovered.count,
    pending: formatUidSet(pending),
    left: left + uidCount(recovered.unread),
    // Removals that a second pass confirmed need no third pass.
    suspected: decision.kind === 'wait' ? decision.suspected : finished ? null : work.state.suspected,
    reconciledAt: server.complete && finished ? new Date(context.now()).toISOString() : work.state.reconciledAt,
  });
  if (recovered.failure !== null) throw recovered.failure;
  return finished;
}

/** Removes rows while there is time; returns the removed UIDs. */
async function removeGone(work: MailboxWork, gone: UidSet): Promise<UidSet> {
  const { run, generation } = work;
  const { mail } = run.context;
  let left = gone;
  for (const window of splitUids(gone, WINDOW)) {
    if (isTimeUp(run)) break;
    const rows = await mail.messagesOf(generation, window);
    await mail.removeMessages(generation, iterateUids(window));
    for (const row of rows) run.moves.removed(generation.mailboxKey, row);
    run.counts.removed += uidCount(window);
    left = subtractUids(left, window);
  }
  return subtractUids(gone, left);
}

type Recovered = { count: number; unread: UidSet; failure: MailboxFailure | null };

/**
 * Fetches messages that should be stored. A message that the server lists but does not return in two tries is
 * unreadable. Messages for which there is no time become pending again.
 */
async function recover(work: MailboxWork, lost: UidSet): Promise<Recovered> {
  const { context, counts, moves, progress } = work.run;
  const done: Recovered = { count: 0, unread: lost, failure: null };
  for (const window of splitUids(lost, work.state.window)) {
    const { rows, bad, unread, end, trouble } = await fetchWindow(work, window);
    const silent = subtractUids(subtractUids(window, unread), fromUids([...rows.map(({ uid }) => uid), ...bad]));
    const records = recordsOf(work, { rows, bad: new Set([...bad, ...iterateUids(silent)]) });
    await context.mail.putMessages(records);
    for (const record of records) moves.added(work.generation.mailboxKey, record, false);
    counts.added += records.length;
    counts.unreadable += records.length - rows.length;
    done.count += records.length;
    done.unread = subtractUids(done.unread, subtractUids(window, unread));
    progress.trouble = trouble ?? progress.trouble;
    if (end === 'failed') done.failure = trouble;
    if (end !== 'whole') break;
  }
  return done;
}
