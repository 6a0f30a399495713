import { Outlet, useMatch, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { readJobsSearch } from '../../jobs/jobs-search.ts';
import { useIsWide } from '../../table/window-width.ts';
import { JobList } from './job-list.tsx';
import styles from './jobs.module.css';

/** The list; from 1280 px on with the open job beside it, below that the job alone. */
export function Jobs() {
  const { account } = useParams({ from: '/a/$account/jobs' });
  const search = useSearch({ from: '/a/$account/jobs' });
  const open = useMatch({ from: '/a/$account/jobs/$job', shouldThrow: false })?.params.job ?? null;
  const isWide = useIsWide();
  const navigate = useNavigate();
  // The job keeps its place in the tree, so that a draft stays when the width of the window changes.
  return (
    <div className={styles.split} data-open={open !== null && isWide}>
      {(open === null || isWide) && (
        <JobList
          account={account}
          search={search}
          openJob={open}
          change={(next) =>
            void navigate({ to: '/a/$account/jobs', params: { account }, search: readJobsSearch({ ...next }) })
          }
        />
      )}
      {open !== null && (
        <aside className={isWide ? styles.side : undefined} aria-label="Job">
          <Outlet />
        </aside>
      )}
    </div>
  );
}
