import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { usePulse } from '../../pulse/pulse.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading } from '../../states/states.tsx';
import { keepPlaces, type PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import { type Column, VirtualTable } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { outcomeOf } from './endpoint-state.ts';
import { StateWord } from './state-word.tsx';
import { deliveryPagesQuery, newestDeliveriesQuery, webhooksKey } from './webhook-queries.ts';
import styles from './webhooks.module.css';
import { type DeliveriesSearch, PERIODS, REASON_NAMES, REASONS, reasonWords } from './webhooks-search.ts';

type Properties = {
  readonly account: string;
  readonly endpoint: string;
  readonly search: DeliveriesSearch;
  readonly change: (search: DeliveriesSearch) => void;
};

/** What came to an endpoint, and what it made. */
export function Deliveries(properties: Properties) {
  return (
    <section className={styles.section} aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Deliveries</h2>
      <Filters {...properties} />
      <List key={JSON.stringify(properties.search)} {...properties} />
    </section>
  );
}

function Filters({ search, change }: Properties) {
  const [reason] = search.reason ?? [];
  return (
    <div className={styles.filters}>
      <select
        aria-label="Which deliveries"
        value={search.verified ?? ''}
        onChange={({ target }) =>
          change({
            ...search,
            verified: target.value === 'true' || target.value === 'false' ? target.value : undefined,
          })
        }
      >
        <option value="">All</option>
        <option value="true">From the provider</option>
        <option value="false">Refused</option>
      </select>
      <select
        aria-label="Reason"
        value={reason ?? ''}
        onChange={({ target }) => {
          const chosen = REASON_NAMES.find((each) => each === target.value);
          change({ ...search, reason: chosen === undefined ? undefined : [chosen] });
        }}
      >
        <option value="">Any reason</option>
        {REASON_NAMES.map((each) => (
          <option key={each} value={each}>
            {REASONS[each]}
          </option>
        ))}
      </select>
      <select
        aria-label="Received in"
        value={search.since ?? ''}
        onChange={({ target }) => change({ ...search, since: target.value === '' ? undefined : target.value })}
      >
        <option value="">Any time</option>
        {search.since !== undefined && !PERIODS.some((each) => each === search.since) && (
          <option value={search.since}>since {search.since}</option>
        )}
        {PERIODS.map((each) => (
          <option key={each} value={each}>
            last {each}
          </option>
        ))}
      </select>
    </div>
  );
}

function List({ account, endpoint, search, change }: Properties) {
  const queries = useQueryClient();
  const { revision } = usePulse();
  const [firstRevision, setFirstRevision] = useState(revision);
  if (firstRevision === null && revision !== null) setFirstRevision(revision);
  const pages = useInfiniteQuery(deliveryPagesQuery(account, endpoint, search));
  const isChanged = firstRevision !== null && revision !== firstRevision;
  const newest = useQuery({
    ...newestDeliveriesQuery(account, endpoint, search),
    enabled: isChanged && pages.isSuccess,
  });
  const { rows, newCount } = useMemo(() => {
    const renewed = newest.data && { rows: newest.data.data, isWhole: newest.data.page.next_cursor === null };
    return keepPlaces(pages.data?.pages.map(({ data }) => data) ?? [], renewed ?? null);
  }, [pages.data, newest.data]);
  const columns = useMemo(() => deliveryColumns(account, endpoint), [account, endpoint]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useMemo(
    () => (hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined),
    [hasNextPage, isFetchingNextPage, fetchNextPage],
  );
  if (pages.isPending) return <Loading what="deliveries" />;
  if (pages.isError && rows.length === 0)
    return <Refusal error={pages.error} what="The deliveries" again={() => void pages.refetch()} />;
  if (rows.length === 0 && newCount === 0 && !hasNextPage) {
    const isFiltered = Object.keys(search).length > 0;
    return (
      <Empty title={isFiltered ? 'No delivery fits these filters' : 'Nothing has come yet'}>
        {isFiltered ? (
          <button type="button" onClick={() => change({})}>
            Remove all filters
          </button>
        ) : (
          <p>Enter the address and the secret at the provider, or test the endpoint.</p>
        )}
      </Empty>
    );
  }
  return (
    <>
      {newCount > 0 && (
        <button
          type="button"
          className={styles.pill}
          onClick={() => void queries.resetQueries({ queryKey: [...webhooksKey(account), 'deliveries'] })}
        >
          {newCount} new
        </button>
      )}
      <div className={styles.list}>
        <VirtualTable label="Deliveries" columns={columns} rows={rows} keyOf={({ row }) => row.id} onEnd={more} />
      </div>
      <p className={styles.end}>
        {rows.length.toLocaleString()} shown
        {hasNextPage && (
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading …' : 'Continue'}
          </button>
        )}
      </p>
    </>
  );
}

function deliveryColumns(account: string, endpoint: string): readonly Column<PlacedRow<Schemas['Delivery']>>[] {
  return [
    {
      name: 'outcome',
      label: 'Outcome',
      width: 'minmax(9rem, 1fr)',
      cell: ({ row }) => (
        <Link
          to="/a/$account/webhooks/$endpoint/deliveries/$delivery"
          params={{ account, endpoint, delivery: row.id }}
          className={styles.rowLink}
        >
          <StateWord state={outcomeOf(row)} />
        </Link>
      ),
    },
    {
      name: 'why',
      label: 'Why',
      width: 'minmax(10rem, 1.6fr)',
      cell: ({ row }) => (row.reason === null ? <None /> : reasonWords(row.reason)),
    },
    {
      name: 'type',
      label: 'Event type',
      width: 'minmax(9rem, 1.4fr)',
      cell: ({ row }) => (row.event_type === null ? <None /> : <ServerText oneLine>{row.event_type}</ServerText>),
    },
    {
      name: 'job',
      label: 'Job',
      width: 'minmax(9rem, 1.4fr)',
      cell: ({ row }) =>
        row.job_id === null ? (
          <None />
        ) : (
          <Link to="/a/$account/jobs/$job" params={{ account, job: row.job_id }}>
            {row.job_id}
          </Link>
        ),
    },
    { name: 'age', label: 'Received', width: '6rem', cell: ({ row }) => <Age at={row.at} /> },
  ];
}
