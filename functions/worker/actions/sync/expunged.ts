import { coveredOf, WINDOW } from '../../../domain/sync/plan-messages.ts';
import { decideRemovals } from '../../../domain/sync/plan-removals.ts';
import {
  fromUids,
  intersectUids,
  iterateUids,
  parseUidSet,
  splitUids,
  subtractUids,
  type UidSet,
  uidCount,
} from '../../../domain/sync/uid-set.ts';
import { fetchWindow } from './fetch-window.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { recordsOf } from './message-records.ts';

export type Enumeration = { readonly uids: UidSet; readonly complete: boolean };

/** Every UID of the mailbox. Complete when they are as many as SELECT said; messages come and go, so asked twice at most. */
export async function enumerate(work: MailboxWork): Promise<Enumeration> {
  for (let attempt = 1; ; attempt += 1) {
    const { uidNext, messages } = work.selected;
    const answer = await work.session.allUids();
    const uids = parseUidSet(answer.uids);
    const here = intersectUids(uids, uidNext > 1 ? [[1, uidNext - 1]] : []);
    const complete = answer.count === uidCount(uids) && uidCount(here) === messages;
    if (complete || attempt === 2) return { uids: here, complete };
    await work.reselect();
  }
}

/**
 * Makes the stored rows of the covered space those the server has: rows of messages that are gone are removed if the
 * evidence is good, messages that an earlier answer left out are fetched. Nothing is read when the numbers agree.
 */
export async function reconcile(work: MailboxWork, server: Enumeration, thorough: boolean): Promise<void> {
  const covered = coveredOf(work.state);
  const expected = intersectUids(server.uids, covered);
  const left = uidCount(server.uids) - uidCount(expected);
  if (!thorough && work.state.suspected === null && uidCount(expected) === work.state.known) {
    if (left !== work.state.left) await work.commit({ ...work.state, left });
    return;
  }
  const { context, counts } = work.run;
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
  const removed = decision.kind === 'remove' ? gone : [];
  for (const window of splitUids(removed, WINDOW)) {
    const rows = await context.mail.messagesOf(generation, window);
    await context.mail.removeMessages(generation, iterateUids(window));
    for (const row of rows) work.run.moves.removed(generation.mailboxKey, row);
    counts.removed += uidCount(window);
  }
  const recovered = await recover(work, subtractUids(expected, stored));
  await work.commit({
    ...work.state,
    known: uidCount(stored) - uidCount(removed) + recovered,
    left,
    suspected: decision.kind === 'remove' ? null : decision.suspected,
    reconciledAt: server.complete ? new Date(context.now()).toISOString() : work.state.reconciledAt,
  });
}

/** Fetches messages that ought to be stored. One the server lists and twice does not hand out is unreadable. */
async function recover(work: MailboxWork, lost: UidSet): Promise<number> {
  const { context, counts, moves } = work.run;
  let recovered = 0;
  for (const window of splitUids(lost, WINDOW)) {
    const { rows, bad } = await fetchWindow(work, window);
    const silent = subtractUids(window, fromUids([...rows.map(({ uid }) => uid), ...bad]));
    const records = recordsOf(work, { rows, bad: new Set([...bad, ...iterateUids(silent)]) });
    await context.mail.putMessages(records);
    for (const record of records) moves.added(work.generation.mailboxKey, record);
    counts.added += records.length;
    counts.unreadable += records.length - rows.length;
    recovered += records.length;
  }
  return recovered;
}
