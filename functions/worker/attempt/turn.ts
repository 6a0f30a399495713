/** The result of one message about a job. */
export type Turn = {
  readonly did: 'ran' | 'waits' | 'early' | 'dropped' | 'sent_on';
  readonly outcome: string | null;
  /** When its message must come again, ms from now; null if it must not. */
  readonly againIn: number | null;
};

/** The turn of a job that did not run. */
export const notRun = (did: Turn['did'], againIn: number | null): Turn => ({ did, outcome: null, againIn });
