import type { Turn } from './attempt/turn.ts';

/** For want of a connection of its credential, or of a place in its account's share of workers. */
export type PutOff = 'no_slot' | 'over_share';

export type JobReport = {
  readonly jobId: string;
  readonly did: Turn['did'] | PutOff;
  /** Whether its message was to come again and the queue did not take it: then the one received must. */
  readonly unsent: boolean;
  readonly outcome: string | null;
};
