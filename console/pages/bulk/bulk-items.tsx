import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { bulkActionWords, MAX_NAMED } from '../../jobs/bulk-actions.ts';
import { isOnly } from '../../search-parameters/flat.ts';
import { useHasRole } from '../../service/who.ts';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading } from '../../states/states.tsx';
import { None } from '../../table/none.tsx';
import { PageError, usePagesOnDemand } from '../../table/pages-on-demand.tsx';
import { type Column, VirtualTable } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './bulk.module.css';
import { againWords, OUTCOMES, type Outcome, readOfItems } from './bulk-items-search.ts';
import { bulkItemsQuery } from './bulk-queries.ts';

type Item = Schemas['BulkItem'];
type Properties = { readonly account: string; readonly operation: Schemas['BulkOperation'] };

const SHAPES: Readonly<Record<Outcome, string>> = { done: '✓', skipped: '◇', failed: '✕' };

/** What the operation did to each job, and why it skipped some of them. */
export function BulkItems({ account, operation }: Properties) {
  const { outcome = null } = useSearch({ from: '/a/$account/bulk/$bulk' });
  const items = useInfiniteQuery(bulkItemsQuery(operation.id, outcome));
  const { refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = items;
  const settled = operation.done + operation.skipped + operation.failed;
  const [shown, setShown] = useState(settled);
  const read = useCallback((): void => {
    setShown(settled);
    void refetch();
  }, [settled, refetch]);
  const next = readOfItems(items.data?.pages.length ?? 0, shown, settled);
  useEffect(() => {
    if (next === 'now') read();
  }, [next, read]);
  const rows = useMemo(() => items.data?.pages.flatMap(({ data }) => data) ?? [], [items.data]);
  const columns = useMemo(() => columnsOf(account), [account]);
  const { more } = usePagesOnDemand(items);
  const params = { account, bulk: operation.id };
  return (
    <section className={styles.part} aria-labelledby="items-title">
      <h2 id="items-title">What it did</h2>
      <nav className={styles.outcomes} aria-label="Outcomes">
        {[null, ...OUTCOMES].map((each) => (
          <Link
            key={each ?? 'all'}
            to="/a/$account/bulk/$bulk"
            params={params}
            search={each === null ? {} : { outcome: [each] }}
            resetScroll={false}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={isOnly(outcome, each) ? 'page' : undefined}
          >
            {each ?? 'all'} {(each === null ? settled : operation[each]).toLocaleString('en')}
          </Link>
        ))}
      </nav>
      {items.isPending && <Loading what="the items" />}
      {items.isError && rows.length === 0 && (
        <Refusal error={items.error} what="The items" again={() => void refetch()} />
      )}
      {items.isSuccess && rows.length === 0 && (
        <Empty title={operation.status === 'running' ? 'It has no such job yet' : 'There is no such job'} />
      )}
      {isOnly(outcome, 'failed') && rows.length > 0 && operation.status !== 'running' && (
        <TryAgain account={account} operation={operation} failed={rows.map(({ job_id: id }) => id)} />
      )}
      {rows.length > 0 && (
        <VirtualTable label="Items" columns={columns} rows={rows} keyOf={({ job_id: id }) => id} onEnd={more} />
      )}
      {next === 'asks' && (
        <p>
          <button type="button" onClick={read}>
            Read the {(settled - shown).toLocaleString('en')} that came since
          </button>
        </p>
      )}
      {hasNextPage && (
        <p>
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading …' : 'Continue'}
          </button>{' '}
          <PageError pages={items} />
        </p>
      )}
    </section>
  );
}

/** Starts the same action for the failed jobs, in a dialog that counts first. */
function TryAgain({ account, operation, failed }: Properties & { readonly failed: readonly string[] }) {
  const navigate = useNavigate();
  const { action } = operation;
  const may = useHasRole(action === 'delete' ? 'owner' : 'member');
  if (!may) return null;
  const job = failed.slice(0, MAX_NAMED);
  return (
    <p>
      <button
        type="button"
        onClick={() =>
          void navigate({
            to: '/a/$account/jobs',
            params: { account },
            search: { command: action, at: new Date().toISOString(), job },
          })
        }
      >
        {bulkActionWords(action, againWords(job.length, operation.failed))} again
      </button>
    </p>
  );
}

const columnsOf = (account: string): readonly Column<Item>[] => [
  {
    name: 'outcome',
    label: 'Outcome',
    width: '6rem',
    cell: ({ outcome }) => (
      <span className={styles.outcome} data-outcome={outcome}>
        <span aria-hidden="true">{SHAPES[outcome]}</span> {outcome}
      </span>
    ),
  },
  {
    name: 'job',
    label: 'Job',
    width: '18rem',
    cell: ({ job_id: id }) => (
      <Link to="/a/$account/jobs/$job" params={{ account, job: id }}>
        <code>{id}</code>
      </Link>
    ),
  },
  {
    name: 'detail',
    label: 'Why',
    width: 'minmax(8rem, 1fr)',
    cell: ({ detail, code }) =>
      detail === null && code === null ? <None /> : <ServerText oneLine>{detail ?? code ?? ''}</ServerText>,
  },
];
