import * as z from 'zod';
import type { Failure } from '../failure/failure.ts';

/** The reason why a job waits until a named time or a change. */
export const postponeReason = z.enum([
  'credential_suspect',
  'credential_parked',
  'credential_paused',
  'account_paused',
  'rate_limited',
  'connection_slot',
  'account_share',
  'host_parked',
]);
export type PostponeReason = z.infer<typeof postponeReason>;

/**
 * How an attempt ended: a value, never an exception. The action defines `Result` and `Checkpoint`, each at most 4 KB
 * of JSON.
 */
export type AttemptOutcome<Result = unknown, Checkpoint = unknown> =
  /** `recheckAt` (ISO-8601): when a new job must do the same again. The system makes that job. */
  | { readonly kind: 'succeeded'; readonly result: Result; readonly recheckAt?: string }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The time is over: another worker continues the same attempt at once. */
  | { readonly kind: 'yielded'; readonly checkpoint: Checkpoint }
  /**
   * The attempt cannot continue now; it is not counted. `until` in ms since the epoch. With a checkpoint, it continues
   * from there.
   */
  | {
      readonly kind: 'postponed';
      readonly until: number;
      readonly because: PostponeReason;
      readonly checkpoint?: Checkpoint;
    };

/** What the progress of an action counts. */
export const PROGRESS_UNITS = ['messages', 'mailboxes'] as const;

/** The progress of an attempt; `total` is null while unknown. */
export type Progress = {
  readonly done: number;
  readonly total: number | null;
  readonly unit: (typeof PROGRESS_UNITS)[number];
};
