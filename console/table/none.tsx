import styles from './virtual-table.module.css';

/** A cell without a value. It is not shown on a phone. */
export const None = () => (
  <span data-none className={styles.none}>
    –
  </span>
);
