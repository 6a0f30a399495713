import type { EventLog, NewEvent } from '../ports/event-log.ts';

/**
 * Appends without a retry. Returns false when another event was faster. It is for decisions that are no longer needed
 * then, and for work that is looked at again later.
 */
export async function appendOnce(
  log: Pick<EventLog, 'append'>,
  events: readonly [NewEvent, ...NewEvent[]],
): Promise<boolean> {
  return (await log.append(events)).kind === 'appended';
}
