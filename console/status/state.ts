/** The state of a resource in a list: `shape` stands for the colour where colours are not seen. */
export type State = {
  readonly tone: 'good' | 'warn' | 'bad' | 'idle' | 'active';
  readonly shape: string;
  readonly word: string;
};
