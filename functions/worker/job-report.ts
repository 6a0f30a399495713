import type { Turn } from './attempt/turn.ts';

/** Why a message was deferred: no free connection of its credential, or no free worker in its account's share. */
export type Deferral = 'no_slot' | 'over_share';

/** What was done with a job's message: the fields of the log line `job`. */
export type JobReport = {
  readonly jobId: string;
  readonly did: Turn['did'] | Deferral;
  /**
   * Whether the queue refused the message that should be sent again: then the received message must be delivered again.
   */
  readonly unsent: boolean;
  readonly outcome: string | null;
};
