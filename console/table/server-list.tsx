import {
  type InfiniteData,
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { Schemas } from '../../client/index.ts';
import { type KeyBinding, useKeys } from '../keyboard/use-keys.ts';
import { usePulse } from '../pulse/pulse.tsx';
import { useWithEachPulse } from '../pulse/use-with-each-pulse.ts';
import type { QueryMeta } from '../service/query-client.ts';
import { Refusal } from '../states/refusal.tsx';
import { Loading, Partial } from '../states/states.tsx';
import { firstPages, goesOn, keepPlaces, type PlacedRow, type ReadPage, renewedBy } from './keep-places.ts';
import { PageError, usePagesOnDemand } from './pages-on-demand.tsx';
import styles from './server-list.module.css';
import { type Column, VirtualTable } from './virtual-table.tsx';

/** A list of the service that is read page by page. */
export type ServerListRead<Row> = {
  /** The key of the query: the resource and the filter. */
  readonly key: readonly unknown[];
  /** The rows are sorted by something that can change, such as a count; absent: no row ever changes places. */
  readonly changesOrder?: true;
  /** `cursor`: null for the first page. */
  readonly read: (
    cursor: string | null,
    signal: AbortSignal,
  ) => Promise<{
    readonly data: readonly Row[];
    readonly page: { readonly next_cursor: string | null };
    readonly coverage?: Schemas['Coverage'];
  }>;
};

type Properties<Row> = {
  readonly list: ServerListRead<Row>;
  /** The name of the table. */
  readonly label: string;
  /** The name of the rows in sentences, such as `audit entries`. */
  readonly what: string;
  readonly columns: readonly Column<PlacedRow<Row>>[];
  readonly openLabel: string;
  /**
   * The columns whose values come from examined jobs; absent: the rows themselves do. Shown if not everything was
   * examined.
   */
  readonly examinedFor?: string;
  readonly open: (row: Row) => void;
  /** Whether a row changes although no count of jobs does. While one is there, the first page is read with each pulse. */
  readonly isGoingOn?: (row: Row) => boolean;
  readonly empty: ReactNode;
};

type PagesOf<Row> = InfiniteData<ReadPage<Row>, string | null>;

const followsPulse: QueryMeta = { followsPulse: true };

const readOf =
  <Row,>({ read }: ServerListRead<Row>) =>
  async (cursor: string | null, signal: AbortSignal) => {
    const readAt = Date.now();
    return { ...(await read(cursor, signal)), readAt };
  };

const pagesQuery = <Row,>(list: ServerListRead<Row>) =>
  infiniteQueryOptions({
    queryKey: [...list.key, 'pages'],
    queryFn: ({ pageParam, signal }) => readOf(list)(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
    // A page that is opened again reads its list again.
    staleTime: 0,
  });

const newestQuery = <Row,>(list: ServerListRead<Row>) =>
  queryOptions({
    queryKey: [...list.key, 'newest'],
    queryFn: ({ signal }) => readOf(list)(null, signal),
    meta: followsPulse,
  });

/**
 * The rows of a list of the service, with all states of the list. Rows are renewed in their places when the pulse
 * changes, and new rows are only counted. Use `key={JSON.stringify(list.key)}`, so that another filter is another list.
 */
export function ServerList<Row extends { readonly id: string }>({
  list,
  label,
  what,
  columns,
  openLabel,
  examinedFor,
  open,
  isGoingOn,
  empty,
}: Properties<Row>) {
  const queries = useQueryClient();
  const { changesOrder = false } = list;
  const { revision } = usePulse();
  const [firstRevision, setFirstRevision] = useState(revision);
  if (firstRevision === null && revision !== null) setFirstRevision(revision);
  const pages = useInfiniteQuery(pagesQuery(list));
  const isChanged = firstRevision !== null && revision !== firstRevision;
  const newest = useQuery({ ...newestQuery(list), enabled: isChanged && pages.isSuccess });
  const renewed = useMemo(
    () => renewedBy(pages.data?.pages[0], newest.data, !changesOrder),
    [pages.data, newest.data, changesOrder],
  );
  const { rows, newCount } = useMemo(
    () => keepPlaces(pages.data?.pages.map(({ data }) => data) ?? [], renewed),
    [pages.data, renewed],
  );
  const { refetch } = newest;
  const readFirst = useCallback(() => void refetch(), [refetch]);
  useWithEachPulse(goesOn(rows, isGoingOn), readFirst);
  const [key] = useState(list.key);
  useEffect(
    () => () => {
      queries.setQueryData([...key, 'pages'], (held: PagesOf<Row> | undefined) => held && firstPages(held));
    },
    [queries, key],
  );
  const [current, setCurrent] = useState(-1);
  const row = rows[current]?.row;
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: 'j', label: 'Next row', run: () => setCurrent((at) => Math.min(at + 1, rows.length - 1)) },
      { keys: 'k', label: 'Row before', run: () => setCurrent((at) => Math.max(at - 1, 0)) },
      { keys: 'o', label: openLabel, run: () => row !== undefined && open(row) },
    ],
    [rows.length, row, open, openLabel],
  );
  useKeys(keys);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const { more } = usePagesOnDemand(pages);
  const coverage = pages.data?.pages.at(-1)?.coverage ?? null;
  if (pages.isPending) return <Loading what={what} />;
  if (pages.isError && rows.length === 0)
    return (
      <Refusal
        error={pages.error}
        what={`${what[0]?.toUpperCase()}${what.slice(1)}`}
        again={() => void pages.refetch()}
      />
    );
  // No row matches any more: all shown rows are gone, for example one that was just deleted.
  const isEmptied = renewed?.isWhole === true && renewed.rows.length === 0;
  if (isEmptied || (rows.length === 0 && newCount === 0 && !hasNextPage)) return empty;
  return (
    <div className={styles.list}>
      {newCount > 0 && (
        <button
          type="button"
          className={styles.pill}
          onClick={() => {
            window.scrollTo(0, 0);
            void queries.resetQueries({ queryKey: list.key });
          }}
        >
          {newCount} new
        </button>
      )}
      {rows.length > 0 && (
        <VirtualTable
          label={label}
          columns={columns}
          rows={rows}
          keyOf={(each) => each.row.id}
          current={current}
          onEnd={more}
        />
      )}
      <p className={styles.end}>
        {rows.length.toLocaleString()} shown {coverage?.complete === false && examinedFor}{' '}
        <Partial coverage={coverage} />
        {hasNextPage && (
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading …' : 'Continue'}
          </button>
        )}
        <PageError pages={pages} />
      </p>
    </div>
  );
}
