import { Outlet, useMatch, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { type BulkSearch, readBulkSearch } from '../../jobs/bulk-search.ts';
import { type JobsSearch, readJobsSearch } from '../../jobs/jobs-search.ts';
import { parseFlat } from '../../search-parameters/flat.ts';
import { useWho } from '../../service/who.ts';
import { useIsWide } from '../../table/window-width.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { bulkRights, mayOrder } from './bulk-rights.ts';
import { JobList } from './job-list.tsx';
import styles from './jobs.module.css';
import { useReturnedFocus } from './returned-focus.ts';

/** The list. From 1280 px on, the open job is beside it; below that, the job is shown alone. */
export function Jobs() {
  const { account } = useParams({ from: '/a/$account/jobs' });
  const page = useSearch({ from: '/a/$account/jobs' });
  const search = useMemo(() => readJobsSearch(page), [page]);
  const dialog = useMemo(() => readBulkSearch(page), [page]);
  const open = useMatch({ from: '/a/$account/jobs/$job', shouldThrow: false })?.params.job ?? null;
  const isWide = useIsWide();
  useReturnedFocus(open);
  const rights = bulkRights(useWho().role);
  const navigate = useNavigate();
  const { history } = useRouter();
  const isOpenedHere = useRef(false);

  const go = useCallback(
    (next: JobsSearch & BulkSearch, job: string | null, replace = false): void => {
      if (job === null)
        void navigate({ to: '/a/$account/jobs', params: { account }, search: next, replace, resetScroll: !replace });
      else
        void navigate({
          to: '/a/$account/jobs/$job',
          params: { account, job },
          search: next,
          replace,
          resetScroll: false,
        });
    },
    [account, navigate],
  );
  const change = useCallback((next: JobsSearch): void => go(readJobsSearch({ ...next }), null), [go]);
  const openDialog = useCallback(
    (wanted: BulkSearch): void => {
      isOpenedHere.current = true;
      go({ ...search, ...wanted }, open);
    },
    [go, search, open],
  );
  // Goes back if this page has opened the dialog, so that the history has no second entry for the list.
  const closeDialog = (): void => {
    // Back has already closed the dialog, and the element reports that afterwards.
    if (readBulkSearch(parseFlat(history.location.search)).command === undefined) return;
    if (isOpenedHere.current) history.back();
    else go(search, open, true);
    isOpenedHere.current = false;
  };
  // The job keeps its place in the tree, so that a draft is kept when the width of the window changes.
  return (
    <div className={styles.split} data-open={open !== null && isWide}>
      {(open === null || isWide) && (
        <JobList account={account} search={search} openJob={open} change={change} openDialog={openDialog} />
      )}
      {open !== null && (
        <aside className={isWide ? styles.side : undefined} aria-label="Job">
          <Outlet />
        </aside>
      )}
      {dialog.command !== undefined && dialog.at !== undefined && mayOrder(rights, dialog.command, dialog.job) && (
        <BulkDialog
          key={`${dialog.command} ${dialog.at}`}
          account={account}
          search={search}
          action={dialog.command}
          at={dialog.at}
          named={dialog.job ?? null}
          close={closeDialog}
        />
      )}
    </div>
  );
}
