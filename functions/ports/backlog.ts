/** How much waits in the queues of jobs. */
export interface Backlog {
  /** Messages that no worker has received yet, about (AWS counts them so). */
  waiting(): Promise<number>;
}
