/** The number of messages in each queue of jobs. */
export interface Backlog {
  /** Messages that no worker has received yet. The numbers are approximate (AWS: ApproximateNumberOfMessages). */
  waiting(): Promise<Waiting>;
}

/** Number of waiting messages, by queue of jobs. */
export type Waiting = { readonly work: number; readonly priority: number };
