import * as z from 'zod';
import type { Failure } from '../failure/failure.ts';

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

/** How an attempt ended: a value, never an exception. `Result` and `Checkpoint` are the action's own, at most 4 KB as JSON. */
export type AttemptOutcome<Result = unknown, Checkpoint = unknown> =
  /** `recheckAt` (ISO-8601): when the same is to be done again, by a job that is made by itself. */
  | { readonly kind: 'succeeded'; readonly result: Result; readonly recheckAt?: string }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Out of time: another worker continues the same attempt at once. */
  | { readonly kind: 'yielded'; readonly checkpoint: Checkpoint }
  /** Cannot go on now; burns no attempt. `until` in ms since the epoch; with a checkpoint it goes on from there. */
  | {
      readonly kind: 'postponed';
      readonly until: number;
      readonly because: PostponeReason;
      readonly checkpoint?: Checkpoint;
    };

export const PROGRESS_UNITS = ['messages', 'mailboxes'] as const;

/** How far an attempt has come; `total` null while unknown. */
export type Progress = {
  readonly done: number;
  readonly total: number | null;
  readonly unit: (typeof PROGRESS_UNITS)[number];
};
