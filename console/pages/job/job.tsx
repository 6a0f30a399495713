import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { JobStatus } from '../../status/job-status.tsx';
import { useIsWide } from '../../table/window-width.ts';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { Commands } from './commands.tsx';
import { Contents } from './contents.tsx';
import { CopyJob, Facts, Neighbours } from './facts.tsx';
import styles from './job.module.css';
import { jobQuery } from './job-queries.ts';
import { Timeline } from './timeline.tsx';
import { State, Why } from './why.tsx';

/** One job: the reason of its state, the next step, and its events. */
export function Job() {
  const { account, job: id } = useParams({ from: '/a/$account/jobs/$job' });
  const search = useSearch({ from: '/a/$account/jobs' });
  const { data: job, error, refetch } = useQuery(jobQuery(id));
  const level = useIsWide() ? 2 : 1;
  const back = (
    <Link to="/a/$account/jobs" params={{ account }} search={search} resetScroll={false}>
      Back to the list
    </Link>
  );
  if (job === undefined)
    return (
      <Page title="Job" level={level} aside={back}>
        {error === null ? (
          <Loading what="the job" />
        ) : (
          <Refusal
            error={error}
            what="This job"
            auditHref={`/a/${encodeURIComponent(account)}/audit?subject_id=${encodeURIComponent(id)}`}
            again={() => void refetch()}
          />
        )}
      </Page>
    );
  return (
    <Page title={visibleText(job.action)} level={level} aside={back}>
      <div className={styles.head}>
        <JobStatus status={job.status} stalled={job.stalled} />
        <ServerText>{job.credential_label ?? job.host ?? job.credential_id}</ServerText>
        <code className={styles.quiet}>{job.id}</code>
        <CopyJob account={account} job={job} />
      </div>
      <Commands key={job.id} account={account} job={job}>
        {(open) => (
          <>
            <State account={account} job={job} />
            <Why account={account} job={job} open={open} />
          </>
        )}
      </Commands>
      <Timeline job={job} />
      <Facts account={account} job={job} />
      <Neighbours account={account} job={job} />
      <Contents job={job} />
    </Page>
  );
}
