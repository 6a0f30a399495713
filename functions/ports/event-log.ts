import type { Actor, DomainEvent, Envelope } from '../domain/event/event.ts';

/** An event to append, at the version that its decision was made for. */
export type NewEvent = {
  readonly streamId: string;
  readonly version: number;
  readonly accountId: string;
  readonly actor: Actor;
  readonly event: DomainEvent;
  /** ISO time of the decision. */
  readonly at: string;
  readonly credentialId?: string;
  /** True for a job with a priority above 0. */
  readonly urgent?: boolean;
  /** `host:port` of the mail server of an attempt that failed. */
  readonly mailServer?: string;
  readonly commandId?: string;
  readonly fingerprint?: string;
  readonly requestId?: string;
  /** Whether it belongs in the account's audit. */
  readonly audited?: boolean;
};

/** `conflict`: another event holds that version of that stream; nothing was written. */
export type AppendResult = { readonly kind: 'appended' } | { readonly kind: 'conflict'; readonly streamId: string };

/** The append-only log: one stream of events per resource, with versions from 1. */
export interface EventLog {
  /**
   * The stream's events after `afterVersion`, ascending, strongly consistent; at most `most` if given. Empty if the
   * stream does not exist.
   */
  read(streamId: string, afterVersion?: number, most?: number): Promise<readonly Envelope[]>;
  /**
   * Events that fold to the stream's present state, at a cost that does not grow with the stream: a snapshot from the
   * view row and the events after it, or all events if there is no row. The state is as exact as with `read`, but
   * earlier events are not included.
   */
  current(streamId: string): Promise<readonly Envelope[]>;
  /**
   * Appends all events or none, over any number of streams. If our own earlier try succeeded, it counts as success.
   */
  append(events: readonly [NewEvent, ...NewEvent[]]): Promise<AppendResult>;
}
