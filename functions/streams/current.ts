/**
 * Reads of a stream's present state that begin at its view row. The row may be behind, which costs a longer read and is
 * right all the same: the events after it are read from the log, strongly consistent.
 */
import { type Envelope, snapshot } from '../domain/event/event.ts';
import { type StoredState, stateOf } from '../domain/views/projections.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';

/** The log, with `current` reading from view rows on. */
export function fromViews(log: EventLog, views: Pick<Views, 'get'>): EventLog {
  return {
    ...log,
    async current(streamId) {
      const row = (await views.get([streamId], { consistent: false })).get(streamId);
      const state = row === undefined ? null : stateOf(streamId, row);
      if (row === undefined || state === null) return log.read(streamId);
      // With the row's own event, which proves that the row is of this log: one that was restored may be older.
      const [last, ...news] = await log.read(streamId, row.v - 1);
      return last !== undefined && isStateAfter(last, state, row.v)
        ? [snapshot(last, state), ...news]
        : log.read(streamId);
    },
  };
}

/**
 * Whether a row's state is the one after this event. A log that was restored and has gone on has another event of the
 * same version. A state that an event left as it was is not recognised: then the stream is read whole.
 */
function isStateAfter(
  { version, account_id: accountId, at }: Envelope,
  state: StoredState,
  rowVersion: number,
): boolean {
  const { account_id: owner = accountId, updated_at: updatedAt = at } = state;
  return rowVersion === version && state.version === version && owner === accountId && updatedAt === at;
}
