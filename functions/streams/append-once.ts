import type { EventLog, NewEvent } from '../ports/event-log.ts';

/**
 * Appends without retrying. False when another event was faster: for decisions that are void then, or that somebody else
 * has made just so, and for work that comes back to the stream by itself.
 */
export async function appendOnce(
  log: Pick<EventLog, 'append'>,
  events: readonly [NewEvent, ...NewEvent[]],
): Promise<boolean> {
  return (await log.append(events)).kind === 'appended';
}
