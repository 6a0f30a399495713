/** The search of the audit: the address is the only state of its filters. The names are those of the API. */
import type { Schemas } from '../../../client/index.ts';
import { many, one, present, sinceOf, uncheckedFor } from '../../search-parameters/flat.ts';

export type AuditAction = Schemas['AuditAction'];
export type AuditSubject = Schemas['LogEntry']['subject'];
type Status = Schemas['LogEntry']['status'];
type ActorKind = Schemas['Actor']['kind'];

/** Every action, by the kind of resource that it changes. */
const SUBJECT_OF: Readonly<Record<AuditAction, AuditSubject>> = {
  job_requested: 'job',
  job_updated: 'job',
  job_triggered: 'job',
  job_retry_requested: 'job',
  job_cancelled: 'job',
  job_refused: 'job',
  job_resolved: 'job',
  job_reopened: 'job',
  job_deleted: 'job',
  task_created: 'task',
  task_updated: 'task',
  task_triggered: 'task',
  task_paused: 'task',
  task_resumed: 'task',
  task_suspended: 'task',
  task_deleted: 'task',
  credential_added: 'credential',
  credential_updated: 'credential',
  credential_rotated: 'credential',
  credential_verified: 'credential',
  credential_test_failed: 'credential',
  credential_trial_started: 'credential',
  credential_probe_started: 'credential',
  credential_refused: 'credential',
  credential_rate_limited: 'credential',
  credential_paused: 'credential',
  credential_resumed: 'credential',
  credential_deleted: 'credential',
  bulk_requested: 'bulk_operation',
  bulk_abort_requested: 'bulk_operation',
  bulk_finished: 'bulk_operation',
  webhook_endpoint_created: 'webhook_endpoint',
  webhook_endpoint_updated: 'webhook_endpoint',
  webhook_endpoint_tested: 'webhook_endpoint',
  webhook_secret_rotated: 'webhook_endpoint',
  webhook_endpoint_fell_silent: 'webhook_endpoint',
  webhook_endpoint_heard_again: 'webhook_endpoint',
  webhook_endpoint_deleted: 'webhook_endpoint',
  account_paused: 'account',
  account_resumed: 'account',
  failure_group_muted: 'failure_group',
  failure_group_unmuted: 'failure_group',
  account_erased: 'account',
};
const isAction = (text: string): text is AuditAction => Object.hasOwn(SUBJECT_OF, text);

export const SUBJECTS: readonly AuditSubject[] = [
  'job',
  'task',
  'credential',
  'bulk_operation',
  'webhook_endpoint',
  'failure_group',
  'account',
];
export const STATUSES: readonly Status[] = ['succeeded', 'failed'];
export const ACTOR_KINDS: readonly ActorKind[] = ['user', 'worker', 'provider', 'system'];

/** The actions that change resources of this kind. */
export const actionsOf = (subject: AuditSubject): readonly AuditAction[] =>
  Object.keys(SUBJECT_OF)
    .filter(isAction)
    .filter((action) => SUBJECT_OF[action] === subject);

/** `job_retry_requested` as `job retry requested`: the words of the service. */
export const words = (name: string): string => name.replaceAll('_', ' ');

/** The search as it is in the address. Unknown values are kept, so that the service reports the problem. */
export type AuditSearch = {
  readonly subject?: readonly string[] | undefined;
  readonly subject_id?: readonly string[] | undefined;
  readonly action?: readonly string[] | undefined;
  readonly status?: readonly string[] | undefined;
  readonly actor_kind?: readonly string[] | undefined;
  readonly actor_id?: readonly string[] | undefined;
  readonly request_id?: readonly string[] | undefined;
  /** `24h`: done in the last 24 hours. Or an instant. */
  readonly since?: string | undefined;
  /** Done before this instant. */
  readonly until?: string | undefined;
};

export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  return present({
    subject: many(raw.subject),
    subject_id: many(raw.subject_id),
    action: many(raw.action),
    status: many(raw.status),
    actor_kind: many(raw.actor_kind),
    actor_id: many(raw.actor_id),
    request_id: many(raw.request_id),
    since: one(raw.since),
    until: one(raw.until),
  });
}

/** The filter for the API. It may hold values that the service refuses, because an address may hold any text. */
export function auditFilterOf({ since, until, ...lists }: AuditSearch): Schemas['LogFilter'] {
  const at = {
    ...(since === undefined ? {} : { gte: sinceOf(since) }),
    ...(until === undefined ? {} : { lt: until }),
  };
  return uncheckedFor({ ...lists, ...(Object.keys(at).length === 0 ? {} : { at }) });
}

/** The reason or the note of the entry; null if it has none. */
export function reasonOf({ data }: Pick<Schemas['LogEntry'], 'data'>): string | null {
  if (typeof data !== 'object' || data === null) return null;
  const reason = Object.entries(data).find(([name]) => name === 'reason' || name === 'note')?.[1];
  return typeof reason === 'string' && reason !== '' ? reason : null;
}
