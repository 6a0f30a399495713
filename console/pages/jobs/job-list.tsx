import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SetStateAction, useCallback, useEffect, useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import type { BulkAction } from '../../jobs/bulk-actions.ts';
import type { BulkSearch } from '../../jobs/bulk-search.ts';
import { filterOf, type JobsSearch } from '../../jobs/jobs-search.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { usePulse } from '../../pulse/pulse.tsx';
import { mailboxNamesQuery } from '../../service/mailbox-names.tsx';
import { useWho } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading, Partial } from '../../states/states.tsx';
import { PageError, usePagesOnDemand } from '../../table/pages-on-demand.tsx';
import { VirtualTable } from '../../table/virtual-table.tsx';
import { bulkRights } from './bulk-rights.ts';
import { CopyList } from './copy-list.tsx';
import { Facets } from './facets.tsx';
import { Filters } from './filters.tsx';
import { jobColumns } from './job-columns.tsx';
import { jobPagesQuery, newestJobsQuery } from './job-queries.ts';
import styles from './jobs.module.css';
import { JumpToTime } from './jump-to-time.tsx';
import { mergePages, type NewestJobs } from './merge-pages.ts';
import { headOf, jobsBefore, readBelowFirst, withoutEmptyPages } from './page-places.ts';
import {
  isNothing,
  isSelected,
  NOTHING,
  type Selection,
  selectionAfterReading,
  toggled,
  toggledRows,
} from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';

type Properties = {
  readonly account: string;
  readonly search: JobsSearch;
  readonly openJob: string | null;
  readonly change: (search: JobsSearch) => void;
  readonly openDialog: (dialog: BulkSearch) => void;
};

