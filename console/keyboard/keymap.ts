/** Which key does what, without the page: sequences such as `g j`, and keys that belong to what somebody types in. */

export type KeyPress = {
  readonly key: string;
  /** Ctrl, Alt or Meta is down: the browser's own shortcuts. */
  readonly modified: boolean;
  /** The focus is where text is entered. */
  readonly typing: boolean;
};

/** First keys of sequences. */
const LEADERS: readonly string[] = ['g'];

/**
 * The binding that a press completes, with the leader that was pressed before it; `leader` for the next press. While
 * somebody types only Escape counts.
 */
export function resolveKey(
  { key, modified, typing }: KeyPress,
  leader: string | null,
): { readonly binding: string | null; readonly leader: string | null } {
  if (modified || (typing && key !== 'Escape')) return { binding: null, leader: null };
  if (leader !== null) return { binding: `${leader} ${key}`, leader: null };
  if (LEADERS.includes(key)) return { binding: null, leader: key };
  return { binding: key, leader: null };
}
