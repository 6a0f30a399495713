import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { whoActs } from '../../jobs/who-acts.ts';
import { useFailure } from '../../service/failure-catalogue.ts';
import { ServerText } from '../../text/server-text.tsx';
import styles from './job.module.css';
import type { CommandName } from './job-commands.ts';
import { NextButtons } from './next-buttons.tsx';

type Properties = {
  readonly account: string;
  readonly job: Schemas['Job'];
  readonly open: (name: CommandName) => void;
};

/** The cause in the words of the catalogue. Links to an error lead here. */
export function Why({ account, job, open }: Properties) {
  const failure = useFailure(job.last_error_code);
  const section = useRef<HTMLElement>(null);
  const { hash } = useLocation();
  useEffect(() => {
    if (hash === 'why') section.current?.focus();
  }, [hash]);
  if (job.last_error_code === null) return null;
  const isOver = job.status === 'succeeded' || job.status === 'resolved';
  return (
    <section ref={section} id="why" className={styles.why} data-over={isOver} aria-labelledby="why-title" tabIndex={-1}>
      <h2 id="why-title">{isOver ? 'Last failure' : 'Why'}</h2>
      {failure === null ? (
        <p>
          <code>{job.last_error_code}</code>
        </p>
      ) : (
        <p>
          <strong>
            <ServerText>{failure.title}</ServerText>.
          </strong>{' '}
          <ServerText>{failure.explanation}</ServerText>
        </p>
      )}
      {job.last_error_detail !== null && (
        <p className={styles.detail}>
          <ServerText>{job.last_error_detail}</ServerText>
        </p>
      )}
      <p className={styles.quiet}>
        <code>{job.last_error_code}</code> · <Age at={job.last_error_at} /> ago
        {failure !== null && !isOver && (
          <>
            {' '}
            · Who must act: <strong>{whoActs(failure.who)}</strong>
          </>
        )}
      </p>
      {job.outcome_unknown && <p>An attempt may have changed the mailbox, although no answer of the server came.</p>}
      {!isOver && (
        <>
          <h2>Next</h2>
          {failure !== null && (
            <p>
              <ServerText>{failure.next_step}</ServerText>
            </p>
          )}
          <NextAttempt job={job} />
          <NextButtons account={account} job={job} failure={failure} open={open} />
        </>
      )}
    </section>
  );
}

/** The countdown to the next attempt, which the system starts. */
function NextAttempt({ job }: Pick<Properties, 'job'>) {
  if (job.next_attempt_at === null) return null;
  const isDue = Date.parse(job.next_attempt_at) <= Date.now();
  return (
    <p>
      {isDue ? 'The next attempt has been due for ' : 'Next attempt '}
      <strong>
        <Age at={job.next_attempt_at} />
      </strong>
      , {job.attempts_left} left.
    </p>
  );
}

/** The reason that keeps it from starting now, or the person who ended it. */
export function State({ account, job }: Pick<Properties, 'account' | 'job'>) {
  const { resolution } = job;
  return (
    <>
      {job.stalled && (
        <p className={styles.stalled}>
          It should have started, or its worker should have reported, some time ago. No reason is known why it waits.
        </p>
      )}
      {job.waiting_on !== null && (
        <p>
          Waits: <strong>{job.waiting_on.replaceAll('_', ' ')}</strong>
          {job.waiting_until !== null && (
            <>
              , <Age at={job.waiting_until} />
            </>
          )}
          {' · '}
          <Link to="/a/$account/credentials/$credential" params={{ account, credential: job.credential_id }}>
            Open the mailbox
          </Link>
        </p>
      )}
      {job.progress !== null && (
        <p>
          {job.progress.done.toLocaleString()}
          {job.progress.total !== null && ` of ${job.progress.total.toLocaleString()}`} {job.progress.unit} done
        </p>
      )}
      {resolution !== null && (
        <section className={styles.resolution} aria-labelledby="resolution">
          <h2 id="resolution">{resolution.kind === 'cancelled' ? 'Cancelled' : 'Resolved'}</h2>
          <p>
            by <ServerText>{resolution.by}</ServerText>, <Age at={job.resolved_at} /> ago
          </p>
          {resolution.note !== null && (
            <p>
              <ServerText>{resolution.note}</ServerText>
            </p>
          )}
        </section>
      )}
    </>
  );
}
