import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { stringifyFlat } from '../../search-parameters/flat.ts';
import { useFailure } from '../../service/failure-catalogue.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { JobStatus } from '../../status/job-status.tsx';
import { useIsWide } from '../../table/window-width.ts';
import { ServerText } from '../../text/server-text.tsx';
import styles from './job.module.css';
import { jobQuery } from './job-queries.ts';
import { Timeline } from './timeline.tsx';

/** One job: why it is as it is, what to do next, and what happened. */
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
            auditHref={`/a/${account}/audit${stringifyFlat({ subject_id: id })}`}
            again={() => void refetch()}
          />
        )}
      </Page>
    );
  return (
    <Page title={job.action} level={level} aside={back}>
      <p className={styles.head}>
        <JobStatus status={job.status} stalled={job.stalled} /> <code>{job.id}</code>
      </p>
      <Why job={job} />
      <Timeline job={job} />
      <Facts job={job} />
      <Payload title="Payload" value={job.payload} />
      {job.result !== null && <Payload title="Result" value={job.result} />}
    </Page>
  );
}

const WHO: Readonly<Record<Schemas['Failure']['who'], string>> = {
  nobody: 'Nobody has to act.',
  mailbox_owner: 'The owner of the mailbox must act.',
  operator: 'An operator must act.',
  us: 'Report it to the makers of this service.',
};

/** In the words of the catalogue. Links to an error lead here. */
function Why({ job }: { readonly job: Schemas['Job'] }) {
  const failure = useFailure(job.last_error_code);
  const section = useRef<HTMLElement>(null);
  const { hash } = useLocation();
  useEffect(() => {
    if (hash === 'why') section.current?.focus();
  }, [hash]);
  if (job.last_error_code === null) return null;
  return (
    <section ref={section} id="why" className={styles.why} aria-labelledby="why-title" tabIndex={-1}>
      <h2 id="why-title">Why</h2>
      <p>
        {failure === null ? job.last_error_code : <ServerText>{failure.explanation}</ServerText>}{' '}
        {failure !== null && WHO[failure.who]}
      </p>
      {job.last_error_detail !== null && (
        <p className={styles.detail}>
          <ServerText>{job.last_error_detail}</ServerText>
        </p>
      )}
      <h2>Next</h2>
      <p>{failure === null ? '–' : <ServerText>{failure.next_step}</ServerText>}</p>
      {job.next_attempt_at !== null && (
        <p>
          Next attempt <Age at={job.next_attempt_at} />, {job.attempts_left} left.
        </p>
      )}
    </section>
  );
}

function Facts({ job }: { readonly job: Schemas['Job'] }) {
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['Mailbox', <code key="credential">{job.credential_id}</code>],
    ['Made', <Age key="made" at={job.created_at} />],
    ['Attempts', job.attempt_count],
    ['Waits for', job.waiting_on ?? '–'],
    ['Priority', job.priority],
    ['Labels', job.labels.length === 0 ? '–' : <ServerText key="labels">{job.labels.join(', ')}</ServerText>],
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

function Payload({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <details className={styles.payload}>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre tabIndex={0}>
        {JSON.stringify(value, null, 2)
          .split('\n')
          .map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
            <div key={index}>
              <ServerText>{line}</ServerText>
            </div>
          ))}
      </pre>
    </details>
  );
}
