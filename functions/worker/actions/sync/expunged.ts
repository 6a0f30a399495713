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

export type Enumeration = { readonly uids: UidSet; readonly complete: boolean };

/**
 * Every UID of the mailbox; UID space that it shows above the known one is pending from then on. Complete when they are
 * as many as SELECT said: messages come and go, so asked twice at most. What came after SELECT does not count; where
 * UIDNEXT does not tell what that is, all of them count.
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
    // A second SELECT that does not know of these UIDs is not to be believed.
    seen = Math.max(seen, (uids.at(-1)?.[1] ?? 0) + 1);
    await work.reselect();
  }
}

/**
 * Makes the stored rows of the covered space those the server has: rows of messages that are gone are removed if the
 * evidence is good, messages that an earlier answer left out are fetched. Nothing is read when the numbers agree. False
 * when time is up before all rows that are to go are gone.
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
    // What was found to be gone twice need not be so a third time.
    suspected: decision.kind === 'wait' ? decision.suspected : finished ? null : work.state.suspected,
    reconciledAt: server.complete && finished ? new Date(context.now()).toISOString() : work.state.reconciledAt,
  });
  if (recovered.failure !== null) throw recovered.failure;
  return finished;
}

/** Removes rows while there is time; returns those removed. */
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
 * Fetches messages that ought to be stored. One the server lists and twice does not hand out is unreadable; what there is
 * no time for is pending again.
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
