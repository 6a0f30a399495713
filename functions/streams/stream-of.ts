/** Kinds of streams for decisions, by how they are read. */
import type { Envelope } from '../domain/event/event.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Fold, Reading, Stream } from './decide-and-append.ts';
import type { Retries } from './retries.ts';

/** A stream that is read as its current state. Repeated commands are not recognised. */
export const streamOf = <State>(
  log: Pick<EventLog, 'current'>,
  id: string,
  fold: Fold<State>,
  retries: Retries,
): Stream<State> => ({
  id,
  fold,
  read: async () => ({ events: await log.current(id), onto: null }),
  commandId: async () => null,
  retries,
});

/** Adds the id of a command that is carried out once. All events are read, because the command may be among them. */
export const recognising = <State>(
  log: Pick<EventLog, 'read'>,
  stream: Stream<State>,
  commandId: string | null,
): Stream<State> =>
  commandId === null
    ? stream
    : {
        ...stream,
        read: async () => ({ events: await log.read(stream.id), onto: null }),
        commandId: async () => commandId,
      };

/**
 * Uses what the caller has just read in the first round. If that is old, the append conflicts and the next round reads.
 */
export const startingFrom = <State>(known: Reading<State> | null, stream: Stream<State>): Stream<State> =>
  known === null ? stream : { ...stream, read: async (round) => (round === 0 ? known : stream.read(round)) };

/** A reading made of events that the caller has read. */
export const eventsRead = (events: readonly Envelope[]): Reading<never> => ({ events, onto: null });

/** A reading made of a state that the caller has. */
export const stateRead = <State>(state: State): Reading<State> => ({ events: [], onto: state });
