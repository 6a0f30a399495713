import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { useNow } from '../../dates/use-now.ts';
import { mailboxesWords, searchOfGroup } from '../../jobs/failure-group.ts';
import { whoActs } from '../../jobs/who-acts.ts';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import styles from './failures.module.css';
import type { FailuresSearch } from './failures-search.ts';
import { muteWords, NO_SERVER } from './group-words.ts';

type Group = Schemas['FailureGroup'];

export function failureColumns(account: string, search: FailuresSearch): readonly Column<PlacedRow<Group>>[] {
  return [
    {
      name: 'failure',
      label: 'Failure',
      width: 'minmax(9.5rem, 2fr)',
      cell: ({ row: { id, title } }) => (
        <Link to="/a/$account/failures/$group" params={{ account, group: id }} search={search}>
          <ServerText oneLine>{title}</ServerText>
        </Link>
      ),
    },
    {
      name: 'code',
      label: 'Code',
      isLesser: true,
      width: 'minmax(7.5rem, 1.3fr)',
      cell: ({ row }) => <code title={visibleText(row.code)}>{visibleText(row.code)}</code>,
    },
    {
      name: 'server',
      label: 'Server',
      width: 'minmax(7.5rem, 1.4fr)',
      cell: ({ row: { host } }) =>
        host === null ? <span className={styles.quiet}>{NO_SERVER}</span> : <ServerText oneLine>{host}</ServerText>,
    },
    {
      name: 'who',
      label: 'Who must act',
      width: '8rem',
      cell: ({ row, isGone }) => <Who group={row} isGone={isGone} />,
    },
    {
      name: 'failed',
      label: 'Failed',
      width: '4rem',
      isLabelled: true,
      cell: ({ row }) => <Jobs account={account} group={row} status="failed" />,
    },
    {
      name: 'retrying',
      label: 'Retrying',
      width: '4.5rem',
      isLabelled: true,
      cell: ({ row }) => <Jobs account={account} group={row} status="retrying" />,
    },
    {
      name: 'mailboxes',
      label: 'Mailboxes',
      width: '4.5rem',
      cell: ({ row: { credentials } }) => (
        // The column is too narrow for `at least`.
        <span title={mailboxesWords(credentials)}>
          {credentials.count.toLocaleString('en')}
          {credentials.more && '+'}
        </span>
      ),
    },
    {
      name: 'first',
      label: 'First',
      width: '4.5rem',
      isLesser: true,
      isLabelled: true,
      cell: ({ row }) => <Age at={row.first_at} />,
    },
    { name: 'last', label: 'Last', width: '4.5rem', isLabelled: true, cell: ({ row }) => <Age at={row.last_at} /> },
    {
      name: 'sample',
      label: 'One of its jobs',
      isLabelHidden: true,
      width: '3.5rem',
      cell: ({ row: { sample_job_id: job, ...row } }) =>
        job === null ? (
          <None />
        ) : (
          <Link to="/a/$account/jobs/$job" params={{ account, job }} search={searchOfGroup(row)} hash="why">
            A job<span className={styles.unseen}> with: {visibleText(row.title)}</span>
          </Link>
        ),
    },
  ];
}

/** Who must act, or why nobody has to. */
function Who({ group, isGone }: { readonly group: Group; readonly isGone: boolean }) {
  const muted = muteWords(group, useNow());
  if (isGone) return <span className={styles.quiet}>No longer in this list</span>;
  if (muted === null) return <span>{whoActs(group.who)}</span>;
  const { note } = group;
  return (
    <span className={styles.quiet} title={visibleText(note ?? muted)}>
      ‖ {muted}
    </span>
  );
}

type JobsProperties = {
  readonly account: string;
  readonly group: Group;
  readonly status: 'failed' | 'retrying';
};

/** The number of its jobs with this status, as a link to them. */
export function Jobs({ account, group, status }: JobsProperties) {
  const count = group[status];
  if (count === 0) return <None />;
  return (
    <Link
      to="/a/$account/jobs"
      params={{ account }}
      search={searchOfGroup(group, [status])}
      className={styles.count}
      data-status={status}
    >
      {count.toLocaleString('en')}
      <span className={styles.unseen}>
        {' '}
        {status}: {visibleText(group.title)}
      </span>
    </Link>
  );
}
