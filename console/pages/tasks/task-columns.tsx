import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { actionWords } from '../../jobs/job-actions.ts';
import { MailboxName } from '../../service/mailbox-names.tsx';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { scheduleWords } from './schedule-words.ts';
import { TaskStatus } from './task-status.tsx';
import styles from './tasks.module.css';
import type { TasksSearch } from './tasks-search.ts';

type Task = Schemas['Task'];

export function taskColumns(account: string, search: TasksSearch): readonly Column<PlacedRow<Task>>[] {
  return [
    {
      name: 'task',
      label: 'Task',
      width: 'minmax(9rem, 1fr)',
      cell: ({ row: { id, task_type } }) => (
        <Link to="/a/$account/tasks/$task" params={{ account, task: id }} search={search}>
          {actionWords(task_type)}
        </Link>
      ),
    },
    {
      name: 'mailbox',
      label: 'Mailbox',
      width: 'minmax(9rem, 1.3fr)',
      cell: ({ row }) => <MailboxName account={account} credential={row.target_credential_id} />,
    },
    {
      name: 'schedule',
      label: 'Schedule',
      width: 'minmax(11rem, 1.6fr)',
      cell: ({ row }) => <ServerText oneLine>{scheduleWords(row.schedule)}</ServerText>,
    },
    {
      name: 'next',
      label: 'Next run',
      width: '9rem',
      isLabelled: true,
      cell: ({ row, isGone }) => (isGone ? 'No longer in this list' : <NextRun task={row} />),
    },
    {
      name: 'last',
      label: 'Last job',
      width: '8rem',
      cell: ({ row: { status, last_job_id: last } }) =>
        last === null ? (
          <TaskStatus status={status} />
        ) : (
          <Link to="/a/$account/jobs/$job" params={{ account, job: last }} className={styles.statusLink}>
            <TaskStatus status={status} />
          </Link>
        ),
    },
  ];
}

/** The time of the next run, or the reason why there is none. */
function NextRun({ task: { paused, suspended, next_runs } }: { readonly task: Task }) {
  const [next] = next_runs;
  if (suspended !== null) return <span className={styles.bad}>‼ suspended</span>;
  if (paused !== null) return <span className={styles.warn}>‖ paused</span>;
  return next === undefined ? <None /> : <Age at={next} />;
}
