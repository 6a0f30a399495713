import * as z from 'zod';

/** The person, worker, provider or system component that caused an event. */
export const actorSchema = z.strictObject({
  kind: z.enum(['user', 'worker', 'provider', 'system']),
  id: z.string(),
});
export type Actor = z.infer<typeof actorSchema>;

/** Renamed event types, keyed by the name that earlier releases stored. They are read under the new name. */
const RENAMED: ReadonlyMap<string, string> = new Map([['AuthenticationFailed', 'CredentialRefused']]);

/** What every stored event carries around its own data. Times are ISO-8601 UTC with milliseconds. */
export const envelopeSchema = z.object({
  stream_id: z.string(),
  /** From 1, without gaps. */
  version: z.int().positive(),
  type: z.string().transform((stored) => RENAMED.get(stored) ?? stored),
  /** Version of the shape of `data`: 1 so far for every type. */
  schema: z.int().positive(),
  account_id: z.string(),
  at: z.iso.datetime(),
  actor: actorSchema,
  /** Random per append: distinguishes our own earlier try from an event of another writer. */
  append_id: z.string(),
  /** Present when the request had an Idempotency-Key: the hash of method, path and key. */
  command_id: z.string().optional(),
  /** HMAC of the body of that request. */
  fingerprint: z.string().optional(),
  /** The id of the request that caused the event, as in its response. */
  request_id: z.string().optional(),
  /** Copied onto every job event, so that the dispatcher can group messages without a read. */
  credential_id: z.string().optional(),
  /** True on events of a job with a priority above 0; the dispatcher chooses the queue by it. */
  urgent: z.boolean().optional(),
  data: z.unknown(),
});

/** An event as stored, of any type. */
export type Envelope = z.infer<typeof envelopeSchema>;

/** The schema of one event type: its name and the shape of its data. */
export const eventShape = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), data });

/** The signature of an entity's `evolve`. */
export type Evolve<State, E> = (state: State | null, event: E) => State | null;

/** A domain event before it is appended to a stream. */
export type DomainEvent = { readonly type: string; readonly data: unknown };

/** An event of a stream: the envelope with the data of one of the stream's event types. */
export type Recorded<E extends DomainEvent> = E extends DomainEvent
  ? Omit<Envelope, 'type' | 'data'> & { type: E['type']; data: E['data'] }
  : never;

/**
 * The type of an envelope that holds a state instead of an event. It is made when a stream is read and never stored.
 */
export const SNAPSHOT = '$snapshot';

/** How the events of a stream become its state. `state`: the schema of that state, for snapshots. */
export type History<State, E> = {
  readonly schema: z.ZodType<E>;
  readonly types: ReadonlySet<string>;
  readonly evolve: Evolve<State, E>;
  readonly state: z.ZodType<State>;
};

/** A stream's state that replaces all events up to and including `last`. */
export const snapshot = (last: Envelope, state: object): Envelope => ({ ...last, type: SNAPSHOT, data: state });

/**
 * Folds stored events onto a state. A snapshot replaces all events before it. An event of a type that this release
 * does not know (a newer release wrote it) only raises the version. Throws a ZodError if an event of a known type is
 * malformed.
 */
export function foldEnvelopes<State extends { version: number }, E>(
  history: History<State, E>,
  envelopes: readonly Envelope[],
  from: State | null = null,
): State | null {
  let state = from;
  for (const envelope of envelopes) {
    if (envelope.type === SNAPSHOT) state = history.state.parse(envelope.data);
    else if (history.types.has(envelope.type)) state = history.evolve(state, history.schema.parse(envelope));
    else if (state !== null) state = { ...state, version: envelope.version };
  }
  return state;
}

/** The type names of a union of event shapes. */
export function typeNames(union: {
  readonly options: readonly { readonly shape: { readonly type: { readonly value: string } } }[];
}): ReadonlySet<string> {
  return new Set(union.options.map((option) => option.shape.type.value));
}
