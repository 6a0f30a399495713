/** The result of one message about a job. */
export type Turn = {
  readonly did: 'ran' | 'waits' | 'early' | 'dropped' | 'sent_on';
  readonly outcome: string | null;
  /** Time after which its message is sent again, ms; null: it is not sent again. */
  readonly againIn: number | null;
};
