/**
 * The only place that retries conflicts of the event log. A decision is made on the current state of a stream, and its
 * events are appended at the next versions. The writer that appends first wins; the other one reads and decides again.
 */
import { type Envelope, SNAPSHOT } from '../domain/event/event.ts';
import type { EventLog, NewEvent } from '../ports/event-log.ts';
import { envelopeOf } from './envelope.ts';
import type { Retries } from './retries.ts';

export type Fold<State> = (events: readonly Envelope[], onto?: State | null) => State | null;

/** The input of a fold: events, and the state before them. */
export type Reading<State> = { readonly events: readonly Envelope[]; readonly onto: State | null };

/** The stream that a decision is made on. */
export type Stream<State> = {
  readonly id: string;
  readonly fold: Fold<State>;
  /** Reads the stream for a round. The first round may use what the caller has just read. */
  readonly read: (round: number) => Promise<Reading<State>>;
  /** The id of the command, unique in the stream; null if the command need not be recognised when it is repeated. */
  readonly commandId: (state: State | null) => Promise<string | null>;
  readonly retries: Retries;
};

/** `events`: null when nothing is to be written. */
export type Decision<Result> = {
  readonly events: readonly [NewEvent, ...NewEvent[]] | null;
  readonly result: Result;
};

/** Another writer has just made this decision impossible: it is made again in the next round. */
export const OVERTAKEN = 'overtaken';

/** `events`: read in this round. `round`: counted from 0. */
export type Decide<State, Result> = (
  state: State | null,
  events: readonly Envelope[],
  round: number,
) => Promise<Decision<Result> | typeof OVERTAKEN> | Decision<Result> | typeof OVERTAKEN;

export type Outcome<State, Result> =
  /** `state`: after the events. */
  | { readonly kind: 'appended'; readonly state: State | null; readonly result: Result }
  /** The decision was to write nothing. */
  | { readonly kind: 'unchanged'; readonly state: State | null; readonly result: Result }
  /** The command was carried out before, by this event. `stateThen`: the state after that event. */
  | {
      readonly kind: 'earlier';
      readonly event: Envelope;
      readonly stateThen: State | null;
      readonly state: State | null;
    }
  /** Other writers were faster in every round. */
  | { readonly kind: 'conflict' };

/**
 * Reads the stream, decides, and appends the decided events, in as many rounds as `retries` allows. A command that was
 * carried out before is not decided again. Throws the errors of `decide` and of the log.
 */
export async function decideAndAppend<State, Result>(
  log: Pick<EventLog, 'read' | 'append'>,
  stream: Stream<State>,
  decide: Decide<State, Result>,
): Promise<Outcome<State, Result>> {
  for await (const round of stream.retries()) {
    const { events, onto } = await stream.read(round);
    const state = stream.fold(events, onto);
    const earlier = await earlierCommand(log, stream, events, state);
    if (earlier !== null) return { kind: 'earlier', ...earlier, state };
    const decision = await decide(state, events, round);
    if (decision === OVERTAKEN) continue;
    const { events: decided, result } = decision;
    if (decided === null) return { kind: 'unchanged', state, result };
    const appended = await log.append(decided);
    if (appended.kind === 'appended') return { kind: 'appended', state: stateAfter(stream, state, decided), result };
  }
  return { kind: 'conflict' };
}

/** The state of the stream after these events, before they are appended. */
export function stateAfter<State>(
  { id, fold }: Pick<Stream<State>, 'id' | 'fold'>,
  state: State | null,
  events: readonly NewEvent[],
): State | null {
  return fold(events.filter(({ streamId }) => streamId === id).map(envelopeOf), state);
}

/** The event by which the command was carried out before, and the state after it; null if there is none. */
async function earlierCommand<State>(
  log: Pick<EventLog, 'read'>,
  { id, fold, commandId }: Stream<State>,
  events: readonly Envelope[],
  state: State | null,
): Promise<{ readonly event: Envelope; readonly stateThen: State | null } | null> {
  const wanted = await commandId(state);
  if (wanted === null) return null;
  // A snapshot does not say which commands came before it.
  const history = events[0]?.type === SNAPSHOT ? await log.read(id) : events;
  const event = history.find(({ command_id: each }) => each === wanted);
  if (event === undefined) return null;
  return { event, stateThen: fold(history.filter(({ version }) => version <= event.version)) };
}
