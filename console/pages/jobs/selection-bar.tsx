import styles from './jobs.module.css';

/** How many rows are selected. On a phone it is at the bottom of the screen. */
export function SelectionBar({ count, clear }: { readonly count: number; readonly clear: () => void }) {
  if (count === 0) return null;
  return (
    <section className={styles.bar} aria-label="Selection">
      <span>{count.toLocaleString()} on screen selected</span>
      <button type="button" onClick={clear}>
        Clear <kbd>Esc</kbd>
      </button>
    </section>
  );
}
