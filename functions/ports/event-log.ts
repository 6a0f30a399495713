import type { Actor, DomainEvent, Envelope } from '../domain/event/event.ts';

/** An event on its way into a stream, at the version its decision was made for. */
export type NewEvent = {
  readonly streamId: string;
  readonly version: number;
  readonly accountId: string;
  readonly actor: Actor;
  readonly event: DomainEvent;
  /** ISO time of the decision. */
  readonly at: string;
  readonly credentialId?: string;
  /** Of a job with a priority above 0. */
  readonly urgent?: boolean;
  readonly commandId?: string;
  readonly fingerprint?: string;
  readonly requestId?: string;
  /** Whether it belongs in the account's audit. */
  readonly audited?: boolean;
};

/** `conflict`: another event holds that version of that stream; nothing was written. */
export type AppendResult = { readonly kind: 'appended' } | { readonly kind: 'conflict'; readonly streamId: string };

export interface EventLog {
  /**
   * The stream's events after `afterVersion`, ascending, strongly consistent; at most `most`, if that is given.
   * Empty for a stream that is not there.
   */
  read(streamId: string, afterVersion?: number, most?: number): Promise<readonly Envelope[]>;
  /**
   * What folds to the stream's present state, at a cost that does not grow with the stream: where a view row is known, a
   * snapshot of it and the events after it, else all events. As exact as `read`, but earlier events cannot be found in it.
   */
  current(streamId: string): Promise<readonly Envelope[]>;
  /** All or none, over any number of streams. Our own earlier try that had succeeded counts as success. */
  append(events: readonly [NewEvent, ...NewEvent[]]): Promise<AppendResult>;
}
