import type { Schemas } from '../../../client/index.ts';
import styles from './tasks.module.css';

type Task = Schemas['Task'];

/** Shape, word and colour. The words are those of the service. */
const SHAPES: Readonly<Record<Task['status'], string>> = {
  idle: '○',
  active: '▶',
  succeeded: '✓',
  failed: '✕',
  suspended: '‼',
};

export function TaskStatus({ status }: Pick<Task, 'status'>) {
  return (
    <span className={styles.status} data-status={status}>
      <span aria-hidden="true">{SHAPES[status]}</span> {status}
    </span>
  );
}
