import type { Schemas } from '../../../client/index.ts';
import styles from './bulk.module.css';
import { progressOf } from './progress-of.ts';

/** A bar with its number. Without a total there is only the number. */
export function Progress({ operation }: { readonly operation: Schemas['BulkOperation'] }) {
  const { settled, total, percent } = progressOf(operation);
  const words =
    total === null
      ? `${settled.toLocaleString('en')} so far`
      : `${settled.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return (
    <span className={styles.progress}>
      {percent !== null && <progress max={100} value={percent} aria-label="Progress" />}
      <span>
        {words}
        {percent !== null && ` (${percent} %)`}
      </span>
    </span>
  );
}
