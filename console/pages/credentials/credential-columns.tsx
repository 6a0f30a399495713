import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { whoActs } from '../../jobs/who-acts.ts';
import { useFailure } from '../../service/failure-catalogue.ts';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { CredentialHealth } from './credential-health.tsx';
import styles from './credentials.module.css';
import type { CredentialsSearch } from './credentials-search.ts';
import { nameOf, serverOf, WAITS_FOR_CREDENTIAL } from './health.ts';

type Credential = Schemas['Credential'];

export function credentialColumns(
  account: string,
  search: CredentialsSearch,
): readonly Column<PlacedRow<Credential>>[] {
  return [
    {
      name: 'mailbox',
      label: 'Mailbox',
      width: 'minmax(9rem, 1.4fr)',
      cell: ({ row }) => (
        <Link to="/a/$account/credentials/$credential" params={{ account, credential: row.id }} search={search}>
          <ServerText oneLine>{nameOf(row)}</ServerText>
        </Link>
      ),
    },
    {
      name: 'host',
      label: 'Host',
      width: 'minmax(8rem, 1fr)',
      cell: ({ row }) => <ServerText oneLine>{serverOf(row) ?? 'cannot be read'}</ServerText>,
    },
    {
      name: 'health',
      label: 'Health',
      width: 'minmax(14rem, 2.2fr)',
      cell: ({ row, isGone }) =>
        isGone ? <span className={styles.quiet}>No longer in this list</span> : <CredentialHealth credential={row} />,
    },
    { name: 'who', label: 'Who must act', width: '8rem', cell: ({ row }) => <Who code={row.status_reason} /> },
    {
      name: 'probe',
      label: 'Tried again',
      isLabelled: true,
      width: '5.5rem',
      cell: ({ row }) => <Age at={row.next_probe_at} />,
    },
    {
      name: 'waiting',
      label: 'Waiting',
      isLabelled: true,
      width: '5rem',
      cell: ({ row }) => <WaitingJobs account={account} credential={row} />,
    },
    {
      name: 'used',
      label: 'Last used',
      width: '5rem',
      isLesser: true,
      cell: ({ row }) => <Age at={row.last_used_at} />,
    },
    {
      name: 'jobs',
      label: 'All its jobs',
      isLabelHidden: true,
      width: '3rem',
      cell: ({ row }) => (
        <Link to="/a/$account/jobs" params={{ account }} search={{ credential: [row.id] }}>
          Jobs<span className={styles.unseen}> of {visibleText(nameOf(row))}</span>
        </Link>
      ),
    },
  ];
}

function Who({ code }: { readonly code: string | null }) {
  const failure = useFailure(code);
  return failure === null ? <None /> : <span>{whoActs(failure.who)}</span>;
}

/** How many jobs wait for the credential, as a link to them. */
export function WaitingJobs({ account, credential }: { readonly account: string; readonly credential: Credential }) {
  const { id, waiting_jobs: count } = credential;
  if (count === 0) return <None />;
  return (
    <Link to="/a/$account/jobs" params={{ account }} search={{ credential: [id], waiting: [...WAITS_FOR_CREDENTIAL] }}>
      {count.toLocaleString()} {count === 1 ? 'job' : 'jobs'}
    </Link>
  );
}
