import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import { usePulse } from '../../pulse/pulse.tsx';
import { failuresQuery } from '../../service/failure-catalogue.ts';
import { Page } from '../../states/page.tsx';
import { Empty, Loading } from '../../states/states.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './overview.module.css';

type Figure = { readonly label: string; readonly value: number; readonly tone: string; readonly search: JobsSearch };

const figuresOf = ({ by_status: by }: Schemas['JobStats']): readonly Figure[] => [
  { label: 'Failed', value: by.failed, tone: 'bad', search: { status: ['failed'] } },
  { label: 'Retrying', value: by.retrying, tone: 'warn', search: { status: ['retrying'] } },
  {
    label: 'Waiting',
    value: by.queued + by.scheduled,
    tone: 'idle',
    search: { status: ['queued', 'scheduled'] },
  },
  { label: 'Running', value: by.running, tone: 'active', search: { status: ['running'] } },
  { label: 'Succeeded', value: by.succeeded, tone: 'good', search: { status: ['succeeded'] } },
];

/** What needs somebody, first. All of it comes from the pulse, so an open overview reads nothing else. */
export function Overview() {
  const { account } = useParams({ from: '/a/$account' });
  const { stats } = usePulse();
  return (
    <Page title="Overview">
      {stats === null ? (
        <Loading what="the counts" />
      ) : (
        <>
          <ul className={styles.figures}>
            {figuresOf(stats).map(({ label, value, tone, search }) => (
              <li key={label}>
                <Link
                  to="/a/$account/jobs"
                  params={{ account }}
                  search={search}
                  className={styles.figure}
                  data-tone={value > 0 ? tone : 'idle'}
                >
                  <span>{label}</span>
                  <strong>{value.toLocaleString()}</strong>
                </Link>
              </li>
            ))}
          </ul>
          <NeedsYou account={account} counts={stats.by_error_code} />
        </>
      )}
    </Page>
  );
}

const WHO: Readonly<Record<Schemas['Failure']['who'], string>> = {
  nobody: 'retried by itself',
  mailbox_owner: 'mailbox owner',
  operator: 'operator',
  us: 'report it',
};

function NeedsYou({
  account,
  counts,
}: {
  readonly account: string;
  readonly counts: Readonly<Record<string, number>>;
}) {
  const { data: catalogue } = useQuery(failuresQuery);
  const rows = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  return (
    <section className={styles.section} aria-labelledby="needs-you">
      <h2 id="needs-you">Needs you</h2>
      {rows.length === 0 ? (
        <Empty title="No job fails">
          <Link to="/a/$account/jobs" params={{ account }}>
            See all jobs
          </Link>
        </Empty>
      ) : (
        <ul className={styles.needs}>
          {rows.map(([code, count]) => {
            const failure = catalogue?.get(code);
            return (
              <li key={code} className={styles.need}>
                <div>
                  <p className={styles.title}>
                    {failure === undefined ? code : <ServerText>{failure.title}</ServerText>}
                  </p>
                  <p className={styles.detail}>
                    <code>{code}</code>
                    {failure !== undefined && ` · ${WHO[failure.who]}`}
                  </p>
                </div>
                <Link
                  to="/a/$account/jobs"
                  params={{ account }}
                  search={{ status: ['failed', 'retrying'], code: [code] }}
                >
                  {count.toLocaleString()} {count === 1 ? 'job' : 'jobs'}
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
