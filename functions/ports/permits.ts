/** Permits that all processes share. */
export interface Permits {
  /**
   * Takes `count` of the `most` permits under `key`; false when fewer are left. The count is forgotten after two
   * minutes.
   */
  take(key: string, count: number, most: number, now: number): Promise<boolean>;
}
