/** How far the views are behind the log, over all shards of its stream. */
export interface Projection {
  /**
   * Writes a mark to each shard of the log's stream and returns their names; null if a shard could not be reached now.
   * Everything that was in the log before the call comes before one of these marks.
   */
  mark(accountId: string): Promise<readonly string[] | null>;
  /**
   * Whether the views contain everything that was in the log before these marks. Their indexes follow within a second.
   */
  hasPassed(marks: readonly string[]): Promise<boolean>;
}
