/**
 * The action of each key, without the page: sequences such as `g j`, and keys that must not act while a person types.
 */

export type KeyPress = {
  readonly key: string;
  /** Ctrl, Alt or Meta is down: the browser's own shortcuts. */
  readonly modified: boolean;
  /** The focus is in a field for text. */
  readonly typing: boolean;
};

/** First keys of sequences. */
const LEADERS: readonly string[] = ['g'];

/**
 * The binding that a press completes, together with the leader that was pressed before it. If the press is a leader, it
 * is returned as `leader` for the next press. While a person types, only Escape has an effect.
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
