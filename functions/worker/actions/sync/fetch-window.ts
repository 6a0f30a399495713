/**
 * Fetches a window of messages from a server that may choke on one of them. A window that fails is halved until the one
 * bad message is alone; that one is named as unreadable, and the rest goes on. If half of a larger window fails message
 * by message, it is not the messages: then the failure is the run's.
 */
import { categoryOf } from '../../../domain/failure/catalogue.ts';
import type { Failure } from '../../../domain/failure/failure.ts';
import { formatUidSet, hasUid, splitUids, type UidSet, uidCount } from '../../../domain/sync/uid-set.ts';
import { MailboxFailure, type MessageRow } from '../../../ports/mailbox.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { assertOurs } from './run.ts';

export type FetchedWindow = { readonly rows: readonly MessageRow[]; readonly bad: ReadonlySet<number> };

/** A window below this may be all bad messages; above, half of them cannot be. */
const MANY = 32;

/** Whether the failure may be the answer to one message: said by the server, or its connection's death on the way. */
function suspect(failure: Failure): 'answer' | 'connection' | null {
  const category = categoryOf(failure.code);
  if (category === 'server' || category === 'protocol') return 'answer';
  return ['connection_closed', 'provider_timeout', 'deadline_exceeded', 'expunge_issued'].includes(failure.code)
    ? 'connection'
    : null;
}

/** Throws MailboxFailure for what halving does not help. Rows come in no order; messages that are gone are left out. */
export async function fetchWindow(work: MailboxWork, window: UidSet): Promise<FetchedWindow> {
  const size = uidCount(window);
  const rows = new Map<number, MessageRow>();
  const bad = new Set<number>();

  /** Null when it worked. */
  async function tryOnce(set: UidSet): Promise<MailboxFailure | null> {
    assertOurs(work.run.context);
    try {
      for (const row of await work.session.fetchMessages(formatUidSet(set))) {
        if (hasUid(set, row.uid)) rows.set(row.uid, row);
      }
      return null;
    } catch (error) {
      if (!(error instanceof MailboxFailure) || work.run.context.signal.aborted) throw error;
      const kind = suspect(error.failure);
      if (kind === null) throw error;
      if (kind === 'connection' || !work.session.usable) await work.reselect();
      return error;
    }
  }

  async function halve(set: UidSet, failed: MailboxFailure): Promise<void> {
    const count = uidCount(set);
    if (count === 1) {
      const [[uid] = [0]] = set;
      bad.add(uid);
      if (size >= MANY && bad.size * 2 >= size) throw failed;
      return;
    }
    for (const half of splitUids(set, Math.ceil(count / 2))) {
      // A single message gets a second chance before it is called bad for good.
      const first = await tryOnce(half);
      const failure = first !== null && uidCount(half) === 1 ? await tryOnce(half) : first;
      if (failure !== null) await halve(half, failure);
    }
  }

  const first = await tryOnce(window);
  const again = first === null ? null : await tryOnce(window);
  if (again !== null) await halve(window, again);
  return { rows: [...rows.values()], bad };
}
