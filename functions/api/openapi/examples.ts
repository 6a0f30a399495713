import type * as z from 'zod';
import { FAILURES } from '../../domain/failure/catalogue.ts';
import { EXPLANATIONS } from '../../domain/failure/explanations.ts';
import { retryPolicy } from '../../domain/job/retry.ts';
import type { Coverage } from '../../http/coverage.ts';
import type { logResource } from '../audit/resource.ts';
import type { BulkResource, bulkItemResource } from '../bulk-operations/resource.ts';
import type { CredentialResource } from '../credentials/resource.ts';
import { failedTest } from '../credentials/test-result.ts';
import type { eventResource } from '../event-resource.ts';
import type { Facets } from '../jobs/facets-resource.ts';
import type { JobResource } from '../jobs/resource.ts';
import type { emailResource, mailboxResource } from '../mail/resource.ts';
import type { TaskResource } from '../tasks/resource.ts';
import { ACCOUNT, BULK, CREDENTIAL, FAILED, JANE, JOB, MADE, TASK } from './example-values.ts';
import { statisticsExamples } from './statistics-examples.ts';
import { WEBHOOK_EXAMPLES } from './webhook-examples.ts';

const job: JobResource = {
  id: JOB,
  account_id: ACCOUNT,
  task_id: TASK,
  credential_id: CREDENTIAL,
  action: 'imap_sync_messages',
  payload: { folder: 'INBOX', full: false },
  status: 'retrying',
  priority: 0,
  labels: ['vip'],
  attempt_count: 1,
  max_attempts: null,
  run_at: null,
  next_attempt_at: '2026-01-31T12:00:05.100Z',
  created_at: MADE,
  updated_at: FAILED,
  started_at: '2026-01-31T12:00:01.000Z',
  finished_at: null,
  failed_at: null,
  resolved_at: null,
  last_error_code: 'provider_timeout',
  last_error_category: 'transient',
  last_error_detail: 'no answer to SELECT within 30 s',
  last_error_at: FAILED,
  outcome_unknown: false,
  result: null,
  resolution: null,
  source: { kind: 'task', id: TASK },
  bulk_id: null,
  version: 3,
  waiting_on: null,
  waiting_until: null,
  attempts_left: 19,
  progress: null,
  stalled: false,
  host: 'imap.example.com:993',
  credential_label: 'support',
  allowed_commands: ['retry', 'trigger', 'cancel', 'resolve', 'update', 'delete'],
};

const task: TaskResource = {
  id: TASK,
  account_id: ACCOUNT,
  task_type: 'imap_sync_messages',
  target_credential_id: CREDENTIAL,
  payload: { folder: 'INBOX', full: false },
  priority: 0,
  labels: ['vip'],
  last_job_id: JOB,
  created_at: MADE,
  updated_at: MADE,
  version: 2,
  schedule: { every: '5m' },
  paused: null,
  suspended: null,
  next_runs: ['2026-01-31T12:03:17.000Z', '2026-01-31T12:08:17.000Z'],
  skipped_runs: 0,
  status: 'active',
};

const credential: CredentialResource = {
  id: CREDENTIAL,
  account_id: ACCOUNT,
  provider_kind: 'imap',
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'password',
  tls_certificates: [],
  username_masked: 'j…e@example.com',
  max_connections: 3,
  label: null,
  external_ref: 'customer-17',
  status: 'valid',
  status_reason: null,
  parked_at: null,
  next_probe_at: null,
  waiting_jobs: 0,
  last_validated_at: MADE,
  last_used_at: MADE,
  last_synced_at: MADE,
  generation: 1,
  created_at: MADE,
  updated_at: MADE,
  version: 2,
};

const event: z.infer<typeof eventResource> = {
  stream_id: JOB,
  version: 3,
  type: 'AttemptFailed',
  at: FAILED,
  actor: { kind: 'worker', id: 'worker-1' },
  data: { code: 'provider_timeout', category: 'transient', detail: 'no answer to SELECT within 30 s' },
};

const logEntry: z.infer<typeof logResource> = {
  id: 'log_01jd0000000000000000000000',
  account_id: ACCOUNT,
  subject: 'job',
  subject_id: JOB,
  action: 'job_retry_requested',
  status: 'succeeded',
  data: { reason: 'the provider is back' },
  actor: JANE,
  at: MADE,
  request_id: 'JKJaXmPLvHcESHA=',
};

