import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { useNow } from '../../dates/use-now.ts';
import { actionWords } from '../../jobs/job-actions.ts';
import { whoActs } from '../../jobs/who-acts.ts';
import { useFailure } from '../../service/failure-catalogue.ts';
import { ServerText } from '../../text/server-text.tsx';
import { WaitingJobs } from './credential-columns.tsx';
import { lastFailureQuery } from './credential-queries.ts';
import styles from './credentials.module.css';
import { probeSentence } from './health.ts';

type Properties = { readonly account: string; readonly credential: Schemas['Credential'] };

/** Why its jobs wait, who must act and the next step; below, the job that failed last. */
export function WhyAndNext({ account, credential }: Properties) {
  const failure = useFailure(credential.status_reason);
  const now = useNow();
  const probe = probeSentence(credential, now);
  return (
    <>
      {credential.status_reason !== null && (
        <section className={styles.why} aria-labelledby="why-title">
          <h2 id="why-title">Why</h2>
          {failure === null ? (
            <p>
              <code>{credential.status_reason}</code>
            </p>
          ) : (
            <>
              <p>
                <ServerText>{failure.title}</ServerText>. <ServerText>{failure.explanation}</ServerText>
              </p>
              <p>
                <strong>Who must act:</strong> {whoActs(failure.who)}
              </p>
            </>
          )}
          <h2>Next</h2>
          <p>{failure === null ? '–' : <ServerText>{failure.next_step}</ServerText>}</p>
          {probe !== null && <p>{probe}</p>}
        </section>
      )}
      {credential.waiting_jobs > 0 && (
        <p className={styles.waiting}>
          <WaitingJobs account={account} credential={credential} /> {credential.waiting_jobs === 1 ? 'waits' : 'wait'}{' '}
          for this mailbox.
        </p>
      )}
      <LastFailure account={account} credential={credential.id} />
    </>
  );
}

function LastFailure({ account, credential }: { readonly account: string; readonly credential: string }) {
  const { data: job } = useQuery(lastFailureQuery(account, credential));
  const failure = useFailure(job?.last_error_code ?? null);
  if (job === undefined) return null;
  return (
    <section className={styles.section} aria-labelledby="last-failure-title">
      <h2 id="last-failure-title">Last failed job</h2>
      {job === null ? (
        <p className={styles.quiet}>None of its jobs has failed.</p>
      ) : (
        <>
          <p>
            <Link to="/a/$account/jobs/$job" params={{ account, job: job.id }} hash="why">
              {failure === null ? job.last_error_code : <ServerText>{failure.title}</ServerText>}
            </Link>{' '}
            · {actionWords(job.action)} · <Age at={job.last_error_at} /> ago
          </p>
          {job.last_error_detail !== null && (
            <p className={styles.detail}>
              <ServerText>{job.last_error_detail}</ServerText>
            </p>
          )}
          {failure !== null && (
            <p className={styles.quiet}>
              Next: <ServerText>{failure.next_step}</ServerText>
            </p>
          )}
        </>
      )}
    </section>
  );
}
