import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Age } from '../../dates/time.tsx';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import { usePulse } from '../../pulse/pulse.tsx';
import { Page } from '../../states/page.tsx';
import { Loading } from '../../states/states.tsx';
import { Charts } from './charts.tsx';
import { countWords } from './counted.ts';
import { figuresOf, OLDEST_DUE, STALLED } from './figures.ts';
import { NeedsYou } from './needs-you.tsx';
import styles from './overview.module.css';
import { oldestDueQuery, stalledQuery } from './overview-queries.ts';
import { Watched } from './watched.tsx';

/**
 * The overview: first the failures that need a person. Counts come from the pulse; the rest is read again when jobs
 * have changed.
 */
export function Overview() {
  const { account } = useParams({ from: '/a/$account' });
  const { stats } = usePulse();
  return (
    <Page title="Overview">
      {stats === null ? (
        <Loading what="the counts" />
      ) : (
        <>
          <ul className={styles.figures} aria-label="Figures">
            {figuresOf(stats).map(({ label, value, tone, search }) => (
              <FigureLink key={label} account={account} label={label} tone={value > 0 ? tone : 'idle'} search={search}>
                {value.toLocaleString()}
              </FigureLink>
            ))}
            <Stalled account={account} />
            <OldestDue account={account} />
          </ul>
          <NeedsYou account={account} />
          <Watched account={account} />
          <Charts account={account} />
        </>
      )}
    </Page>
  );
}

type FigureProperties = {
  readonly account: string;
  readonly label: string;
  readonly tone: string;
  readonly search: JobsSearch;
  /** The job that opens beside the list. */
  readonly job?: string;
  readonly children: ReactNode;
};

function FigureLink({ account, label, tone, search, job, children }: FigureProperties) {
  const content = (
    <>
      <span>{label}</span> <strong>{children}</strong>
    </>
  );
  return (
    <li>
      {job === undefined ? (
        <Link to="/a/$account/jobs" params={{ account }} search={search} className={styles.figure} data-tone={tone}>
          {content}
        </Link>
      ) : (
        <Link
          to="/a/$account/jobs/$job"
          params={{ account, job }}
          search={search}
          className={styles.figure}
          data-tone={tone}
        >
          {content}
        </Link>
      )}
    </li>
  );
}

function Stalled({ account }: { readonly account: string }) {
  const { data, isError } = useQuery(stalledQuery(account));
  return (
    <FigureLink
      account={account}
      label="Stalled"
      tone={data !== undefined && data.count > 0 ? 'bad' : 'idle'}
      search={STALLED}
    >
      {data === undefined ? (isError ? 'unknown' : '…') : countWords(data)}
    </FigureLink>
  );
}

function OldestDue({ account }: { readonly account: string }) {
  const { data, isError } = useQuery(oldestDueQuery(account));
  return (
    <FigureLink
      account={account}
      label="Oldest due"
      tone="idle"
      search={OLDEST_DUE}
      {...(data == null ? {} : { job: data.id })}
    >
      {data === undefined && (isError ? 'unknown' : '…')}
      {data === null && 'none'}
      {data != null && <Age at={data.next_attempt_at} />}
    </FigureLink>
  );
}
