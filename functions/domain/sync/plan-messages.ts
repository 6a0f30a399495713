/**
 * What one session has to do in one mailbox, from what the last one covered and what the server says now. Stored rows
 * cover the UID space below `uidNext` less `pending`; new mail is UID space that becomes pending, so that first sync,
 * interrupted first sync and new mail are the same thing: take windows off the top of what is pending.
 * The server's UIDNEXT is a hint. Where it is missing or proven to be too low, a SEARCH shows where the UID space ends.
 */
import type { MailboxRecord, StoredStatus, SyncState } from '../mail/mailbox.ts';
import {
  formatUidSet,
  intersectUids,
  MAX_UID,
  parseUidSet,
  subtractUids,
  type UidSet,
  uidCount,
  unionUids,
} from './uid-set.ts';
import { WINDOW } from './window-size.ts';

export type SyncOptions = {
  readonly full: boolean;
  /** Messages before this day (ISO date) need not be fetched. */
  readonly since: string | null;
  /** Ms since the epoch. */
  readonly now: number;
};

/** What SELECT said. */
export type ServerState = StoredStatus & { readonly modseqs: boolean };

export type FlagPass =
  | { readonly kind: 'none' }
  /** Ask for what changed since this mod-sequence (RFC 7162). */
  | { readonly kind: 'changed'; readonly since: string }
  /** Compare all flags, window by window. */
  | { readonly kind: 'scan' }
  /** Compare the newest messages' flags: all a server without mod-sequences is asked between two scans. */
  | { readonly kind: 'window' };

export type SessionPlan = {
  readonly state: SyncState;
  /**
   * `reset`: another UIDVALIDITY than the stored one, or another mailbox in its place: everything is new, the old rows go
   * when the new ones are there.
   * `unsteady`: so many in a row that this one is not followed; nothing is to be done, and what is stored stays.
   */
  readonly generation: 'same' | 'reset' | 'unsteady';
  readonly flags: FlagPass;
  /** Whether the UIDs of the whole mailbox are needed from the start. */
  readonly enumerate: boolean;
};

/** A server that renumbers a mailbox each time would have it synced from the start each time. */
const MOST_RESETS = 5;
const RECONCILE_MS = 3_600_000;

/** All UIDs below `uidNext`. */
export const below = (uidNext: number): UidSet => (uidNext > 1 ? [[1, Math.min(uidNext - 1, MAX_UID)]] : []);

export function pendingOf(state: SyncState): UidSet {
  return parseUidSet(state.pending);
}

/** The UID space whose messages are stored. */
export function coveredOf(state: SyncState): UidSet {
  return subtractUids(below(state.uidNext), pendingOf(state));
}

/** What of the pending space this sync wants: with `since`, not what is known to be older. */
export function wantedOf(state: SyncState, since: string | null): UidSet {
  const pending = pendingOf(state);
  if (since === null || state.floor === null || since < state.floor.date) return pending;
  return intersectUids(pending, [[state.floor.uid, MAX_UID]]);
}

/** A pending set of more ranges is expensive to store, and in the end too large. */
const MOST_RANGES = 2_000;

/** Of the messages that exist those to fetch when only those found to be recent are wanted, and few more. */
export function recentOf(existing: UidSet, found: UidSet): UidSet {
  const recent = intersectUids(existing, found);
  if (recent.length <= MOST_RANGES) return recent;
  return intersectUids(existing, [[recent[0]?.[0] ?? 1, MAX_UID]]);
}

/** The server has these in covered space and no row is stored of them: they are pending again. */
export function pendingAgain(state: SyncState, missing: UidSet): SyncState {
  const some = missing.slice(-MOST_RANGES);
  const pending = formatUidSet(unionUids(pendingOf(state), some));
  return { ...state, pending, left: state.left + uidCount(some) };
}

/** Whether a session that is broken off now has less to do the next time. */
export function isFurther(state: SyncState, before: SyncState): boolean {
  return state.pending !== before.pending || state.known !== before.known || state.scan?.below !== before.scan?.below;
}

/** Whether what is stored and what is known to be left make up the mailbox. A killed run may have left it otherwise. */
export function isAccountedFor(state: SyncState, messages: number): boolean {
  return state.known + state.left === messages;
}

/**
 * Whether UIDNEXT may be believed: there is one, and it is above every UID seen before, as it must be (RFC 9051 section
 * 2.3.1.1), and not below the number of messages. `seen`: all UIDs seen are below it.
 */
export function isPlausible({ uidNext, messages }: StoredStatus, seen: number): boolean {
  return uidNext !== null && uidNext >= seen && uidNext > messages;
}

/** What a SEARCH lists above the known UID space is pending as well. */
export function extendedTo(state: SyncState, listed: UidSet): SyncState {
  const highest = listed.at(-1)?.[1] ?? 0;
  if (highest < state.uidNext) return state;
  const pending = unionUids(pendingOf(state), [[state.uidNext, highest]]);
  return { ...state, uidNext: highest + 1, pending: formatUidSet(pending) };
}

