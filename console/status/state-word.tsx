import type { State } from './state.ts';
import styles from './state-word.module.css';

/** Shape, word and colour. */
export function StateWord({ state: { tone, shape, word } }: { readonly state: State }) {
  return (
    <span className={styles.state} data-tone={tone}>
      <span aria-hidden="true">{shape}</span> {word}
    </span>
  );
}
