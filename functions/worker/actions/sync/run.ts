import * as z from 'zod';
import type { SyncMessagesPayload } from '../../../domain/action/imap-sync-messages.ts';
import { failureOf } from '../../../domain/failure/failure.ts';
import { folderPlace } from '../../../domain/sync/folder-order.ts';
import type { SyncOptions } from '../../../domain/sync/plan-messages.ts';
import { MailboxFailure } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { type Moves, movesOf } from './moves.ts';

const count = z.int().nonnegative();

/**
 * The progress itself is in the mailbox records. A run hands on only the counts, the start of the attempt and its
 * place in the order.
 */
const checkpointSchema = z.strictObject({
  startedAt: count,
  changed: count,
  added: count,
  updated: count,
  removed: count,
  moved: count,
  unreadable: count,
  resets: count,
  /** Messages fetched and stored by the attempt so far, whatever `added` counts: the reported progress. */
  stored: count.default(0),
  /** Whether rows were kept of messages that the server did not list. */
  unlisted: z.boolean().default(false),
  /** Runs in a row that had enough time and made no progress. */
  idle: count.default(0),
  /** Key of the mailbox in which the last run stopped: `changed` already includes it. */
  current: z.string().nullable(),
  /** The last finished folder, in the order of the attempt; null before the first. */
  passed: folderPlace.nullable().default(null),
  /** The folder after which the attempt began, because the previous one stopped there. */
  from: folderPlace.nullable().default(null),
  /**
   * Set when another run had a folder: `after` is the place before the first such folder, where this sync continues
   * later.
   */
  busy: z.strictObject({ after: folderPlace.nullable() }).nullable().default(null),
});

/** The state of a sync between two continuations of an attempt. */
export type SyncCheckpoint = z.infer<typeof checkpointSchema>;

/**
 * Throws MailboxFailure when the job does not belong to this worker any more. Called between commands and before each
 * write.
 */
export function assertOurs({ signal }: ActionContext): void {
  if (!signal.aborted) return;
  const detail = 'The job is no longer this worker’s.';
  throw new MailboxFailure(failureOf('deadline_exceeded', detail));
}

/** One run of the action: its options and its counts so far. */
export type SyncRun = {
  readonly context: ActionContext;
  readonly options: SyncOptions;
  readonly counts: SyncCheckpoint;
  readonly moves: Moves;
  readonly progress: {
    /** Number of messages to store in this attempt, including those already stored. */
    total: number;
    /** By mailbox key, the part of it that is only an estimate from LIST. */
    readonly estimated: Map<string, number>;
    /** Keys of mailboxes in which the flags of some messages could not be read. */
    readonly staleFlags: Set<string>;
    /** Whether something was stored that the next run need not repeat. */
    advanced: boolean;
    /** The failure that prevented progress. */
    trouble: MailboxFailure | null;
    /** Whether the run began with enough time to make progress. */
    readonly fair: boolean;
  };
};

/** Reserved for the last window's writes, the checkpoint and the logout. */
const RESERVE_MS = 8_000;

/** Reserved for the longest answer to a FETCH: it may take longer than the reserve of an invocation. */
const FETCH_RESERVE_MS = 25_000;
/** A run that begins with less time may end before it makes progress. */
const FAIR_MS = 60_000;

const hasFairTime = (remainingMs: number): boolean => remainingMs >= FAIR_MS;
/** What can be started now: nothing, something, or something that should make progress. */
export function timeLeft({ context }: SyncRun): 'none' | 'some' | 'fair' {
  const ms = context.remainingMs();
  return ms < RESERVE_MS ? 'none' : hasFairTime(ms) ? 'fair' : 'some';
}

/** Whether the time left is only enough for storing the checkpoint and the logout. */
export const isTimeUp = ({ context }: Pick<SyncRun, 'context'>): boolean => context.remainingMs() < RESERVE_MS;

/** Whether there is enough time left for another window of messages. */
export const hasTimeToFetch = ({ context }: SyncRun): boolean => context.remainingMs() >= FETCH_RESERVE_MS;

/** A run from the start, or from the checkpoint of the previous continuation. */
export function startRun(payload: SyncMessagesPayload, context: ActionContext): SyncRun {
  const earlier = checkpointSchema.safeParse(context.checkpoint);
  const now = context.now();
  const none = {
    changed: 0,
    added: 0,
    updated: 0,
    removed: 0,
    moved: 0,
    unreadable: 0,
    resets: 0,
    stored: 0,
    unlisted: false,
    idle: 0,
    current: null,
    passed: null,
    from: null,
    busy: null,
  };
  const counts = earlier.success ? earlier.data : { startedAt: now, ...none };
  const fair = hasFairTime(context.remainingMs());
  return {
    context,
    options: { full: payload.full, since: payload.since ?? null, now },
    counts,
    moves: movesOf(),
    progress: {
      total: counts.stored,
      estimated: new Map(),
      staleFlags: new Set(),
      advanced: false,
      trouble: null,
      fair,
    },
  };
}

/** Adds an estimate, from LIST, of the messages to store in a mailbox; the mailbox's own number replaces it later. */
export function estimateMessages({ progress }: SyncRun, mailboxKey: string, messages: number): void {
  progress.total += messages;
  progress.estimated.set(mailboxKey, messages);
}

/** Sets the number of messages about to be stored in a mailbox, and reports the progress before the first of them. */
export function expectMessages(run: SyncRun, mailboxKey: string, messages: number): void {
  const { progress } = run;
  progress.total += messages - (progress.estimated.get(mailboxKey) ?? 0);
  progress.estimated.delete(mailboxKey);
  if (messages > 0) reportStored(run, 0);
}

/** Counts messages that were fetched and stored, and reports the progress. */
export function reportStored({ context, counts, progress }: SyncRun, messages: number): void {
  counts.stored += messages;
  const { stored: done } = counts;
  context.reportProgress({ done, total: Math.max(done, progress.total), unit: 'messages' });
}
