import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { JobStatus } from '../../status/job-status.tsx';
import { lastJobsQuery } from './task-queries.ts';
import styles from './tasks.module.css';

type Properties = { readonly account: string; readonly task: Schemas['Task'] };

/** The newest jobs of the task, and a link to all of them. */
export function LastJobs({ account, task: { id } }: Properties) {
  const { data, error, refetch } = useQuery(lastJobsQuery(account, id));
  return (
    <section className={styles.section} aria-labelledby="jobs-title">
      <h2 id="jobs-title">Its last jobs</h2>
      {data === undefined && error === null && <Loading what="its jobs" />}
      {error !== null && <Refusal error={error} what="Its jobs" again={() => void refetch()} />}
      {data?.data.length === 0 && <p className={styles.quiet}>It has made no job that is still kept.</p>}
      {data !== undefined && data.data.length > 0 && (
        <ul className={styles.rows} aria-label="Its last jobs">
          {data.data.map((job) => (
            <li key={job.id}>
              <JobStatus status={job.status} stalled={job.stalled} />
              {job.last_error_code !== null && <code>{job.last_error_code}</code>}
              <Link to="/a/$account/jobs/$job" params={{ account, job: job.id }}>
                <code>{job.id}</code>
              </Link>
              <Age at={job.created_at} />
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link to="/a/$account/jobs" params={{ account }} search={{ task: [id] }}>
          All its jobs
        </Link>
      </p>
    </section>
  );
}
