import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { duration } from '../../dates/age.ts';
import { Age } from '../../dates/time.tsx';
import { bulkActionWords } from '../../jobs/bulk-actions.ts';
import { FilterChips } from '../../jobs/filter-chips.tsx';
import { useWithEachPulse } from '../../pulse/use-with-each-pulse.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { AbortDialog } from './abort-dialog.tsx';
import styles from './bulk.module.css';
import { BulkItems } from './bulk-items.tsx';
import { bulkQuery } from './bulk-queries.ts';
import { BulkStatus } from './bulk-status.tsx';
import { Progress } from './progress.tsx';

type Operation = Schemas['BulkOperation'];

/** One operation: its progress, its jobs, and what it did to each of them. */
export function BulkOperation() {
  const { account, bulk } = useParams({ from: '/a/$account/bulk/$bulk' });
  const { data: operation, error, refetch } = useQuery(bulkQuery(bulk));
  const isOwner = useHasRole('owner');
  const [isAborting, setAborting] = useState(false);
  const read = useCallback(() => void refetch(), [refetch]);
  useWithEachPulse(operation?.status === 'running', read);
  const back = (
    <Link to="/a/$account/bulk" params={{ account }}>
      All bulk operations
    </Link>
  );
  if (operation === undefined)
    return (
      <Page title="Bulk operation" aside={back}>
        {error === null ? (
          <Loading what="the operation" />
        ) : (
          <Refusal error={error} what="This bulk operation" again={read} />
        )}
      </Page>
    );
  const isRunning = operation.status === 'running';
  return (
    <Page title={bulkActionWords(operation.action, 'jobs')} aside={back}>
      <p className={styles.head}>
        <BulkStatus operation={operation} /> <Progress operation={operation} />
        {isRunning && isOwner && !operation.aborting && (
          <button type="button" className={styles.abort} onClick={() => setAborting(true)}>
            Abort
          </button>
        )}
        {!isRunning && <NextSteps account={account} operation={operation} isOwner={isOwner} />}
      </p>
      {operation.waiting_on !== null && (
        <p className={styles.waits} role="status">
          {isRunning
            ? 'It waits until the lists show all jobs that existed when it was ordered.'
            : 'The lists did not show all jobs in time. It has changed no job.'}
        </p>
      )}
      <Facts operation={operation} />
      <section className={styles.part} aria-labelledby="filter-title">
        <h2 id="filter-title">Jobs</h2>
        {operation.filter === null ? (
          <p>{`${(operation.job_ids ?? []).length.toLocaleString('en')} jobs that were selected one by one`}</p>
        ) : (
          <FilterChips filter={operation.filter} />
        )}
      </section>
      <BulkItems account={account} operation={operation} />
      {isAborting && <AbortDialog bulk={operation.id} close={() => setAborting(false)} />}
    </Page>
  );
}

/** The next steps after an operation. Each opens the dialog on the list of jobs, which counts first. */
function NextSteps({
  account,
  operation: { id, action, done },
  isOwner,
}: {
  readonly account: string;
  readonly operation: Operation;
  readonly isOwner: boolean;
}) {
  const navigate = useNavigate();
  const startsJobs = action === 'retry' || action === 'trigger';
  if (done === 0 || action === 'delete') return null;
  return (
    <>
      {startsJobs && isOwner && (
        <button
          type="button"
          onClick={() =>
            void navigate({
              to: '/a/$account/jobs',
              params: { account },
              search: { status: ['failed'], bulk: [id], command: 'retry', at: new Date().toISOString() },
            })
          }
        >
          Retry the failed jobs
        </button>
      )}
      <Link to="/a/$account/jobs" params={{ account }} search={{ bulk: [id] }}>
        See these jobs
      </Link>
    </>
  );
}

function Facts({ operation }: { readonly operation: Operation }) {
  const { status, created_at, finished_at, estimated_end_at, rate_per_second: rate } = operation;
  const end =
    finished_at !== null ? (
      `took ${duration(Date.parse(finished_at) - Date.parse(created_at))}`
    ) : estimated_end_at === null ? (
      'unknown'
    ) : (
      <Age at={estimated_end_at} />
    );
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['Done', operation.done.toLocaleString('en')],
    ['Skipped', operation.skipped.toLocaleString('en')],
    ['Failed', operation.failed.toLocaleString('en')],
    ['Pace', `${rate}/s`],
    [status === 'running' ? 'Ends' : 'Ended', end],
    ['Reason', operation.reason === null ? '–' : <ServerText key="reason">{operation.reason}</ServerText>],
    ['By', <ServerText key="by">{operation.by}</ServerText>],
    ['Started', <Age key="started" at={created_at} />],
    ['Operation', <code key="id">{operation.id}</code>],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
