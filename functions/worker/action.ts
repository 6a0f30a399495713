import type * as z from 'zod';
import type { AttemptOutcome, Progress } from '../domain/attempt/outcome.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { MailboxSession } from '../ports/mailbox.ts';

export type ActionContext = {
  readonly accountId: string;
  readonly credentialId: string;
  /** Of the credential, as the session was opened for it: of another one, what is stored is of another mailbox. */
  readonly generation: number;
  readonly jobId: string;
  /** What the part before this one yielded with; null in the first part of an attempt. */
  readonly checkpoint: unknown;
  readonly mail: MailStore;
  /** What an attempt before was about to do; null when none came so far. */
  readonly plan: unknown;
  /** Writes down what this attempt is about to do. Throws MailboxFailure when the job is no longer this worker's. */
  record(plan: unknown): Promise<void>;
  /**
   * Runs a command that changes the mailbox, once the lease is sure to outlast it. Throws MailboxFailure when it cannot
   * be made to, and whatever the command throws.
   */
  mutate<Result>(command: () => Promise<Result>): Promise<Result>;
  /** The credential's one logged-in session; connects again when the last one was lost. Throws MailboxFailure. */
  session(): Promise<MailboxSession>;
  /** Wall time, ms since the epoch. */
  now(): number;
  /** Milliseconds left until the action should have yielded. */
  remainingMs(): number;
  /** Aborted when the job is no longer this worker's (resolved, deleted, lease lost), or its attempt is out of time. */
  readonly signal: AbortSignal;
  reportProgress(progress: Progress): void;
};

/** One kind of mailbox work: what its payload must look like and how it runs. A thrown MailboxFailure is a failed attempt. */
export interface Action<Payload = unknown> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  run(payload: Payload, context: ActionContext): Promise<AttemptOutcome>;
}
