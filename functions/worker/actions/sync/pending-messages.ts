import { pendingOf, WINDOW, wantedOf } from '../../../domain/sync/plan-messages.ts';
import {
  formatUidSet,
  intersectUids,
  MAX_UID,
  splitUids,
  subtractUids,
  type UidSet,
  uidCount,
} from '../../../domain/sync/uid-set.ts';
import { type FetchedWindow, fetchWindow } from './fetch-window.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { recordsOf } from './message-records.ts';
import { isTimeUp, reportStored } from './run.ts';

/**
 * Stores the messages of the pending UID space, newest first, one window after the other: fetch, store, then note that
 * the space down to the window's lowest UID is covered. `server`: every UID of the mailbox, null when the pending space is
 * so small that it is asked for as it is. False when time is up before all that is wanted is stored.
 */
export async function storePending(work: MailboxWork, server: UidSet | null): Promise<boolean> {
  const { since } = work.run.options;
  const wanted = wantedOf(work.state, since);
  const existing = intersectUids(server ?? wanted, wanted);
  if (server !== null) work.run.progress.total += uidCount(existing);
  let top: UidSet = wanted;
  for await (const { window, fetched } of fetchedAhead(work, splitUids(existing, WINDOW))) {
    if (isTimeUp(work.run)) return false;
    const low = window[0]?.[0] ?? 1;
    const space = intersectUids(top, [[low, MAX_UID]]);
    const newest = await storeWindow(work, fetched, space, server);
    top = subtractUids(top, space);
    if (since !== null && newest !== null && newest < since) {
      // UIDs grow with time of arrival: what is below is older still.
      await work.commit({ ...work.state, floor: { uid: low, date: since } });
      return true;
    }
  }
  if (top.length > 0) await coverEmpty(work, top);
  return true;
}

/** The windows with their messages; while one is stored, the next is under way. */
async function* fetchedAhead(
  work: MailboxWork,
  windows: readonly UidSet[],
): AsyncGenerator<{ readonly window: UidSet; readonly fetched: FetchedWindow }> {
  let ahead: Promise<FetchedWindow> | null = null;
  try {
    for (const [at, window] of windows.entries()) {
      const fetched: FetchedWindow = await (ahead ?? fetchWindow(work, window));
      const next = windows[at + 1];
      ahead = next === undefined || isTimeUp(work.run) ? null : fetchWindow(work, next);
      ahead?.catch(() => {});
      yield { window, fetched };
    }
  } finally {
    // Nobody else may use the connection before it is through.
    await ahead?.catch(() => {});
  }
}

/** Stores one window and covers its space. Returns its newest internal date, null when it had none. */
async function storeWindow(
  work: MailboxWork,
  fetched: FetchedWindow,
  space: UidSet,
  server: UidSet | null,
): Promise<string | null> {
  const { run, generation } = work;
  const records = recordsOf(work, fetched);
  // Rows that a killed run stored and did not announce, of messages that are gone since, go with it.
  await run.context.mail.replaceMessages(generation, space, records);
  const pending = subtractUids(pendingOf(work.state), space);
  await work.commit({
    ...work.state,
    known: work.state.known + records.length,
    pending: formatUidSet(pending),
    left: leftIn(work, pending, server),
  });
  run.counts.unreadable += fetched.bad.size;
  // A new generation is announced as a reset, once, and not as so many new messages.
  if (work.state.old.length === 0) {
    run.counts.added += records.length;
    for (const record of records) run.moves.added(generation.mailboxKey, record);
  }
  reportStored(run, records.length);
  return fetched.rows.reduce<string | null>(
    (newest, { internalDate }) => (internalDate !== null && internalDate > (newest ?? '') ? internalDate : newest),
    null,
  );
}

function leftIn(work: MailboxWork, pending: UidSet, server: UidSet | null): number {
  if (pending.length === 0) return 0;
  return server === null ? work.state.left : uidCount(intersectUids(server, pending));
}

/** The server has nothing there. */
async function coverEmpty(work: MailboxWork, space: UidSet): Promise<void> {
  await work.run.context.mail.replaceMessages(work.generation, space, []);
  const pending = subtractUids(pendingOf(work.state), space);
  await work.commit({ ...work.state, pending: formatUidSet(pending), left: leftIn(work, pending, null) });
}
