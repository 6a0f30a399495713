/** The state of a resource in a list. `shape` replaces the colour for people who do not see it. */
export type State = {
  readonly tone: 'good' | 'warn' | 'bad' | 'idle' | 'active';
  readonly shape: string;
  readonly word: string;
};
