import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { bulkActionWords } from '../../jobs/bulk-actions.ts';
import { isOnly } from '../../search-parameters/flat.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import { ServerList } from '../../table/server-list.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import styles from './bulk.module.css';
import { BULK_STATUSES } from './bulk-operations-search.ts';
import { bulkList } from './bulk-queries.ts';
import { BulkStatus } from './bulk-status.tsx';
import { Progress } from './progress.tsx';

type Operation = Schemas['BulkOperation'];

/** The bulk operations of the account, newest first. Running ones are read again with each pulse. */
export function BulkOperations() {
  const { account } = useParams({ from: '/a/$account/bulk' });
  const { status = null } = useSearch({ from: '/a/$account/bulk' });
  const navigate = useNavigate();
  const open = useCallback(
    ({ id }: Operation): void => void navigate({ to: '/a/$account/bulk/$bulk', params: { account, bulk: id } }),
    [account, navigate],
  );
  const columns = useMemo(() => columnsOf(account), [account]);
  const list = bulkList(account, status);
  return (
    <Page title="Bulk operations">
      <nav className={styles.outcomes} aria-label="Which operations">
        {[null, ...BULK_STATUSES].map((each) => (
          <Link
            key={each ?? 'all'}
            to="/a/$account/bulk"
            params={{ account }}
            search={each === null ? {} : { status: [each] }}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={isOnly(status, each) ? 'page' : undefined}
          >
            {each ?? 'all'}
          </Link>
        ))}
      </nav>
      <ServerList
        key={JSON.stringify(list.key)}
        list={list}
        label="Bulk operations"
        what="bulk operations"
        columns={columns}
        openLabel="Open the operation"
        open={open}
        isGoingOn={isRunning}
        empty={<Nothing account={account} status={status} />}
      />
    </Page>
  );
}

const isRunning = ({ status }: Operation): boolean => status === 'running';

function Nothing({ account, status }: { readonly account: string; readonly status: readonly string[] | null }) {
  const isMember = useHasRole('member');
  if (status !== null)
    return (
      <Empty title={`No bulk operation is ${status.map(visibleText).join(' or ')}`}>
        <Link to="/a/$account/bulk" params={{ account }}>
          See all bulk operations
        </Link>
      </Empty>
    );
  return (
    <Empty title="There are no bulk operations yet">
      {isMember ? (
        <Link to="/a/$account/jobs" params={{ account }} search={{ status: ['failed'] }}>
          Select failed jobs, and retry them together
        </Link>
      ) : (
        <p>A member or an owner of the account can start one from the list of jobs.</p>
      )}
    </Empty>
  );
}

const columnsOf = (account: string): readonly Column<PlacedRow<Operation>>[] => [
  {
    name: 'status',
    label: 'Status',
    width: '8rem',
    cell: ({ row, isGone }) => (isGone ? 'No longer in this list' : <BulkStatus operation={row} />),
  },
  {
    name: 'action',
    label: 'Action',
    width: '5rem',
    cell: ({ row: { id, action } }) => (
      <Link to="/a/$account/bulk/$bulk" params={{ account, bulk: id }}>
        {bulkActionWords(action)}
      </Link>
    ),
  },
  { name: 'progress', label: 'Progress', width: '20rem', cell: ({ row }) => <Progress operation={row} /> },
  {
    name: 'failed',
    label: 'Failed',
    width: '4rem',
    isLabelled: true,
    cell: ({ row: { failed } }) =>
      failed === 0 ? <None /> : <span className={styles.bad}>{failed.toLocaleString('en')}</span>,
  },
  {
    name: 'skipped',
    label: 'Skipped',
    width: '4rem',
    isLabelled: true,
    cell: ({ row: { skipped } }) => (skipped === 0 ? <None /> : skipped.toLocaleString('en')),
  },
  {
    name: 'reason',
    label: 'Reason',
    width: 'minmax(8rem, 1fr)',
    cell: ({ row: { reason } }) => (reason === null ? <None /> : <ServerText oneLine>{reason}</ServerText>),
  },
  { name: 'by', label: 'By', width: '7rem', cell: ({ row: { by } }) => <ServerText oneLine>{by}</ServerText> },
  {
    name: 'age',
    label: 'Age',
    width: '4.5rem',
    isLabelled: true,
    cell: ({ row: { created_at: at } }) => <Age at={at} />,
  },
];
