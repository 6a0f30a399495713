import type { Envelope } from '../domain/event/event.ts';
import type { NewEvent } from '../ports/event-log.ts';

/** A new event as its log will give it back, but for what no state is made from: who wrote it and for which request. */
export function envelopeOf({ streamId, version, accountId, actor, at, event }: NewEvent): Envelope {
  return { stream_id: streamId, version, schema: 1, account_id: accountId, actor, at, append_id: '', ...event };
}
