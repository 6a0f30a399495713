import type { Envelope } from '../domain/event/event.ts';
import type { NewEvent } from '../ports/event-log.ts';

/** A new event as it will be read from the log. The fields that no fold uses (writer and request) are left out. */
export function envelopeOf({ streamId, version, accountId, actor, at, event }: NewEvent): Envelope {
  return { stream_id: streamId, version, schema: 1, account_id: accountId, actor, at, append_id: '', ...event };
}
