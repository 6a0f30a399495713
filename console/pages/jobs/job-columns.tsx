import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { actionWords } from '../../jobs/job-actions.ts';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import { mailboxName } from '../../service/mailbox-name.ts';
import { JobStatus } from '../../status/job-status.tsx';
import { None } from '../../table/none.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './jobs.module.css';

type Job = Schemas['Job'];

type Context = {
  readonly account: string;
  readonly search: JobsSearch;
  readonly names: ReadonlyMap<string, Schemas['Credential']> | null;
  /** Null for a role that may not change selected jobs. */
  readonly selecting: {
    readonly isSelected: (id: string) => boolean;
    readonly toggle: (id: string) => void;
    readonly areAllSelected: boolean;
    readonly toggleAll: () => void;
  } | null;
  /** An open job beside the list takes a part of its width. */
  readonly isNarrowed: boolean;
  /** Ids of the rows that no longer match. */
  readonly gone: ReadonlySet<string>;
};

const LEFT_OUT: readonly string[] = ['tries', 'next'];

/** The columns of the list. The error is a link to the reason of the failure in the job. */
export function jobColumns(context: Context): readonly Column<Job>[] {
  const columns = allColumns(context);
  return context.isNarrowed ? columns.filter(({ name }) => !LEFT_OUT.includes(name)) : columns;
}

function allColumns({ account, search, names, selecting, gone }: Context): readonly Column<Job>[] {
  return [
    ...(selecting === null ? [] : [selectColumn(selecting)]),
    {
      name: 'status',
      label: 'Status',
      width: '8.5rem',
      cell: ({ id, status, stalled }) =>
        gone.has(id) ? (
          <span className={styles.quiet}>No longer in this list</span>
        ) : (
          <JobStatus status={status} stalled={stalled} />
        ),
    },
    {
      name: 'action',
      label: 'Action',
      width: 'minmax(8rem, 1fr)',
      cell: ({ id, action }) => (
        <Link to="/a/$account/jobs/$job" params={{ account, job: id }} search={search} resetScroll={false}>
          {actionWords(action)}
        </Link>
      ),
    },
    {
      name: 'mailbox',
      label: 'Mailbox',
      width: 'minmax(8rem, 1.4fr)',
      cell: ({ credential_id }) => {
        if (names === null) return null;
        const credential = names.get(credential_id);
        return <ServerText oneLine>{credential === undefined ? credential_id : mailboxName(credential)}</ServerText>;
      },
    },
    {
      name: 'error',
      label: 'Error',
      width: 'minmax(8rem, 1.4fr)',
      cell: ({ id, last_error_code, status }) =>
        last_error_code !== null && (status === 'failed' || status === 'retrying') ? (
          <Link
            to="/a/$account/jobs/$job"
            params={{ account, job: id }}
            search={search}
            hash="why"
            resetScroll={false}
            className={styles.error}
          >
            {last_error_code}
          </Link>
        ) : (
          <None />
        ),
    },
    { name: 'tries', label: 'Tries', width: '3rem', isLabelled: true, cell: ({ attempt_count }) => attempt_count },
    {
      name: 'next',
      label: 'Next',
      width: '4.5rem',
      isLabelled: true,
      cell: ({ next_attempt_at }) => <Age at={next_attempt_at} />,
    },
    { name: 'age', label: 'Age', width: '4.5rem', isLabelled: true, cell: ({ created_at }) => <Age at={created_at} /> },
  ];
}

function selectColumn({
  isSelected,
  toggle,
  areAllSelected,
  toggleAll,
}: NonNullable<Context['selecting']>): Column<Job> {
  return {
    name: 'select',
    label: 'Select',
    heading: (
      <input type="checkbox" aria-label="Select the rows on screen" checked={areAllSelected} onChange={toggleAll} />
    ),
    width: '1.25rem',
    cell: ({ id }) => (
      <input type="checkbox" aria-label={`Select ${id}`} checked={isSelected(id)} onChange={() => toggle(id)} />
    ),
  };
}
