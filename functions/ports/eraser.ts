/** An event as it was read: an erasure removes exactly this one, not what may have come in its place. */
export type Erasable = { readonly version: number; readonly append_id: string };

/** What only retention may do: remove things for good. */
export interface Eraser {
  /**
   * Deletes these events of a stream, given in any order; none is needed any more or it is gone already. The first one
   * goes next to last and the last one last, so that what a crash leaves still says that it is deleted. Throws when the
   * table does not answer; the rest is there then.
   */
  eraseStream(streamId: string, events: readonly Erasable[]): Promise<void>;
  /** Removes a view row if it still is at this version; nothing happens when it is not. */
  removeRow(id: string, version: number): Promise<void>;
}