export function JobList({ account, search, openJob, change, openDialog }: Properties) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { revision, currentRevision } = usePulse();
  const pages = useInfiniteQuery(jobPagesQuery(account, search, currentRevision));
  const first = pages.data?.pages[0];
  const head = useMemo(() => (first === undefined ? null : headOf(first)), [first]);
  const offset = first === undefined ? 0 : jobsBefore(first.place);
  // A list that was read before the first pulse belongs to the first revision.
  const [earliestRevision, setEarliest] = useState(revision);
  if (earliestRevision === null && revision !== null) setEarliest(revision);
  const isChanged = head !== null && revision !== null && revision !== (head.revision ?? earliestRevision);
  const isCurrent = pages.isSuccess && !pages.isPlaceholderData;
  const newest = useQuery({ ...newestJobsQuery(account, search), enabled: isChanged && isCurrent });
  const names = useQuery(mailboxNamesQuery(account));
  const [current, setCurrent] = useStateOf(search, -1);
  const [selected, setSelected] = useStateOf<Selection>(search, NOTHING);
  const { rows, newCount, gone } = useMemo(
    () =>
      mergePages(
        pages.data?.pages.map(({ data }) => data) ?? [],
        isCurrent && newest.data !== undefined ? newestOf(newest.data, search) : null,
        head?.ids,
      ),
    [pages.data, newest.data, isCurrent, head, search],
  );

  // A credential that was added later is not among the names that were read.
  const { data: known, refetch: readNames } = names;
  const unnamed = rows.find(({ credential_id }) => known !== undefined && !known.has(credential_id))?.credential_id;
  useEffect(() => {
    if (unnamed !== undefined) void readNames();
  }, [unnamed, readNames]);

  const rights = bulkRights(useWho().role);
  const isFiltered = useMemo(() => Object.keys(filterOf(search)).length > 0, [search]);
  const maySelect = rights.named.length > 0;
  const maySelectAll = rights.filtered.length > 0 && isFiltered;
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const toggle = useCallback(
    (id: string): void => setSelected((before) => toggled(before, id, ids)),
    [setSelected, ids],
  );
  const count = offset + rows.length;
  const row = rows[current - offset];
  const act = useCallback(
    (action: BulkAction): void => {
      const at = new Date().toISOString();
      const job = isNothing(selected) && row !== undefined ? [row.id] : [...selected];
      if (selected === 'all') openDialog({ command: action, at });
      else if (job.length > 0) openDialog({ command: action, at, job });
    },
    [selected, row, openDialog],
  );
  const open = useCallback(
    (job: string): void =>
      void navigate({ to: '/a/$account/jobs/$job', params: { account, job }, search, resetScroll: false }),
    [account, navigate, search],
  );
  const columns = useMemo(
    () =>
      jobColumns({
        account,
        search,
        names: names.data ?? null,
        isNarrowed: openJob !== null,
        gone,
        selecting: maySelect
          ? {
              isSelected: (id) => isSelected(selected, id),
              toggle,
              areAllSelected: !isNothing(selected) && ids.every((id) => isSelected(selected, id)),
              toggleAll: () => setSelected((before) => toggledRows(before, ids)),
            }
          : null,
      }),
    [account, search, names.data, openJob, gone, maySelect, selected, toggle, setSelected, ids],
  );
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: 'j', label: 'Next row', run: () => setCurrent((at) => Math.min(at + 1, count - 1)) },
      { keys: 'k', label: 'Row before', run: () => setCurrent((at) => Math.max(at - 1, 0)) },
      { keys: 'o', label: 'Open the job', run: () => row !== undefined && open(row.id) },
      ...(maySelect ? [{ keys: 'x', label: 'Select the row', run: () => row !== undefined && toggle(row.id) }] : []),
      ...(maySelectAll ? [{ keys: 'a', label: 'Select all that match', run: () => setSelected('all') }] : []),
      // The keys of an open job belong to its page.
      ...(openJob === null
        ? COMMAND_KEYS.filter(({ action }) => rights.named.includes(action)).map(({ keys: key, action, label }) => ({
            keys: key,
            label,
            run: () => act(action),
          }))
        : []),
      {
        keys: 'Escape',
        label: 'Close the job, or clear the selection',
        run: () => {
          if (openJob !== null) change(search);
          else setSelected(NOTHING);
        },
      },
    ],
    [count, row, open, toggle, openJob, change, search, setCurrent, setSelected, maySelect, maySelectAll, rights, act],
  );
  useKeys(keys);
  const { hasNextPage, isFetchingNextPage, isFetching, fetchNextPage: readNext } = pages;
  const fetchNextPage = useCallback(() => {
    queries.setQueryData(jobPagesQuery(account, search, currentRevision).queryKey, (held) => {
      if (held === undefined || held.pages.every(({ data }) => data.length > 0)) return held;
      const full = withoutEmptyPages(held.pages);
      return { pages: full, pageParams: full.map(({ place }) => place) };
    });
    return readNext();
  }, [queries, account, search, currentRevision, readNext]);
  const { more, fewer } = usePagesOnDemand({ ...pages, fetchNextPage });
  const showNew = (): void => {
    window.scrollTo(0, 0);
    setSelected(selectionAfterReading);
    queries.removeQueries({ queryKey: newestJobsQuery(account, search).queryKey });
    void queries.resetQueries({ queryKey: jobPagesQuery(account, search, currentRevision).queryKey });
  };
  const last = pages.data?.pages.at(-1);
  const readBelow = isChanged ? readBelowFirst(pages.data?.pages ?? []) : null;
  const facets = newest.data?.facets ?? head?.facets ?? null;
  return (
    <Page title="Jobs">
      <Filters key={account} account={account} search={search} change={change} />
      {facets !== null && (
        // Without a filter they come from counters of all jobs.
        <Facets facets={facets} isPartial={isFiltered && !facets.exact} search={search} change={change} />
      )}
      {newCount > 0 && (
        <button type="button" className={styles.pill} onClick={showNew}>
          {newCount} new
        </button>
      )}
      {pages.isPending && <Loading what="jobs" />}
      {pages.isError && rows.length === 0 && (
        <Refusal error={pages.error} what="Jobs" again={() => void pages.refetch()} />
      )}
      {pages.isSuccess && count === 0 && !hasNextPage && <NoJobs search={search} change={change} />}
      {count > 0 && (
        <div aria-busy={pages.isPlaceholderData} className={styles.rows}>
          <VirtualTable
            label="Jobs"
            columns={columns}
            rows={rows}
            offset={offset}
            keyOf={({ id }) => id}
            current={current}
            isSelected={({ id }) => isSelected(selected, id)}
            onEnd={more}
            onStart={fewer}
          />
        </div>
      )}
      {last !== undefined && (
        <div className={styles.end}>
          {count.toLocaleString('en')} shown <Partial coverage={last.coverage} />
          {readBelow !== null && (
            <span>
              Rows below the first page were read <Age at={readBelow} /> ago{' '}
              <button type="button" onClick={showNew}>
                Read the list again
              </button>
            </span>
          )}
          <CopyList account={account} search={search} />
          <JumpToTime jump={(until) => change({ ...search, until })} />
          {hasNextPage && (
            <button type="button" disabled={isFetching} onClick={() => void fetchNextPage()}>
              {isFetchingNextPage ? 'Reading …' : 'Continue'}
            </button>
          )}
          {pages.isFetchPreviousPageError && (
            <button type="button" disabled={isFetching} onClick={() => void pages.fetchPreviousPage()}>
              Read the earlier rows
            </button>
          )}
          <PageError pages={pages} />
        </div>
      )}
      <SelectionBar
        selection={selected}
        matching={facets === null ? '…' : matchingWords(facets)}
        actions={selected === 'all' ? rights.filtered : rights.named}
        act={act}
        selectAll={maySelectAll ? () => setSelected('all') : null}
        clear={() => setSelected(NOTHING)}
      />
    </Page>
  );
}

