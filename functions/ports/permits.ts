/** Permits that all processes share. */
export interface Permits {
  /** Takes so many of the `most` that there are under `key`; false when fewer are left. Forgotten after two minutes. */
  take(key: string, count: number, most: number, now: number): Promise<boolean>;
}
