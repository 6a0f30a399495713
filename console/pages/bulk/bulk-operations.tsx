import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { actionWords } from '../../jobs/bulk-actions.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading } from '../../states/states.tsx';
import { None } from '../../table/none.tsx';
import { PageError, usePagesOnDemand } from '../../table/pages-on-demand.tsx';
import { type Column, VirtualTable } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './bulk.module.css';
import { BULK_STATUSES } from './bulk-operations-search.ts';
import { bulkPagesQuery, useWithEachPulse } from './bulk-queries.ts';
import { BulkStatus } from './bulk-status.tsx';
import { Progress } from './progress.tsx';

type Operation = Schemas['BulkOperation'];

/** The bulk operations of the account, newest first. Running ones are read again with each pulse. */
export function BulkOperations() {
  const { account } = useParams({ from: '/a/$account/bulk' });
  const { status = null } = useSearch({ from: '/a/$account/bulk' });
  const navigate = useNavigate();
  const isMember = useHasRole('member');
  const pages = useInfiniteQuery(bulkPagesQuery(account, status));
  const rows = useMemo(() => pages.data?.pages.flatMap(({ data }) => data) ?? [], [pages.data]);
  const { refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const read = useCallback(() => void refetch(), [refetch]);
  useWithEachPulse(
    rows.some(({ status }) => status === 'running'),
    read,
  );
  const columns = useMemo(() => columnsOf(account), [account]);
  const [current, setCurrent] = useState(-1);
  const id = rows[current]?.id;
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: 'j', label: 'Next row', run: () => setCurrent((at) => Math.min(at + 1, rows.length - 1)) },
      { keys: 'k', label: 'Row before', run: () => setCurrent((at) => Math.max(at - 1, 0)) },
      {
        keys: 'o',
        label: 'Open the operation',
        run: () => id !== undefined && void navigate({ to: '/a/$account/bulk/$bulk', params: { account, bulk: id } }),
      },
    ],
    [rows.length, id, account, navigate],
  );
  useKeys(keys);
  const { more } = usePagesOnDemand(pages);
  return (
    <Page title="Bulk operations">
      <nav className={styles.outcomes} aria-label="Which operations">
        {[null, ...BULK_STATUSES].map((each) => (
          <Link
            key={each ?? 'all'}
            to="/a/$account/bulk"
            params={{ account }}
            search={each === null ? {} : { status: each }}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={each === status ? 'page' : undefined}
          >
            {each ?? 'all'}
          </Link>
        ))}
      </nav>
      {pages.isPending && <Loading what="bulk operations" />}
      {pages.isError && rows.length === 0 && <Refusal error={pages.error} what="Bulk operations" again={read} />}
      {pages.isSuccess && rows.length === 0 && status !== null && (
        <Empty title={`No bulk operation is ${status}`}>
          <Link to="/a/$account/bulk" params={{ account }}>
            See all bulk operations
          </Link>
        </Empty>
      )}
      {pages.isSuccess && rows.length === 0 && status === null && (
        <Empty title="There are no bulk operations yet">
          {isMember ? (
            <Link to="/a/$account/jobs" params={{ account }} search={{ status: ['failed'] }}>
              Select failed jobs, and retry them together
            </Link>
          ) : (
            <p>A member or an owner of the account can start one from the list of jobs.</p>
          )}
        </Empty>
      )}
      {rows.length > 0 && (
        <VirtualTable
          label="Bulk operations"
          columns={columns}
          rows={rows}
          keyOf={({ id: key }) => key}
          current={current}
          onEnd={more}
        />
      )}
      {hasNextPage && (
        <p>
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading …' : 'Continue'}
          </button>{' '}
          <PageError pages={pages} />
        </p>
      )}
    </Page>
  );
}

const columnsOf = (account: string): readonly Column<Operation>[] => [
  { name: 'status', label: 'Status', width: '8rem', cell: (operation) => <BulkStatus operation={operation} /> },
  {
    name: 'action',
    label: 'Action',
    width: '5rem',
    cell: ({ id, action }) => (
      <Link to="/a/$account/bulk/$bulk" params={{ account, bulk: id }}>
        {actionWords(action)}
      </Link>
    ),
  },
  { name: 'progress', label: 'Progress', width: '20rem', cell: (operation) => <Progress operation={operation} /> },
  {
    name: 'failed',
    label: 'Failed',
    width: '4rem',
    isLabelled: true,
    cell: ({ failed }) => (failed === 0 ? <None /> : <span className={styles.bad}>{failed.toLocaleString('en')}</span>),
  },
  {
    name: 'skipped',
    label: 'Skipped',
    width: '4rem',
    isLabelled: true,
    cell: ({ skipped }) => (skipped === 0 ? <None /> : skipped.toLocaleString('en')),
  },
  {
    name: 'reason',
    label: 'Reason',
    width: 'minmax(8rem, 1fr)',
    cell: ({ reason }) => (reason === null ? <None /> : <ServerText oneLine>{reason}</ServerText>),
  },
  { name: 'by', label: 'By', width: '7rem', cell: ({ by }) => <ServerText oneLine>{by}</ServerText> },
  { name: 'age', label: 'Age', width: '4.5rem', isLabelled: true, cell: ({ created_at: at }) => <Age at={at} /> },
];
