/**
 * What one session must do in one mailbox, from the stored state and the server's present state. Stored rows cover the
 * UID space below `uidNext` minus `pending`. New mail is UID space that becomes pending, so a first sync, an
 * interrupted first sync and new mail are handled alike: fetch windows from the top of the pending space. The server's
 * UIDNEXT is not trusted. If it is missing or too low, a SEARCH shows where the UID space ends.
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

/** The state that SELECT reported. */
export type ServerState = StoredStatus & { readonly modseqs: boolean };

export type FlagPass =
  | { readonly kind: 'none' }
  /** Request what changed since this mod-sequence (RFC 7162). */
  | { readonly kind: 'changed'; readonly since: string }
  /** Compare all flags, one window after the other. */
  | { readonly kind: 'scan' }
  /** Compare only the newest messages' flags: used between two scans on servers without mod-sequences. */
  | { readonly kind: 'window' };

export type SessionPlan = {
  readonly state: SyncState;
  /**
   * `reset`: the UIDVALIDITY differs from the stored one, or another mailbox took its place. Everything is new; the
   * old rows are removed when the new ones are complete.
   * `unsteady`: too many resets in a row, so this one is ignored and the stored rows stay.
   */
  readonly generation: 'same' | 'reset' | 'unsteady';
  readonly flags: FlagPass;
  /** Whether the session must first list the UIDs of the whole mailbox. */
  readonly enumerate: boolean;
};

/** Limits resets: a server with a new UIDVALIDITY in each session would cause a full sync each time. */
const MAX_RESETS = 5;
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

/** The pending UIDs that this sync must fetch: with `since`, without those known to be older. */
export function wantedOf(state: SyncState, since: string | null): UidSet {
  const pending = pendingOf(state);
  if (since === null || state.floor === null || since < state.floor.date) return pending;
  return intersectUids(pending, [[state.floor.uid, MAX_UID]]);
}

/** The maximum number of ranges in a pending set: more are expensive to store, and in the end too large. */
const MAX_RANGES = 2_000;

/** The existing messages to fetch when only the recent ones found are wanted; may include a few others. */
export function recentOf(existing: UidSet, found: UidSet): UidSet {
  const recent = intersectUids(existing, found);
  if (recent.length <= MAX_RANGES) return recent;
  return intersectUids(existing, [[recent[0]?.[0] ?? 1, MAX_UID]]);
}

/** The state after the server listed UIDs in covered space without a stored row: they become pending again. */
export function pendingAgain(state: SyncState, missing: UidSet): SyncState {
  const some = missing.slice(-MAX_RANGES);
  const pending = formatUidSet(unionUids(pendingOf(state), some));
  return { ...state, pending, left: state.left + uidCount(some) };
}

/** Whether the session made progress, so that the next one has less to do. */
export function isFurther(state: SyncState, before: SyncState): boolean {
  return state.pending !== before.pending || state.known !== before.known || state.scan?.below !== before.scan?.below;
}

/** Whether the stored and the remaining messages add up to the whole mailbox. After a killed run they may not. */
export function isAccountedFor(state: SyncState, messages: number): boolean {
  return state.known + state.left === messages;
}

/**
 * Whether UIDNEXT is plausible: present, not below any UID seen before (RFC 9051 section 2.3.1.1), and above the
 * number of messages. `seen`: greater than all UIDs seen so far.
 */
export function isPlausible({ uidNext, messages }: StoredStatus, seen: number): boolean {
  return uidNext !== null && uidNext >= seen && uidNext > messages;
}

/** UIDs that a SEARCH lists above the known UID space become pending too. */
export function extendedTo(state: SyncState, listed: UidSet): SyncState {
  const highest = listed.at(-1)?.[1] ?? 0;
  if (highest < state.uidNext) return state;
  const pending = unionUids(pendingOf(state), [[state.uidNext, highest]]);
  return { ...state, uidNext: highest + 1, pending: formatUidSet(pending) };
}

/** Whether the mailbox's status could prove that nothing changed; if false, requesting it is useless. */
export function mayBeUnchanged({ sync, doubt }: MailboxRecord, options: SyncOptions): boolean {
  if (sync === null || options.full || sync.highestModseq === null || doubt !== sync.healed) return false;
  return (
    sync.scan === null && sync.suspected === null && sync.old.length === 0 && wantedOf(sync, options.since).length === 0
  );
}

/**
 * True when the status in LIST or STATUS alone proves that nothing changed. Needs mod-sequences and a complete sync
 * before.
 */
export function isUnchanged(record: MailboxRecord, status: StoredStatus | null, options: SyncOptions): boolean {
  const { sync } = record;
  if (sync === null || status === null || !mayBeUnchanged(record, options)) return false;
  if (status.highestModseq === null || sync.highestModseq !== status.highestModseq) return false;
  // A new message raises the mod-sequence, so a missing or too low UIDNEXT cannot hide one.
  if (sync.uidValidity !== status.uidValidity || (status.uidNext ?? 0) > sync.uidNext) return false;
  return isAccountedFor(sync, status.messages);
}

export function planSession(record: MailboxRecord, server: ServerState, options: SyncOptions): SessionPlan {
  const { sync: stored, doubt } = record;
  if (stored === null || stored.uidValidity !== server.uidValidity) {
    const steady = stored?.unfollowed === server.uidValidity;
    if (stored !== null && stored.resets >= MAX_RESETS && !steady) {
      const state = { ...stored, unfollowed: server.uidValidity };
      return { state, generation: 'unsteady', flags: { kind: 'none' }, enumerate: false };
    }
    const state = firstState(server, doubt);
    // A server may return to an earlier UIDVALIDITY; its rows are then current again.
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
      // A first sync is complete when it has stored what SEARCH lists, regardless of UIDNEXT and EXISTS.
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
  // A mod-sequence that decreased says nothing about changes: the server lost its index or was restored.
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
