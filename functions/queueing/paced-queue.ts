import { MAX_QUEUE_DELAY_MS } from '../domain/job/due.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';

const PER_SECOND = 10;

/**
 * A queue that spreads what is sent to it: a mailbox whose jobs have waited is not hit with all of them at once. The jobs
 * of each credential come ten a second, counted over all that is sent to this one. What is beyond the reach of the
 * queue's delay it does not take.
 */
export function pacedQueue(queue: WorkQueue): WorkQueue {
  const counts = new Map<string, number>();

  function place({ credential_id: id }: WorkMessage): number {
    const before = counts.get(id) ?? 0;
    counts.set(id, before + 1);
    return Math.floor(before / PER_SECOND) * 1000;
  }

  return {
    async send(messages) {
      const placed = messages.map(({ message, delayMs }) => ({
        message,
        delayMs: 'job_id' in message ? delayMs + place(message) : delayMs,
      }));
      const tooFar = placed.filter(({ delayMs }) => delayMs > MAX_QUEUE_DELAY_MS);
      const near = placed.filter(({ delayMs }) => delayMs <= MAX_QUEUE_DELAY_MS);
      const refused = near.length === 0 ? [] : await queue.send(near);
      return [...refused, ...tooFar.map(({ message }) => message)];
    },
  };
}
