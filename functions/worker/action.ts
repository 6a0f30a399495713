import type * as z from 'zod';
import type { AttemptOutcome, Progress } from '../domain/attempt/outcome.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { MailboxSession } from '../ports/mailbox.ts';

/** What an action may use. */
export type ActionContext = {
  readonly accountId: string;
  readonly credentialId: string;
  /**
   * Generation of the credential when the session was opened. Another generation is another mailbox, with other stored
   * data.
   */
  readonly generation: number;
  readonly jobId: string;
  /** The checkpoint with which the previous continuation yielded; null in the first run of an attempt. */
  readonly checkpoint: unknown;
  readonly mail: MailStore;
  /** The plan that an earlier attempt recorded; null when there is none. */
  readonly plan: unknown;
  /** Records what this attempt is about to do. Throws MailboxFailure when the job no longer belongs to this worker. */
  record(plan: unknown): Promise<void>;
  /**
   * Runs a command that changes the mailbox, once the lease certainly lasts longer than the command. Throws
   * MailboxFailure when the lease cannot be renewed, and the errors of the command.
   */
  mutate<Result>(command: () => Promise<Result>): Promise<Result>;
  /** The credential's only session; connects again when the last one was lost. Throws MailboxFailure. */
  session(): Promise<MailboxSession>;
  /** Wall time, ms since the epoch. */
  now(): number;
  /** Milliseconds until the action should yield. */
  remainingMs(): number;
  /**
   * Aborted when the job no longer belongs to this worker (resolved, deleted, lease lost), or when its attempt is out
   * of time.
   */
  readonly signal: AbortSignal;
  reportProgress(progress: Progress): void;
};

/** One kind of mailbox work: the schema of its payload and how it runs. A thrown MailboxFailure is a failed attempt. */
export interface Action<Payload = unknown> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  run(payload: Payload, context: ActionContext): Promise<AttemptOutcome>;
}
