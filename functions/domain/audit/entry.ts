import * as z from 'zod';
import type { Actor, Envelope } from '../event/event.ts';
import { type IdPrefix, prefixOf } from '../ids/ids.ts';
import { actionOf } from './actions.ts';

export const SUBJECTS = ['job', 'task', 'credential', 'bulk_operation', 'webhook_endpoint', 'account'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** An event as the audit tells it. */
export type LogEntry = {
  readonly id: string;
  readonly account_id: string;
  readonly subject: Subject;
  readonly subject_id: string;
  /** The event's type in snake case. */
  readonly action: string;
  readonly status: 'succeeded' | 'failed';
  readonly data: unknown;
  readonly actor: Actor;
  readonly at: string;
  /** Of the request that made it; null for what no request made. */
  readonly request_id: string | null;
};

const SUBJECT_OF: Partial<Record<IdPrefix, Subject>> = {
  job: 'job',
  tsk: 'task',
  pc: 'credential',
  blk: 'bulk_operation',
  whk: 'webhook_endpoint',
};

/** Events that report a failure. */
const FAILED = new Set(['CredentialTestFailed', 'CredentialRefused', 'JobRefused']);
const bulkFinished = z.object({ outcome: z.enum(['completed', 'aborted', 'failed']) });

/** A bulk operation may end in failure; every other event is of one kind. */
function isFailure({ type, data }: Envelope): boolean {
  return type === 'BulkFinished' ? bulkFinished.safeParse(data).data?.outcome === 'failed' : FAILED.has(type);
}

/** The stream of the thing itself, from one beside it (`whk_…#silence`). */
export const ownStreamOf = (streamId: string): string => streamId.replace(/#.*$/, '');

/** The entry of an audited event under its id; null for a stream of a kind that this release does not know. */
export function toLogEntry(event: Envelope, id: string): LogEntry | null {
  const prefix = prefixOf(event.stream_id);
  const ofKind = prefix === null ? undefined : SUBJECT_OF[prefix];
  // An account's stream is the account itself.
  const subject = event.stream_id === event.account_id ? 'account' : ofKind;
  if (subject === undefined) return null;
  return {
    id,
    account_id: event.account_id,
    subject,
    // An event in a stream beside a thing's own one is about that thing.
    subject_id: ownStreamOf(event.stream_id),
    action: actionOf(event.type),
    status: isFailure(event) ? 'failed' : 'succeeded',
    data: event.data,
    actor: event.actor,
    at: event.at,
    request_id: event.request_id ?? null,
  };
}
