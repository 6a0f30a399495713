import type { Schemas } from '../../../client/index.ts';
import styles from './bulk.module.css';

type Operation = Pick<Schemas['BulkOperation'], 'status' | 'aborting'>;

const SHAPES: Readonly<Record<Operation['status'], string>> = {
  running: '▶',
  completed: '✓',
  aborted: '◇',
  failed: '✕',
};

/** Shape, word and colour. */
export function BulkStatus({ operation: { status, aborting } }: { readonly operation: Operation }) {
  return (
    <span className={styles.status} data-status={status}>
      <span aria-hidden="true">{SHAPES[status]}</span> {status === 'running' && aborting ? 'stopping' : status}
    </span>
  );
}
