/** How far the views have come behind the log, over all shards of its stream. */
export interface Projection {
  /**
   * Puts a mark into each shard of the log's stream and returns their names; null when some shard could not be reached
   * now. Everything that was in the log before the call is before one of these marks.
   */
  mark(accountId: string): Promise<readonly string[] | null>;
  /** Whether the views hold everything that was in the log before these marks. Their indexes follow within a second. */
  hasPassed(marks: readonly string[]): Promise<boolean>;
}
