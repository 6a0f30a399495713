import type { EventLog, NewEvent } from '../ports/event-log.ts';

/**
 * Appends without a retry. Returns false when another event was faster. Use it for decisions that are not needed after
 * another event, and for work that is checked again later.
 */
export async function appendOnce(
  log: Pick<EventLog, 'append'>,
  events: readonly [NewEvent, ...NewEvent[]],
): Promise<boolean> {
  return (await log.append(events)).kind === 'appended';
}
