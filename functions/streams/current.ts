/**
 * Reads the current state of a stream from its view row and the newer events of the log. The row may be old: then more
 * events are read. The log is read with strong consistency, so the state is always current.
 */
import { type Envelope, snapshot } from '../domain/event/event.ts';
import { type StoredState, stateOf } from '../domain/views/projections.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';

/** The log, with a `current` that starts at view rows. */
export function fromViews(log: EventLog, views: Pick<Views, 'get'>): EventLog {
  return {
    ...log,
    async current(streamId) {
      const row = (await views.get([streamId], { consistent: false })).get(streamId);
      const state = row === undefined ? null : stateOf(streamId, row);
      if (row === undefined || state === null) return log.read(streamId);
      // Reads the row's own event too. It proves that the row belongs to this log: a restored log may be older.
      const [last, ...news] = await log.read(streamId, row.v - 1);
      return last !== undefined && isStateAfter(last, state, row.v)
        ? [snapshot(last, state), ...news]
        : log.read(streamId);
    },
  };
}

/**
 * Whether a row's state is the one after this event. A restored log that was written to again has another event of the
 * same version. A state without an update time of this event is not recognised: then the whole stream is read.
 */
function isStateAfter(
  { version, account_id: accountId, at }: Envelope,
  state: StoredState,
  rowVersion: number,
): boolean {
  const { account_id: owner = accountId, updated_at: updatedAt = at } = state;
  return rowVersion === version && state.version === version && owner === accountId && updatedAt === at;
}
