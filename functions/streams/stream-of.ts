/** The streams that decisions are made on, by how they are read. */
import type { Envelope } from '../domain/event/event.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Fold, Reading, Stream } from './decide-and-append.ts';
import type { Retries } from './retries.ts';

/** Its present state. Commands are not recognised when they come again. */
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

/** With the id of a command that is carried out once: all events are read, because an earlier one may be among them. */
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

/** With what the caller has just read, in the first round. A conflict shows that it is old. */
export const startingFrom = <State>(known: Reading<State> | null, stream: Stream<State>): Stream<State> =>
  known === null ? stream : { ...stream, read: async (round) => (round === 0 ? known : stream.read(round)) };

/** Events that the caller has read. */
export const eventsRead = (events: readonly Envelope[]): Reading<never> => ({ events, onto: null });

/** A state that the caller has. */
export const stateRead = <State>(state: State): Reading<State> => ({ events: [], onto: state });
