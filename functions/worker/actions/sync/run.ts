import * as z from 'zod';
import type { SyncMessagesPayload } from '../../../domain/action/imap-sync-messages.ts';
import { failureOf } from '../../../domain/failure/failure.ts';
import { folderPlace } from '../../../domain/sync/folder-order.ts';
import type { SyncOptions } from '../../../domain/sync/plan-messages.ts';
import { MailboxFailure } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { type Moves, movesOf } from './moves.ts';

const count = z.int().nonnegative();

/** Progress itself is in the mailbox records; a part hands on only what was counted and when the attempt began. */
const checkpointSchema = z.strictObject({
  startedAt: count,
  changed: count,
  added: count,
  updated: count,
  removed: count,
  moved: count,
  unreadable: count,
  resets: count,
  /** Messages fetched and stored by the attempt so far, whatever `added` counts: its progress. */
  stored: count.default(0),
  /** Whether rows are kept of messages that the server did not list. */
  unlisted: z.boolean().default(false),
  /** Parts in a row that had time and came no further. */
  idle: count.default(0),
  /** Key of the mailbox in which the last part stopped: it is among `changed` already. */
  current: z.string().nullable(),
  /** The last folder that is done with, in the order of the attempt; null before the first. */
  passed: folderPlace.nullable().default(null),
  /** Behind which folder the attempt began, because the one before it broke off there. */
  from: folderPlace.nullable().default(null),
  /** Set when another run had a folder: `after` is the place before the first such folder, where this sync goes on later. */
  busy: z.strictObject({ after: folderPlace.nullable() }).nullable().default(null),
});
export type SyncCheckpoint = z.infer<typeof checkpointSchema>;

/** Throws MailboxFailure when the job is no longer this worker's. Called between commands and before each write. */
export function assertOurs({ signal }: ActionContext): void {
  if (!signal.aborted) return;
  const detail = 'The job is no longer this worker’s.';
  throw new MailboxFailure(failureOf('deadline_exceeded', detail));
}

/** One run of the action: what it was asked for, what it counted so far. */
export type SyncRun = {
  readonly context: ActionContext;
  readonly options: SyncOptions;
  readonly counts: SyncCheckpoint;
  readonly moves: Moves;
  readonly progress: {
    /** Messages to store in this attempt, those stored already included. */
    total: number;
    /** By mailbox key, how many of them are only an estimate from the listing. */
    readonly estimated: Map<string, number>;
    /** Whether something is stored that the next part of the attempt need not do again. */
    advanced: boolean;
    /** What kept it from that. */
    trouble: MailboxFailure | null;
    /** Whether it was begun with time to come further. */
    readonly fair: boolean;
  };
};

/** Left for the last window's writes, the checkpoint and the logout. */
const RESERVE_MS = 8_000;

/** The longest answer to a FETCH is longer than an invocation goes on after its attempts should have yielded. */
const FETCH_RESERVE_MS = 25_000;
/** A part that begins with less may be over before it came to anything. */
const FAIR_MS = 60_000;

const hasFairTime = (remainingMs: number): boolean => remainingMs >= FAIR_MS;
/** What can be begun now: nothing any more, something, or something that ought to come further. */
export function timeLeft({ context }: SyncRun): 'none' | 'some' | 'fair' {
  const ms = context.remainingMs();
  return ms < RESERVE_MS ? 'none' : hasFairTime(ms) ? 'fair' : 'some';
}
export const isTimeUp = ({ context }: Pick<SyncRun, 'context'>): boolean => context.remainingMs() < RESERVE_MS;
export const hasTimeToFetch = ({ context }: SyncRun): boolean => context.remainingMs() >= FETCH_RESERVE_MS;

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
    progress: { total: counts.stored, estimated: new Map(), advanced: false, trouble: null, fair },
  };
}

/** Notes how many messages of a mailbox are to be stored by the listing; what the mailbox itself says replaces it. */
export function estimateMessages({ progress }: SyncRun, mailboxKey: string, messages: number): void {
  progress.total += messages;
  progress.estimated.set(mailboxKey, messages);
}

/** Notes how many messages of a mailbox are about to be stored, and reports the progress before the first of them. */
export function expectMessages(run: SyncRun, mailboxKey: string, messages: number): void {
  const { progress } = run;
  progress.total += messages - (progress.estimated.get(mailboxKey) ?? 0);
  progress.estimated.delete(mailboxKey);
  if (messages > 0) reportStored(run, 0);
}

/** Counts messages that were fetched and stored. */
export function reportStored({ context, counts, progress }: SyncRun, messages: number): void {
  counts.stored += messages;
  const { stored: done } = counts;
  context.reportProgress({ done, total: Math.max(done, progress.total), unit: 'messages' });
}
