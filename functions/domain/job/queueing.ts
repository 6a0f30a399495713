import { MAX_QUEUE_DELAY_MS } from './due.ts';
import type { RecordedJobEvent } from './events.ts';

/** Milliseconds until the job that this event queues may run; null when the event needs no message. */
export function queueDelayMs(event: RecordedJobEvent, now: number): number | null {
  switch (event.type) {
    case 'JobRequested':
      return until(event.data.run_at, now);
    case 'AttemptFailed':
      return event.data.retry_at === null ? null : until(event.data.retry_at, now);
    case 'JobUpdated':
      return event.data.changes.run_at === undefined ? null : until(event.data.changes.run_at, now);
    case 'JobPostponed':
      return until(event.data.until, now);
    case 'AttemptAbandoned':
      return event.data.gives_up ? null : 0;
    case 'JobRetryRequested':
    case 'JobTriggered':
      return until(event.data.not_before ?? null, now);
    case 'JobReleased':
    case 'AttemptYielded':
      return 0;
    default:
      return null;
  }
}

/** Null if the time is beyond the queue's maximum delay: then the sweeper releases the job. */
function until(iso: string | null, now: number): number | null {
  const wait = iso === null ? 0 : Math.max(0, Date.parse(iso) - now);
  return wait > MAX_QUEUE_DELAY_MS ? null : wait;
}
