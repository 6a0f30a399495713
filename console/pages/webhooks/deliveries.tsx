import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { Chips } from '../../search-parameters/chips.tsx';
import { FilterSelect } from '../../search-parameters/filter-select.tsx';
import filters from '../../search-parameters/filters.module.css';
import { isFiltered } from '../../search-parameters/flat.ts';
import { PeriodSelect } from '../../search-parameters/period-select.tsx';
import { Empty } from '../../states/states.tsx';
import { StateWord } from '../../status/state-word.tsx';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import { ServerList } from '../../table/server-list.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { outcomeOf } from './endpoint-state.ts';
import { deliveryList } from './webhook-queries.ts';
import styles from './webhooks.module.css';
import { type DeliveriesSearch, REASON_NAMES, REASONS, readDeliveriesSearch, reasonWords } from './webhooks-search.ts';

type Properties = {
  readonly account: string;
  readonly endpoint: string;
  readonly search: DeliveriesSearch;
  readonly change: (search: DeliveriesSearch) => void;
};

/** The deliveries of an endpoint, each with its jobs. */
export function Deliveries(properties: Properties) {
  const { account, endpoint, search, change } = properties;
  const navigate = useNavigate();
  const open = useCallback(
    ({ id }: Schemas['Delivery']): void =>
      void navigate({
        to: '/a/$account/webhooks/$endpoint/deliveries/$delivery',
        params: { account, endpoint, delivery: id },
        search,
      }),
    [account, endpoint, navigate, search],
  );
  const columns = useMemo(() => deliveryColumns(account, endpoint, search), [account, endpoint, search]);
  const list = deliveryList(account, endpoint, search);
  return (
    <section className={styles.section} aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Deliveries</h2>
      <Filters {...properties} />
      <div className={styles.list}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Deliveries"
          what="deliveries"
          columns={columns}
          openLabel="Open the delivery"
          open={open}
          empty={<Nothing search={search} change={change} />}
        />
      </div>
    </section>
  );
}

const SOURCES = [
  { value: 'true', label: 'From the provider' },
  { value: 'false', label: 'Refused' },
];
const REASON_OPTIONS = REASON_NAMES.map((value) => ({ value, label: REASONS[value] }));

function Filters({ search, change }: Properties) {
  const { verified, reason = [], since } = search;
  return (
    <>
      <div className={filters.filters}>
        <FilterSelect
          label="Which deliveries"
          value={verified}
          none="All"
          options={SOURCES}
          choose={(chosen) => change({ ...search, verified: chosen })}
        />
        <FilterSelect
          label="Reason"
          value={reason[0]}
          none="Any reason"
          options={REASON_OPTIONS}
          choose={(chosen) => change({ ...search, reason: chosen === undefined ? undefined : [chosen] })}
        />
        <PeriodSelect label="Received in" value={since} choose={(chosen) => change({ ...search, since: chosen })} />
      </div>
      {reason.length > 1 && (
        <Chips search={{ reason }} change={(rest) => change(readDeliveriesSearch({ ...search, ...rest }))} />
      )}
    </>
  );
}

function Nothing({ search, change }: Pick<Properties, 'search' | 'change'>) {
  const isNarrowed = isFiltered(search);
  return (
    <Empty title={isNarrowed ? 'No delivery fits these filters' : 'No event has come yet'}>
      {isNarrowed ? (
        <button type="button" onClick={() => change({})}>
          Remove all filters
        </button>
      ) : (
        <p>Enter the address and the secret at the provider, or test the endpoint.</p>
      )}
    </Empty>
  );
}

function deliveryColumns(
  account: string,
  endpoint: string,
  search: DeliveriesSearch,
): readonly Column<PlacedRow<Schemas['Delivery']>>[] {
  return [
    {
      name: 'outcome',
      label: 'Outcome',
      width: 'minmax(9rem, 1fr)',
      cell: ({ row }) => (
        <Link
          to="/a/$account/webhooks/$endpoint/deliveries/$delivery"
          params={{ account, endpoint, delivery: row.id }}
          search={search}
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
