import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import { Age } from '../../dates/time.tsx';
import { useNow } from '../../dates/use-now.ts';
import { type Bar, nextBar, timelineOf } from '../../jobs/timeline.ts';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { lengthOf, weightOf, wordsOf } from './bar-words.ts';
import styles from './job.module.css';
import { jobEventsQuery } from './job-queries.ts';

const ENDED: readonly Schemas['JobStatus'][] = ['succeeded', 'failed', 'resolved'];

/**
 * Waits, attempts, acts and the next attempt: as bars in a picture, and as a list with person, time, code and detail.
 */
export function Timeline({ job }: { readonly job: Schemas['Job'] }) {
  const { data, error, refetch } = useQuery(jobEventsQuery(job.id));
  const now = useNow();
  const bars = data === undefined ? [] : [...timelineOf(data.events, ENDED.includes(job.status)), ...nextBar(job)];
  return (
    <section className={styles.section} aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {data === undefined && error === null && <Loading what="the events" />}
      {data === undefined && error !== null && <Refusal error={error} what="The events" again={() => void refetch()} />}
      {data?.isWhole === false && (
        <p className={styles.quiet}>Only the first {data.events.length} events: the job has a very long history.</p>
      )}
      <Picture bars={bars} now={now} />
      <ol className={styles.timeline} aria-label="Timeline">
        {bars.map((bar, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars are only added at the end
          <Row key={index} bar={bar} now={now} />
        ))}
      </ol>
    </section>
  );
}

/** A picture of the bars. The list below says the same in words. */
function Picture({ bars, now }: { readonly bars: readonly Bar[]; readonly now: number }) {
  const long = bars.filter(({ kind }) => kind !== 'act');
  if (long.length === 0) return null;
  return (
    <div className={styles.picture} aria-hidden="true">
      {long.map((bar, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: bars are only added at the end
          key={index}
          className={styles.segment}
          data-kind={bar.kind}
          data-outcome={bar.outcome}
          title={visibleText(`${wordsOf(bar)} ${lengthOf(bar, now) ?? ''}`)}
          style={{ flexGrow: weightOf(bar, now) }}
        >
          {bar.kind === 'attempt' && `${bar.attempt ?? ''}${MARKS[bar.outcome]}`}
          {bar.kind === 'next' && bar.attempt}
        </span>
      ))}
    </div>
  );
}

const MARKS: Readonly<Record<Bar['outcome'], string>> = {
  succeeded: ' ✓',
  failed: ' ✕',
  yielded: '',
  ended: '',
  open: ' ▶',
};

function Row({ bar, now }: { readonly bar: Bar; readonly now: number }) {
  const length = lengthOf(bar, now);
  return (
    <li data-kind={bar.kind} data-outcome={bar.outcome} className={styles.bar}>
      <span>
        {wordsOf(bar)}
        {bar.by !== null && bar.kind === 'act' && (
          <>
            {' '}
            by <ServerText>{bar.by.id}</ServerText>
          </>
        )}
      </span>
      {length !== null && <span>{length}</span>}
      {bar.kind === 'next' && <Age at={bar.from} />}
      <time dateTime={bar.from}>{dateAndTime(bar.from)}</time>
      {bar.by !== null && bar.kind === 'attempt' && (
        <span className={styles.quiet}>
          {bar.by.kind} <ServerText>{bar.by.id}</ServerText>
        </span>
      )}
      {bar.code !== null && <code>{bar.code}</code>}
      {bar.detail !== null && (
        <ServerText>{bar.kind === 'wait' ? bar.detail.replaceAll('_', ' ') : bar.detail}</ServerText>
      )}
    </li>
  );
}
