import type { Schemas } from '../../client/index.ts';
import styles from './job-status.module.css';

type Status = Schemas['JobStatus'];

/** Shape, word and colour, so that a status does not rely on its hue. */
const SHAPES: Readonly<Record<Status, string>> = {
  scheduled: '◷',
  queued: '○',
  running: '▶',
  retrying: '↻',
  succeeded: '✓',
  failed: '✕',
  resolved: '◇',
};

export function JobStatus({ status, stalled = false }: { readonly status: Status; readonly stalled?: boolean }) {
  return (
    <span className={styles.status} data-status={status}>
      <span aria-hidden="true">{SHAPES[status]}</span> {status}
      {stalled && <strong className={styles.stalled}>stalled</strong>}
    </span>
  );
}
