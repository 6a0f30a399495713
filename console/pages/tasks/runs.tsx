import type { Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import { Age } from '../../dates/time.tsx';
import { useFailure } from '../../service/failure-catalogue.ts';
import { ServerText } from '../../text/server-text.tsx';
import { scheduleWords } from './schedule-words.ts';
import styles from './tasks.module.css';

type Properties = { readonly task: Schemas['Task'] };

/**
 * Why its schedule is off: a person has paused it, or the service has suspended it. The cause is in the words of the
 * catalogue.
 */
export function WhyOff({ task: { paused, suspended } }: Properties) {
  const failure = useFailure(suspended?.code ?? null);
  return (
    <>
      {suspended !== null && (
        <section className={styles.notice} data-tone="bad" aria-labelledby="suspended-title">
          <h2 id="suspended-title">The service has suspended its schedule</h2>
          <p>
            For <Age at={suspended.at} />, because of <code>{suspended.code}</code>
            {failure !== null && (
              <>
                : <ServerText>{failure.explanation}</ServerText>
              </>
            )}
          </p>
          {failure !== null && (
            <p>
              Next: <ServerText>{failure.next_step}</ServerText>
            </p>
          )}
        </section>
      )}
      {paused !== null && (
        <section className={styles.notice} aria-labelledby="paused-title">
          <h2 id="paused-title">Somebody has paused its schedule</h2>
          <p>
            For <Age at={paused.at} />
            {paused.reason === null ? (
              '. No reason was given.'
            ) : (
              <>
                : <ServerText>{paused.reason}</ServerText>
              </>
            )}
          </p>
        </section>
      )}
    </>
  );
}

/** The schedule in words, and its next runs as the service computes them. */
export function Runs({ task: { schedule, next_runs: runs, skipped_runs: skipped } }: Properties) {
  return (
    <section className={styles.section} aria-labelledby="runs-title">
      <h2 id="runs-title">Next runs</h2>
      <p>
        <ServerText>{scheduleWords(schedule)}</ServerText>
      </p>
      {runs.length > 0 && (
        <ol className={styles.rows} aria-label="Next runs">
          {runs.map((at) => (
            <li key={at}>
              <time dateTime={at}>{dateAndTime(at)}</time>
              <Age at={at} />
            </li>
          ))}
        </ol>
      )}
      {runs.length === 0 && schedule !== null && <p className={styles.quiet}>None while its schedule is off.</p>}
      {schedule !== null && (
        <p className={styles.quiet}>
          {runs.length > 0 &&
            'In your time zone. The service moves each task a little, so that they do not all start at once. '}
          {skipped > 0 &&
            `Skipped so far: ${skipped.toLocaleString()}, because a job of the task had not ended, or its credential was parked.`}
        </p>
      )}
    </section>
  );
}
