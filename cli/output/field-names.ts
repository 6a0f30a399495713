/**
 * The fields of the answers of commands. `--fields` is checked against them before anything is sent. The compiler
 * compares each list with the API document.
 */
import type { Schemas } from '../../client/index.ts';
import { wordsOf } from '../vocabulary.ts';

type FieldsOf<Thing> = Thing extends unknown ? keyof Thing & string : never;

export const JOB_FIELDS = wordsOf<FieldsOf<Schemas['Job']>>({
  id: true,
  account_id: true,
  task_id: true,
  credential_id: true,
  action: true,
  payload: true,
  status: true,
  priority: true,
  labels: true,
  attempt_count: true,
  max_attempts: true,
  run_at: true,
  next_attempt_at: true,
  created_at: true,
  updated_at: true,
  started_at: true,
  finished_at: true,
  failed_at: true,
  resolved_at: true,
  last_error_code: true,
  last_error_category: true,
  last_error_detail: true,
  last_error_at: true,
  outcome_unknown: true,
  resolution: true,
  source: true,
  bulk_id: true,
  version: true,
  waiting_on: true,
  waiting_until: true,
  attempts_left: true,
  progress: true,
  stalled: true,
  result: true,
  host: true,
  credential_label: true,
  allowed_commands: true,
});

export const BULK_FIELDS = wordsOf<FieldsOf<Schemas['BulkOperation']>>({
  id: true,
  account_id: true,
  action: true,
  created_before: true,
  rate_per_second: true,
  by: true,
  status: true,
  matched: true,
  done: true,
  skipped: true,
  failed: true,
  created_at: true,
  updated_at: true,
  version: true,
  filter: true,
  job_ids: true,
  limit: true,
  reason: true,
  expected: true,
  waiting_on: true,
  waiting_since: true,
  aborting: true,
  finished_at: true,
  estimated_end_at: true,
});

export const DRY_RUN_FIELDS = wordsOf<FieldsOf<Schemas['BulkDryRun']>>({
  matched: true,
  matched_is_exact: true,
  sample: true,
});

export const TASK_FIELDS = wordsOf<FieldsOf<Schemas['Task']>>({
  id: true,
  account_id: true,
  task_type: true,
  target_credential_id: true,
  payload: true,
  priority: true,
  labels: true,
  schedule: true,
  paused: true,
  suspended: true,
  last_job_id: true,
  created_at: true,
  updated_at: true,
  version: true,
  next_runs: true,
  skipped_runs: true,
  status: true,
});

export const CREDENTIAL_FIELDS = wordsOf<FieldsOf<Schemas['Credential']>>({
  id: true,
  account_id: true,
  provider_kind: true,
  host: true,
  port: true,
  security_mode: true,
  auth_kind: true,
  tls_certificates: true,
  username_masked: true,
  max_connections: true,
  label: true,
  external_ref: true,
  status: true,
  status_reason: true,
  parked_at: true,
  next_probe_at: true,
  waiting_jobs: true,
  last_validated_at: true,
  last_used_at: true,
  last_synced_at: true,
  generation: true,
  created_at: true,
  updated_at: true,
  version: true,
});

export const CREDENTIAL_TEST_FIELDS = wordsOf<FieldsOf<Schemas['CredentialTest']>>({
  ok: true,
  capabilities: true,
  mailboxes: true,
  code: true,
  category: true,
  detail: true,
  title: true,
  who: true,
  next_step: true,
});

/** The secret is left out, because it is never printed. */
export const ENDPOINT_FIELDS = wordsOf<Exclude<FieldsOf<Schemas['WebhookEndpoint']>, 'secret'>>({
  id: true,
  account_id: true,
  url: true,
  provider: true,
  target: true,
  action: true,
  payload: true,
  event_types: true,
  settings: true,
  enabled: true,
  label: true,
  silent_after: true,
  silent_since: true,
  last_delivery_at: true,
  created_at: true,
  updated_at: true,
  version: true,
});

export const MUTE_FIELDS = wordsOf<FieldsOf<Schemas['FailureGroupMute']>>({
  id: true,
  code: true,
  host: true,
  muted: true,
  muted_until: true,
  note: true,
  version: true,
});

export const ACCOUNT_FIELDS = wordsOf<FieldsOf<Schemas['Account']>>({
  id: true,
  paused: true,
  version: true,
});

/** The fields of a command that was accepted, and is not followed. */
export const ACCEPTED_FIELDS = ['job_id', 'task_id'] as const;
/** The fields of a deletion. */
export const DELETED_FIELDS = ['id', 'deleted'] as const;
