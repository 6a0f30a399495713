import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Age } from '../../dates/time.tsx';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import { usePulse } from '../../pulse/pulse.tsx';
import { Page } from '../../states/page.tsx';
import { Loading } from '../../states/states.tsx';
import { Charts } from './charts.tsx';
import { countWords } from './counted.ts';
import { figuresOf, OLDEST_DUE, STALLED, stalledOf } from './figures.ts';
import { NeedsYou } from './needs-you.tsx';
import styles from './overview.module.css';
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
            <FigureLink account={account} label="Stalled" tone={stats.stalled > 0 ? 'bad' : 'idle'} search={STALLED}>
              {countWords(stalledOf(stats))}
            </FigureLink>
            <FigureLink account={account} label="Oldest due" tone="idle" search={OLDEST_DUE}>
              {stats.oldest_due_at === null ? 'none' : <Age at={stats.oldest_due_at} />}
            </FigureLink>
          </ul>
          <NeedsYou account={account} />
          <Watched account={account} stats={stats} />
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
  readonly children: ReactNode;
};

function FigureLink({ account, label, tone, search, children }: FigureProperties) {
  return (
    <li>
      <Link to="/a/$account/jobs" params={{ account }} search={search} className={styles.figure} data-tone={tone}>
        <span>{label}</span> <strong>{children}</strong>
      </Link>
    </li>
  );
}