const bulk: BulkResource = {
  id: BULK,
  account_id: ACCOUNT,
  action: 'retry',
  filter: { status: ['failed'], last_error_code: ['provider_timeout'] },
  job_ids: null,
  created_before: MADE,
  limit: null,
  reason: 'the outage is over',
  rate_per_second: 20,
  expected: 400,
  by: 'jane',
  status: 'running',
  matched: 100,
  done: 60,
  skipped: 2,
  failed: 0,
  waiting_on: null,
  waiting_since: null,
  aborting: false,
  created_at: MADE,
  updated_at: FAILED,
  finished_at: null,
  estimated_end_at: '2026-01-31T12:00:21.150Z',
  version: 2,
};

const bulkItem: z.infer<typeof bulkItemResource> = {
  job_id: JOB,
  outcome: 'skipped',
  code: 'job_not_retryable',
  detail: 'Only a failed or retrying job can be retried',
};

const mailbox: z.infer<typeof mailboxResource> = {
  credential_id: CREDENTIAL,
  path: 'INBOX',
  name: 'INBOX',
  delimiter: '/',
  namespace: 'personal',
  selectable: true,
  special_use: null,
  mailbox_id: null,
  uid_validity: 1_750_000_000,
  uid_next: 157,
  messages: 140,
  highest_modseq: '715194045007',
  synced_messages: 140,
  synced_at: MADE,
  flags_synced_at: MADE,
  sync_level: 'condstore',
  last_error: null,
};

const email: z.infer<typeof emailResource> = {
  id: 'eml_01jd0000000000000000000000',
  account_id: ACCOUNT,
  credential_id: CREDENTIAL,
  folder: 'INBOX',
  uid: 156,
  uid_validity: 1_750_000_000,
  message_id: '<1@example.com>',
  provider_message_id: null,
  provider_thread_id: null,
  subject: 'Minutes',
  from: [{ name: 'Jane', address: 'jane@example.com' }],
  to: [{ name: null, address: 'joe@example.com' }],
  cc: [],
  date: MADE,
  internal_date: MADE,
  size: 2048,
  flags: ['\\Seen'],
  unreadable: false,
};

const coverage: Coverage = { examined: 1000, from: '2026-01-30T12:00:00.000Z', to: null, complete: false };

const facets: Facets = {
  status: { failed: 12, retrying: 3 },
  action: { imap_sync_messages: 15 },
  last_error_code: { provider_timeout: 15 },
  last_error_category: { transient: 15 },
  host: null,
  credential_id: null,
  label: null,
  waiting_on: null,
  exact: true,
  cut: [],
};

const byStatus = { scheduled: 0, queued: 2, running: 1, retrying: 3, succeeded: 1200, failed: 12, resolved: 4 };

/** One example of each schema in a reply, by the schema's name. */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  Account: { id: 'acc_demo', paused: { reason: 'the customer moves', until: null }, version: 1 },
  BulkDryRun: { matched: 400, matched_is_exact: true, sample: [job] },
  BulkItem: bulkItem,
  BulkOperation: bulk,
  Coverage: coverage,
  Credential: credential,
  CredentialTest: failedTest('auth_failed', 'NO Invalid credentials'),
  Email: email,
  Event: event,
  Facets: facets,
  Failure: {
    ...{ code: 'provider_timeout', ...FAILURES.provider_timeout, ...EXPLANATIONS.provider_timeout },
    ...retryPolicy('provider_timeout'),
  },
  Health: { status: 'ok' },
  Me: { uid: 'jane', role: 'owner', accounts: [{ id: ACCOUNT, paused: false, paused_until: null }] },
  SignIn: {
    issuer: 'https://login.example.com',
    audiences: ['inbox-manager', 'console', 'cli'],
    scopes: ['openid'],
    clients: { console: 'console', cli: 'cli' },
  },
  Job: job,
  ...statisticsExamples(MADE, FAILED, byStatus),
  LogEntry: logEntry,
  Mailbox: mailbox,
  SyncAccepted: { task_id: TASK, job_id: JOB, job },
  Task: task,
  ...WEBHOOK_EXAMPLES,
};
