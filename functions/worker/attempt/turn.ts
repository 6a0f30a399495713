/** What came of one message about a job. */
export type Turn = {
  readonly did: 'ran' | 'waits' | 'early' | 'dropped' | 'sent_on';
  readonly outcome: string | null;
  /** When its message is to come again, ms from now; null: not this one. */
  readonly againIn: number | null;
};
