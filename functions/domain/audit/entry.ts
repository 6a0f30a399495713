import * as z from 'zod';
import type { Actor, Envelope } from '../event/event.ts';
import { type IdPrefix, prefixOf } from '../ids/ids.ts';
import { actionOf } from './actions.ts';

/** The kinds of resources that audit entries are about. */
export const SUBJECTS = [
  'job',
  'task',
  'credential',
  'bulk_operation',
  'webhook_endpoint',
  'failure_group',
  'account',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** An event as an entry of the audit. */
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
  /** The id of the request that caused the event; null if the system caused it. */
  readonly request_id: string | null;
};

const SUBJECT_OF: Partial<Record<IdPrefix, Subject>> = {
  job: 'job',
  tsk: 'task',
  pc: 'credential',
  blk: 'bulk_operation',
  whk: 'webhook_endpoint',
  fgr: 'failure_group',
};

/** Events that report a failure. */
const FAILED = new Set(['CredentialTestFailed', 'CredentialRefused', 'JobRefused']);
const bulkFinished = z.object({ outcome: z.enum(['completed', 'aborted', 'failed']) });

/** `BulkFinished` may report success or failure; every other type reports always the same. */
function isFailure({ type, data }: Envelope): boolean {
  return type === 'BulkFinished' ? bulkFinished.safeParse(data).data?.outcome === 'failed' : FAILED.has(type);
}

/** The id of the main stream, from a side stream's id (`whk_…#silence`). */
export const ownStreamOf = (streamId: string): string => streamId.replace(/#.*$/, '');

/** The audit entry of an event, with the given log id. Null if this release does not know the kind of stream. */
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
    // An event in a side stream is about the main stream's subject.
    subject_id: ownStreamOf(event.stream_id),
    action: actionOf(event.type),
    status: isFailure(event) ? 'failed' : 'succeeded',
    data: event.data,
    actor: event.actor,
    at: event.at,
    request_id: event.request_id ?? null,
  };
}
