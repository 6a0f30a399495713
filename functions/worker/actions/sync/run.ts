import * as z from 'zod';
import type { SyncMessagesPayload } from '../../../domain/action/imap-sync-messages.ts';
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
  /** Key of the mailbox in which the last part stopped: it is among `changed` already. */
  current: z.string().nullable(),
});
export type SyncCheckpoint = z.infer<typeof checkpointSchema>;

/** Throws MailboxFailure when the job is no longer this worker's. Called between commands and before each write. */
export function assertOurs({ signal }: ActionContext): void {
  if (!signal.aborted) return;
  const detail = 'The job is no longer this worker’s.';
  throw new MailboxFailure({ code: 'deadline_exceeded', detail, retryAfterMs: null, outcomeUnknown: false });
}

/** One run of the action: what it was asked for, what it counted so far. */
export type SyncRun = {
  readonly context: ActionContext;
  readonly options: SyncOptions;
  readonly counts: SyncCheckpoint;
  readonly moves: Moves;
  /** Messages stored in this part, and how many there were to store when it began. */
  readonly progress: { done: number; total: number };
};

/** Left for the last window's writes, the checkpoint and the logout. */
const RESERVE_MS = 8_000;

export const isTimeUp = ({ context }: SyncRun): boolean => context.remainingMs() < RESERVE_MS;

export function startRun(payload: SyncMessagesPayload, context: ActionContext): SyncRun {
  const earlier = checkpointSchema.safeParse(context.checkpoint);
  const now = context.now();
  const none = { changed: 0, added: 0, updated: 0, removed: 0, moved: 0, unreadable: 0, resets: 0, current: null };
  return {
    context,
    options: { full: payload.full, since: payload.since ?? null, now },
    counts: earlier.success ? earlier.data : { startedAt: now, ...none },
    moves: movesOf(),
    progress: { done: 0, total: 0 },
  };
}

export function reportStored(run: SyncRun, messages: number): void {
  run.progress.done += messages;
  const { done, total } = run.progress;
  run.context.reportProgress({ done, total: Math.max(done, total), unit: 'messages' });
}

/** Counts with moves taken out of added and removed. */
export function settledCounts({ counts, moves }: SyncRun): SyncCheckpoint {
  const moved = moves.count();
  return {
    ...counts,
    added: counts.added - moved,
    removed: counts.removed - moved,
    moved: counts.moved + moved,
  };
}
