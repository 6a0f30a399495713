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
import { type FlagRow, MailboxFailure } from '../../../ports/mailbox.ts';
import { fetchWindow, readWindow, suspect } from './fetch-window.ts';
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
      if (await compareChanged(work, pass.since)) break;
      return scanInstead(work, server);
    case 'window':
      return compareNewest(work);
    case 'scan':
      return scanAll(work, server ?? []);
  }
  const { highestModseq, modseqs } = work.opened;
  await work.commit({ ...work.state, highestModseq: modseqs ? highestModseq : null, flagsAt: at(work) });
  return true;
}

const at = (work: MailboxWork): string => new Date(work.run.context.now()).toISOString();

/**
 * Many servers send more than the changes, some the whole mailbox: only differences from the stored rows count. Rows
 * beyond `MAX_KEPT` are requested again, window by window, so that a server cannot fill the memory. False if the answer
 * is unreadable, perhaps because of one message.
 */
async function compareChanged(work: MailboxWork, since: string): Promise<boolean> {
  const covered = coveredOf(work.state);
  const changed = new Map<number, FlagRow>();
  const again: number[] = [];
  let kept = 0;
  const isRead = await answered(work, `1:${Math.max(1, work.state.uidNext - 1)}`, since, (row) => {
    if (!hasUid(covered, row.uid)) return;
    kept += memoryOf(row);
    if (kept <= MAX_KEPT) changed.set(row.uid, row);
    else {
      changed.delete(row.uid);
      again.push(row.uid);
    }
  });
  if (!isRead) return false;
  for (const window of splitUids(fromUids(changed.keys()), WINDOW)) await compare(work, window, changed);
  for (const window of splitUids(fromUids(again), SCAN_WINDOW)) {
    if (!(await fetchAndCompare(work, window))) return false;
  }
  return true;
}

/** Requests flags. False if the server's answer is a refusal or unreadable: one message may be the cause. */
async function answered(
  work: MailboxWork,
  uids: string,
  since: string | null,
  onRow: (row: FlagRow) => void,
): Promise<boolean> {
  try {
    await work.session.fetchFlags(uids, since, onRow);
    return true;
  } catch (error) {
    if (!(error instanceof MailboxFailure) || suspect(error.failure) !== 'answer') throw error;
    work.run.progress.trouble = error;
    if (!work.session.usable) await work.reselect();
    return false;
  }
}

/** Compares the flags of all stored messages instead, window by window: only so the message at fault can be found. */
async function scanInstead(work: MailboxWork, server: UidSet | null): Promise<boolean> {
  const { state, opened, generation } = work;
  const stored = server ?? (await work.run.context.mail.knownUids(generation, 1, state.uidNext - 1));
  const scan = { below: MAX_UID + 1, highestModseq: opened.highestModseq, doubt: state.healed };
  await work.commit({ ...state, scan });
  return scanAll(work, stored);
}

/** Approximate size of a row in bytes. */
const memoryOf = ({ flags }: FlagRow): number => flags.reduce((bytes, flag) => bytes + 32 + flag.length, 64);

async function compareNewest(work: MailboxWork): Promise<boolean> {
  const newest = await work.run.context.mail.newestUids(work.generation, WINDOW);
  return fetchAndCompare(work, intersectUids(newest, coveredOf(work.state)));
}

async function scanAll(work: MailboxWork, server: UidSet): Promise<boolean> {
  const begun = work.state.scan;
  if (begun === null) return true;
  const rest = intersectUids(server, coveredOf(work.state));
  for (const window of splitUids(intersectUids(rest, [[1, begun.below - 1]]), SCAN_WINDOW)) {
    if (isTimeUp(work.run) || !(await fetchAndCompare(work, window))) return false;
    await work.commit({ ...work.state, scan: { ...begun, below: window[0]?.[0] ?? 1 } });
  }
  // Without mod-sequences it is unknown what changed meanwhile in the windows that an earlier run has scanned.
  if (begun.below <= MAX_UID && !work.opened.modseqs && !(await compareNewest(work))) return false;
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

/**
 * Compares the flags of a window. A message whose flags cannot be read keeps the stored ones. False when time is over
 * before all are read. Throws MailboxFailure if the server returns no flags at all.
 */
async function fetchAndCompare(work: MailboxWork, window: UidSet): Promise<boolean> {
  if (window.length === 0) return true;
  const rows = new Map<number, FlagRow>();
  const keep = (row: FlagRow): void => void rows.set(row.uid, row);
  let isWhole = true;
  if (!(await answered(work, formatUidSet(window), null, keep))) {
    rows.clear();
    const read = await readWindow(work, window, (uids) => flagsOf(work, uids));
    if (read.end === 'failed') throw read.trouble;
    for (const row of read.rows) keep(row);
    isWhole = read.end === 'whole';
    if (read.bad.size > 0) work.run.progress.staleFlags.add(work.record.key);
  }
  await compare(work, intersectUids(fromUids(rows.keys()), window), rows, true);
  return isWhole;
}

async function flagsOf(work: MailboxWork, uids: string): Promise<readonly FlagRow[]> {
  const rows = new Map<number, FlagRow>();
  await work.session.fetchFlags(uids, null, (row) => void rows.set(row.uid, row));
  return [...rows.values()];
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
