/** A message that a consumer has failed to handle too often. `handle`: the value that removes it. */
export type DeadLetter = { readonly id: string; readonly handle: string; readonly body: string };

/** The dead letters of one queue. A letter that was received is hidden for some minutes, unless it is put back. */
export interface DeadLetters {
  /** Up to ten that are not hidden; none after a wait of some seconds without one. */
  receive(): Promise<readonly DeadLetter[]>;
  remove(letter: DeadLetter): Promise<void>;
  /** Shows the letter again at once. Does nothing if it is not hidden. */
  putBack(letter: DeadLetter): Promise<void>;
}
