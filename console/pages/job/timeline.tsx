import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { dateAndTime, duration } from '../../dates/age.ts';
import { useNow } from '../../dates/use-now.ts';
import { type Bar, timelineOf } from '../../jobs/timeline.ts';
import { ServerText } from '../../text/server-text.tsx';
import styles from './job.module.css';
import { jobEventsQuery } from './job-queries.ts';

const ENDED: readonly Schemas['JobStatus'][] = ['succeeded', 'failed', 'resolved'];

/** Waits and attempts in their order, each with its length. */
export function Timeline({ job }: { readonly job: Schemas['Job'] }) {
  const { data } = useQuery(jobEventsQuery(job.id));
  const now = useNow();
  if (data === undefined) return null;
  const bars = timelineOf(data.data, ENDED.includes(job.status));
  if (bars.length === 0) return null;
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol className={styles.timeline}>
        {bars.map((bar) => (
          <li key={`${bar.kind} ${bar.from}`} data-kind={bar.kind} data-outcome={bar.outcome} className={styles.bar}>
            <span>{labelOf(bar)}</span>
            <span>{duration((bar.to === null ? now : Date.parse(bar.to)) - Date.parse(bar.from))}</span>
            <time dateTime={bar.from}>{dateAndTime(bar.from)}</time>
            {bar.code !== null && <code>{bar.code}</code>}
            {bar.detail !== null && <ServerText>{bar.detail}</ServerText>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function labelOf({ kind, outcome, attempt }: Bar): string {
  if (kind === 'wait') return outcome === 'open' ? '┄ waits' : '┄ waited';
  const mark = outcome === 'failed' ? ' ✕' : outcome === 'succeeded' ? ' ✓' : '';
  return `Attempt ${attempt ?? ''}${mark}`;
}
