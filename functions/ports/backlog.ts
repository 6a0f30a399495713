/** How much waits in each queue of jobs. */
export interface Backlog {
  /** Messages that no worker has received yet, about (AWS counts them so). */
  waiting(): Promise<Waiting>;
}

/** Number of waiting messages, by queue of jobs. */
export type Waiting = { readonly work: number; readonly priority: number };
