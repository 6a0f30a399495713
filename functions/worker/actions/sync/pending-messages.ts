import { pendingOf, recentOf, wantedOf } from '../../../domain/sync/plan-messages.ts';
import {
  formatUidSet,
  intersectUids,
  MAX_UID,
  parseUidSet,
  subtractUids,
  type UidSet,
  uidCount,
} from '../../../domain/sync/uid-set.ts';
import { nextWindow, smallerWindow, WINDOW, windowOf } from '../../../domain/sync/window-size.ts';
import { type FetchedWindow, fetchWindow } from './fetch-window.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { recordsOf } from './message-records.ts';
import { expectMessages, reportStored } from './run.ts';

/**
 * Stores the messages of the pending UID space, newest first, window by window: fetch, store, then record that the
 * space down to the window's lowest UID is covered. Fetched messages are always stored; the time is checked after
 * that. `server`: every UID of the mailbox; null when the pending space is small enough to be requested directly.
 * False when time is over before all wanted messages are stored.
 */
export async function storePending(work: MailboxWork, server: UidSet | null): Promise<boolean> {
  const { since } = work.run.options;
  const wanted = wantedOf(work.state, since);
  const existing = intersectUids(server ?? wanted, wanted);
  const day = server === null || existing.length === 0 ? null : since;
  const recent = day === null ? existing : recentOf(existing, await arrivedSince(work, day));
  if (server !== null) expectMessages(work.run, work.generation.mailboxKey, uidCount(recent));
  let top: UidSet = subtractUids(wanted, subtractUids(existing, recent));
  for await (const { window, fetched, next } of fetchedAhead(work, recent)) {
    const low = window[0]?.[0] ?? 1;
    const space = subtractUids(intersectUids(top, [[low, MAX_UID]]), fetched.unread);
    await storeWindow(work, fetched, space, server, next);
    if (fetched.trouble !== null) work.run.progress.trouble = fetched.trouble;
    if (fetched.end === 'failed') throw fetched.trouble;
    if (fetched.end === 'out_of_time') return false;
    top = subtractUids(top, space);
  }
  if (top.length > 0) await coverEmpty(work, top);
  if (day !== null) await work.commit({ ...work.state, floor: { uid: work.state.uidNext, date: day } });
  return true;
}

/**
 * Days depend on the server's time zone, so one more day is requested. UIDs do not help: old mail may have been moved
 * here.
 */
async function arrivedSince(work: MailboxWork, since: string): Promise<UidSet> {
  const dayBefore = new Date(Date.parse(since) - 24 * 3_600_000).toISOString().slice(0, 10);
  const { uids } = await work.session.searchMessages({ since: dayBefore });
  return parseUidSet(uids);
}

type Ahead = {
  readonly window: UidSet;
  readonly fetched: FetchedWindow;
  /** Size of the next window. */
  readonly next: number;
};

/**
 * The messages window by window, newest first, until one is incomplete. While one window is stored, the next is being
 * fetched.
 */
async function* fetchedAhead(work: MailboxWork, uids: UidSet): AsyncGenerator<Ahead> {
  const { now } = work.run.context;
  let rest = uids;
  let most = WINDOW;
  const begin = async (size: number): Promise<Ahead> => {
    const window = windowOf(rest, size);
    rest = subtractUids(rest, window);
    const began = now();
    const fetched = await fetchWindow(work, window);
    const broke = fetched.trouble !== null;
    // More messages of this size are likely to follow.
    if (fetched.trouble?.failure.code === 'response_too_large') most = smallerWindow(size);
    return { window, fetched, next: Math.min(most, nextWindow(size, { tookMs: now() - began, broke })) };
  };
  let ahead = rest.length === 0 ? null : begin(work.state.window);
  try {
    while (ahead !== null) {
      const window: Ahead = await ahead;
      ahead = rest.length === 0 || window.fetched.end !== 'whole' ? null : begin(window.next);
      ahead?.catch(() => {});
      yield window;
    }
  } finally {
    // The connection must not be used by others before the fetch has ended.
    await ahead?.catch(() => {});
  }
}

/** Stores the messages of one window, and marks its UIDs as covered. */
async function storeWindow(
  work: MailboxWork,
  fetched: FetchedWindow,
  space: UidSet,
  server: UidSet | null,
  next: number,
): Promise<void> {
  const { run, generation } = work;
  const records = recordsOf(work, fetched);
  // This also removes rows that a killed run stored without recording them, of messages that do not exist any more.
  await run.context.mail.replaceMessages(generation, space, records);
  const pending = subtractUids(pendingOf(work.state), space);
  await work.commit({
    ...work.state,
    known: work.state.known + records.length,
    pending: formatUidSet(pending),
    left: leftIn(work, pending, server),
    window: next,
  });
  run.counts.unreadable += fetched.bad.size;
  // A new UIDVALIDITY is reported once as a reset, and not as so many new messages.
  if (work.state.old.length === 0) {
    run.counts.added += records.length;
    const arrived = (uid: number): boolean => work.arrivedFrom !== null && uid >= work.arrivedFrom;
    for (const record of records) run.moves.added(generation.mailboxKey, record, arrived(record.uid));
  }
  reportStored(run, records.length);
}

function leftIn(work: MailboxWork, pending: UidSet, server: UidSet | null): number {
  if (pending.length === 0) return 0;
  return server === null ? work.state.left : uidCount(intersectUids(server, pending));
}

/** The server has no messages in this space. */
async function coverEmpty(work: MailboxWork, space: UidSet): Promise<void> {
  await work.run.context.mail.replaceMessages(work.generation, space, []);
  const pending = subtractUids(pendingOf(work.state), space);
  await work.commit({ ...work.state, pending: formatUidSet(pending), left: leftIn(work, pending, null) });
}
