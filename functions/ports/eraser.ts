/** An event as it was read: an erasure deletes exactly this one, not another event with the same version. */
export type Erasable = { readonly version: number; readonly append_id: string };

/** Permanent deletion: only retention may use it. */
export interface Eraser {
  /**
   * Deletes these events of a stream, given in any order. The first event is deleted next to last and the last event
   * last, so that after a crash the rest still says that it is deleted. Throws when the table does not answer; then
   * the rest still exists.
   */
  eraseStream(streamId: string, events: readonly Erasable[]): Promise<void>;
  /** Deletes a view row if it is still at this version; otherwise does nothing. */
  removeRow(id: string, version: number): Promise<void>;
}