const COMMAND_KEYS: readonly { readonly keys: string; readonly action: BulkAction; readonly label: string }[] = [
  { keys: 'r', action: 'retry', label: 'Retry the selected jobs' },
  { keys: 't', action: 'trigger', label: 'Run the selected jobs now' },
  { keys: 'e', action: 'resolve', label: 'Resolve the selected jobs' },
];

/** How many jobs match: `412`, or `at least 1,000` if the service has not examined all jobs. */
function matchingWords({ status, exact }: Schemas['Facets']): string {
  const count = Object.values(status ?? {}).reduce((sum, each) => sum + each, 0);
  return `${exact ? '' : 'at least '}${count.toLocaleString('en')}`;
}

type NewestPage = { readonly data: readonly Schemas['Job'][]; readonly page: { readonly next_cursor: string | null } };

const newestOf = ({ data, page }: NewestPage, { sort = 'newest' }: JobsSearch): NewestJobs<Schemas['Job']> => ({
  jobs: data,
  isWhole: page.next_cursor === null,
  isFixedOrder: sort === 'newest' || sort === 'oldest',
});

/** A state that belongs to one search. It starts with the initial value again when the search changes. */
function useStateOf<Value>(
  search: JobsSearch,
  initial: Value,
): readonly [Value, (action: SetStateAction<Value>) => void] {
  const key = JSON.stringify(search);
  const [held, setHeld] = useState({ key, value: initial });
  const change = useCallback(
    (action: SetStateAction<Value>): void =>
      setHeld((before) => {
        const value = before.key === key ? before.value : initial;
        return { key, value: action instanceof Function ? action(value) : action };
      }),
    [key, initial],
  );
  return [held.key === key ? held.value : initial, change];
}

function NoJobs({ search, change }: Pick<Properties, 'search' | 'change'>) {
  if (Object.keys(search).length === 0)
    return (
      <Empty title="There are no jobs yet">
        <p>Jobs come from tasks, schedules and webhooks.</p>
      </Empty>
    );
  return (
    <Empty title="No job fits these filters">
      <button type="button" onClick={() => change({})}>
        Remove all filters
      </button>
    </Empty>
  );
}
