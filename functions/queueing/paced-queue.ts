import { MAX_QUEUE_DELAY_MS } from '../domain/job/due.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';

const PER_SECOND = 10;

/**
 * A queue that spreads its messages, so that a mailbox does not get all waiting jobs at once. Each credential gets ten
 * jobs per second, counted over all messages sent to this queue object. Messages beyond the queue's maximum delay are
 * returned as refused.
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
