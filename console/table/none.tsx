import styles from './virtual-table.module.css';

/** A cell without a value. On a phone its cell is not shown. */
export const None = () => (
  <span data-none className={styles.none}>
    –
  </span>
);
