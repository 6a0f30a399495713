/**
 * Fetches a window of messages from a server that may fail or stop answering because of one of them. A window that
 * fails is split into eight parts, and failed parts again, until the bad message is alone; it is recorded as
 * unreadable, and the rest continues. Eight, because each level costs a timeout; level by level, so that readable
 * messages are read first. If more messages are bad than readable, or not even flags are returned, the mailbox has
 * failed and not single messages.
 */
import { categoryOf } from '../../../domain/failure/catalogue.ts';
import type { Failure } from '../../../domain/failure/failure.ts';
import {
  formatUidSet,
  fromUids,
  hasUid,
  lastUids,
  splitUids,
  subtractUids,
  type UidSet,
  uidCount,
  unionUids,
} from '../../../domain/sync/uid-set.ts';
import { SMALLEST_WINDOW } from '../../../domain/sync/window-size.ts';
import { MailboxFailure, type MessageRow } from '../../../ports/mailbox.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { assertOurs, hasTimeToFetch } from './run.ts';

export type FetchedWindow<Row = MessageRow> = {
  readonly rows: readonly Row[];
  readonly bad: ReadonlySet<number>;
  /** Neither read nor known to be bad: there was no time, or the server has a problem. */
  readonly unread: UidSet;
  /** Why messages are unread. `failed`: `trouble` is the run's failure, to be thrown after the rows are stored. */
  readonly end: 'whole' | 'out_of_time' | 'failed';
  /** The last failure on the way. */
  readonly trouble: MailboxFailure | null;
};

const PARTS = 8;
/** The maximum number of bad messages while fewer are readable: then it stops. */
const HOPELESS = 16;

/** Whether the failure may be caused by one message: the server's answer, or a lost connection. */
export function suspect(failure: Failure): 'answer' | 'connection' | null {
  const category = categoryOf(failure.code);
  if (category === 'server' || category === 'protocol') return 'answer';
  return ['connection_closed', 'provider_timeout', 'deadline_exceeded', 'expunge_issued'].includes(failure.code)
    ? 'connection'
    : null;
}

/** Reads a window of messages. `mayAllBeBad` as in `readWindow`. Throws MailboxFailure. */
export const fetchWindow = (work: MailboxWork, window: UidSet, mayAllBeBad?: boolean): Promise<FetchedWindow> =>
  readWindow(work, window, (uids) => work.session.fetchMessages(uids), mayAllBeBad);

/**
 * Reads a window with `fetch`, which returns the rows of a UID set. Throws MailboxFailure if splitting does not help
 * and nothing was read before. Rows are in no order; messages that do not exist are left out. `mayAllBeBad`: the server
 * is not at fault if it can read none of these.
 */
export async function readWindow<Row extends { readonly uid: number }>(
  work: MailboxWork,
  window: UidSet,
  fetch: (uids: string) => Promise<readonly Row[]>,
  mayAllBeBad = uidCount(window) < SMALLEST_WINDOW,
): Promise<FetchedWindow<Row>> {
  const rows = new Map<number, Row>();
  const bad = new Set<number>();
  const waiting: UidSet[] = [window];
  let unread = window;
  let trouble: MailboxFailure | null = null;
  let end: FetchedWindow['end'] = 'whole';
  const isServer = (): boolean => !mayAllBeBad && bad.size > rows.size;

  /** Null on success. */
  async function tryOnce(set: UidSet): Promise<MailboxFailure | null> {
    assertOurs(work.run.context);
    try {
      for (const row of await fetch(formatUidSet(set))) {
        if (hasUid(set, row.uid)) rows.set(row.uid, row);
      }
      unread = subtractUids(unread, set);
      return null;
    } catch (error) {
      if (!(error instanceof MailboxFailure) || work.run.context.signal.aborted) throw error;
      const kind = suspect(error.failure);
      if (kind === null) throw error;
      trouble = error;
      if (kind === 'connection' || !work.session.usable) await work.reselect();
      return error;
    }
  }

  /** False when there is no time left for it. */
  async function read(set: UidSet): Promise<boolean> {
    const count = uidCount(set);
    // A single message is tried twice before it is recorded as bad.
    for (const _ of count === 1 ? [1, 2] : [1]) {
      if (!hasTimeToFetch(work.run)) return false;
      if ((await tryOnce(set)) === null) return true;
    }
    if (count > 1) waiting.push(...splitUids(set, Math.ceil(count / PARTS)));
    else for (const [uid] of set) bad.add(uid);
    return true;
  }

  /**
   * Whether the server answers any FETCH in the mailbox: requests flags of messages that were readable before,
   * otherwise of those at the ends of the window. If none is answered, the mailbox has failed and not one message.
   */
  async function handsOutFlags(): Promise<boolean> {
    const known = await work.run.context.mail.newestUids(work.generation, 2);
    const ends = unionUids(fromUids([window[0]?.[0] ?? 1]), lastUids(window, 1));
    for (const uids of splitUids(known.length > 0 ? known : ends, 1)) {
      if (!hasTimeToFetch(work.run)) return true;
      try {
        await work.session.fetchFlags(formatUidSet(uids), null, () => {});
        return true;
      } catch (error) {
        if (!(error instanceof MailboxFailure) || work.run.context.signal.aborted) throw error;
        if (suspect(error.failure) === null) throw error;
        if (!work.session.usable) await work.reselect();
      }
    }
    return false;
  }

  try {
    for (let set = waiting.shift(); set !== undefined && end === 'whole'; set = waiting.shift()) {
      if (!(await read(set))) end = 'out_of_time';
      else if (set === window && rows.size === 0 && trouble !== null && !(await handsOutFlags())) end = 'failed';
      else if (bad.size >= HOPELESS && isServer()) end = 'failed';
    }
    if (end === 'failed') bad.clear();
  } catch (error) {
    if (!(error instanceof MailboxFailure) || work.run.context.signal.aborted || rows.size === 0) throw error;
    trouble = error;
    end = 'failed';
  }
  if (isServer()) {
    bad.clear();
    if (end === 'whole') end = 'failed';
  }
  return { rows: [...rows.values()], bad, unread: subtractUids(unread, fromUids(bad)), end, trouble };
}
