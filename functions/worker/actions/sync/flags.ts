import { sameFlags } from '../../../domain/mail/message.ts';
import { coveredOf, pendingAgain } from '../../../domain/sync/plan-messages.ts';
import {
  formatUidSet,
  fromUids,
  hasUid,
  intersectUids,
  MAX_UID,
  splitUids,
  subtractUids,
  type UidSet,
} from '../../../domain/sync/uid-set.ts';
import { WINDOW } from '../../../domain/sync/window-size.ts';
import type { FlagRow } from '../../../ports/mailbox.ts';
import { fetchWindow } from './fetch-window.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { recordsOf } from './message-records.ts';
import { assertOurs, isTimeUp } from './run.ts';

/** Maximum bytes of changed rows kept until they are compared: 200,000 messages with one or two flags. */
const MAX_KEPT = 32_000_000;
/** Flags are cheap compared with whole rows. */
const SCAN_WINDOW = 1_000;

/**
 * Updates the stored flags, and records the mod-sequence of the SELECT that began the pass, never that of a later row.
 * False when time is over before the pass is complete.
 */
export async function syncFlags(work: MailboxWork, server: UidSet | null): Promise<boolean> {
  const pass = work.plan.flags;
  switch (pass.kind) {
    case 'none':
      break;
    case 'changed':
      await compareChanged(work, pass.since);
      break;
    case 'window':
      await compareNewest(work);
      return true;
    case 'scan':
      return scan(work, server ?? []);
  }
  const { highestModseq, modseqs } = work.opened;
  await work.commit({ ...work.state, highestModseq: modseqs ? highestModseq : null, flagsAt: at(work) });
  return true;
}

const at = (work: MailboxWork): string => new Date(work.run.context.now()).toISOString();

/**
 * Many servers send more than the changes, some the whole mailbox: only differences from the stored rows count. Rows
 * beyond `MAX_KEPT` are requested again, window by window, so that a server cannot fill the memory.
 */
async function compareChanged(work: MailboxWork, since: string): Promise<void> {
  const covered = coveredOf(work.state);
  const changed = new Map<number, FlagRow>();
  const again: number[] = [];
  let kept = 0;
  await work.session.fetchFlags(`1:${Math.max(1, work.state.uidNext - 1)}`, since, (row) => {
    if (!hasUid(covered, row.uid)) return;
    kept += memoryOf(row);
    if (kept <= MAX_KEPT) changed.set(row.uid, row);
    else {
      changed.delete(row.uid);
      again.push(row.uid);
    }
  });
  for (const window of splitUids(fromUids(changed.keys()), WINDOW)) await compare(work, window, changed);
  for (const window of splitUids(fromUids(again), SCAN_WINDOW)) await fetchAndCompare(work, window);
}

/** Approximate size of a row in bytes. */
const memoryOf = ({ flags }: FlagRow): number => flags.reduce((bytes, flag) => bytes + 32 + flag.length, 64);

async function compareNewest(work: MailboxWork): Promise<void> {
  const newest = await work.run.context.mail.newestUids(work.generation, WINDOW);
  await fetchAndCompare(work, intersectUids(newest, coveredOf(work.state)));
}

async function scan(work: MailboxWork, server: UidSet): Promise<boolean> {
  const begun = work.state.scan;
  if (begun === null) return true;
  const rest = intersectUids(server, coveredOf(work.state));
  for (const window of splitUids(intersectUids(rest, [[1, begun.below - 1]]), SCAN_WINDOW)) {
    if (isTimeUp(work.run)) return false;
    await fetchAndCompare(work, window);
    await work.commit({ ...work.state, scan: { ...begun, below: window[0]?.[0] ?? 1 } });
  }
  // Without mod-sequences it is unknown what changed meanwhile in the windows that an earlier run has scanned.
  if (begun.below <= MAX_UID && !work.opened.modseqs) await compareNewest(work);
  await work.commit({
    ...work.state,
    highestModseq: begun.highestModseq,
    healed: begun.doubt,
    scan: null,
    flagsAt: at(work),
    reconciledAt: at(work),
  });
  return true;
}

async function fetchAndCompare(work: MailboxWork, window: UidSet): Promise<void> {
  if (window.length === 0) return;
  const rows = new Map<number, FlagRow>();
  await work.session.fetchFlags(formatUidSet(window), null, (row) => rows.set(row.uid, row));
  await compare(work, intersectUids(fromUids(rows.keys()), window), rows, true);
}

async function compare(
  work: MailboxWork,
  uids: UidSet,
  rows: ReadonlyMap<number, FlagRow>,
  retryUnreadable = false,
): Promise<void> {
  const { mail } = work.run.context;
  assertOurs(work.run.context);
  const stored = await mail.flagsOf(work.generation, uids);
  const missing = subtractUids(uids, fromUids(stored.keys()));
  if (missing.length > 0) await work.commit(pendingAgain(work.state, missing));
  const unreadable: number[] = [];
  const differing: FlagRow[] = [];
  for (const [uid, { flags, unreadable: isUnreadable }] of stored) {
    const row = rows.get(uid);
    if (row === undefined) continue;
    if (isUnreadable && retryUnreadable) unreadable.push(uid);
    else if (!sameFlags(row.flags, flags)) differing.push(row);
  }
  await mail.updateFlags(work.generation, differing);
  work.run.counts.updated += differing.length;
  if (unreadable.length > 0) await readAgain(work, fromUids(unreadable));
}

/** Messages that were unreadable may be readable now. */
async function readAgain(work: MailboxWork, uids: UidSet): Promise<void> {
  const fetched = await fetchWindow(work, uids, true);
  await work.run.context.mail.putMessages(recordsOf(work, { rows: fetched.rows, bad: new Set() }));
  work.run.counts.updated += fetched.rows.length;
  if (fetched.end === 'failed') throw fetched.trouble;
}