/** Whether the mailbox's state could prove that nothing happened: false where asking for it would be of no use. */
export function mayBeUnchanged({ sync, doubt }: MailboxRecord, options: SyncOptions): boolean {
  if (sync === null || options.full || sync.highestModseq === null || doubt !== sync.healed) return false;
  return (
    sync.scan === null && sync.suspected === null && sync.old.length === 0 && wantedOf(sync, options.since).length === 0
  );
}

/**
 * True when the state in LIST or STATUS alone proves that nothing happened: possible only with mod-sequences and after a
 * complete sync.
 */
export function isUnchanged(record: MailboxRecord, status: StoredStatus | null, options: SyncOptions): boolean {
  const { sync } = record;
  if (sync === null || status === null || !mayBeUnchanged(record, options)) return false;
  if (status.highestModseq === null || sync.highestModseq !== status.highestModseq) return false;
  // A new message has a new mod-sequence: a UIDNEXT that is missing or too low hides none.
  if (sync.uidValidity !== status.uidValidity || (status.uidNext ?? 0) > sync.uidNext) return false;
  return isAccountedFor(sync, status.messages);
}

export function planSession(record: MailboxRecord, server: ServerState, options: SyncOptions): SessionPlan {
  const { sync: stored, doubt } = record;
  if (stored === null || stored.uidValidity !== server.uidValidity) {
    const steady = stored?.unfollowed === server.uidValidity;
    if (stored !== null && stored.resets >= MOST_RESETS && !steady) {
      const state = { ...stored, unfollowed: server.uidValidity };
      return { state, generation: 'unsteady', flags: { kind: 'none' }, enumerate: false };
    }
    const state = firstState(server, doubt);
    // A server may go back to an earlier UIDVALIDITY, whose rows then are the current ones.
    const old = stored === null ? [] : [...new Set([...stored.old, stored.uidValidity])];
    return {
      state: {
        ...state,
        old: old.filter((uidValidity) => uidValidity !== server.uidValidity),
        resets: stored === null || steady ? 0 : stored.resets + 1,
        window: stored?.window ?? state.window,
      },
      generation: stored !== null || record.former.length > 0 ? 'reset' : 'same',
      flags: { kind: 'none' },
      // A first sync is complete when it holds what SEARCH lists, whatever UIDNEXT and EXISTS say.
      enumerate: server.messages > 0 || !isPlausible(server, 1),
    };
  }
  const flags = flagPass(stored, server, doubt, options);
  const uidNext = Math.max(stored.uidNext, server.uidNext ?? 0);
  const fresh: UidSet = uidNext > stored.uidNext ? [[stored.uidNext, uidNext - 1]] : [];
  const pending = unionUids(pendingOf(stored), fresh);
  const state = {
    ...stored,
    uidNext,
    messages: server.messages,
    resets: 0,
    unfollowed: null,
    pending: formatUidSet(pending),
    scan: flags.kind === 'scan' ? (stored.scan ?? scanFrom(server, doubt)) : null,
  };
  const span = pending.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  const isHidden = !isPlausible(server, stored.uidNext);
  const enumerate = isHidden || flags.kind === 'scan' || span > WINDOW || stored.suspected !== null;
  return { state, generation: 'same', flags, enumerate };
}

function flagPass(stored: SyncState, server: ServerState, doubt: number, { full, now }: SyncOptions): FlagPass {
  if (full || stored.scan !== null || doubt !== stored.healed) return { kind: 'scan' };
  if (!server.modseqs || server.highestModseq === null) {
    const reconciled = stored.reconciledAt === null ? 0 : Date.parse(stored.reconciledAt);
    return { kind: now - reconciled >= RECONCILE_MS ? 'scan' : 'window' };
  }
  // A mod-sequence that went backwards says nothing about what changed: the server lost its index or was restored.
  if (stored.highestModseq === null || BigInt(server.highestModseq) < BigInt(stored.highestModseq)) {
    return { kind: 'scan' };
  }
  if (server.highestModseq === stored.highestModseq) return { kind: 'none' };
  return { kind: 'changed', since: stored.highestModseq };
}

const modseqOf = (server: ServerState): string | null => (server.modseqs ? server.highestModseq : null);

function scanFrom(server: ServerState, doubt: number): NonNullable<SyncState['scan']> {
  return { below: MAX_UID + 1, highestModseq: modseqOf(server), doubt };
}

function firstState(server: ServerState, doubt: number): SyncState {
  const uidNext = server.uidNext ?? 1;
  return {
    uidValidity: server.uidValidity,
    uidNext,
    messages: server.messages,
    highestModseq: modseqOf(server),
    known: 0,
    pending: formatUidSet(below(uidNext)),
    left: server.messages,
    floor: null,
    scan: null,
    suspected: null,
    resets: 0,
    unfollowed: null,
    old: [],
    window: WINDOW,
    healed: doubt,
    flagsAt: null,
    reconciledAt: null,
    syncedAt: null,
  };
}
