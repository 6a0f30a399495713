import { RESULTS } from './results.ts';
import { SIGN_IN_TEXTS } from './sign-in-texts.ts';
import { STATISTICS_TEXTS } from './statistics-texts.ts';
import { WEBHOOK_TEXTS } from './webhook-texts.ts';

/** Descriptions that the schemas do not contain, by schema name and field. The key '' is for the schema itself. */
export const DESCRIPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...STATISTICS_TEXTS,
  ...RESULTS,
  ...SIGN_IN_TEXTS,
  ...WEBHOOK_TEXTS,
  ActionName: { '': 'What a task or job does in the mailbox. Each has its own payload and result.' },
  AuditAction: { '': "What an entry of the audit reports: the event's type in snake case." },
  AccountId: { '': 'An account, as the token names it in its claim `acc`.' },
  Actor: { '': 'Who did it: a user by the claim `uid`, a worker, a provider, or a part of the system.' },
  BulkDryRun: {
    '': 'The jobs that a bulk operation would change. Nothing was changed.',
    matched: 'How many of the examined jobs match.',
    matched_is_exact:
      'False: there are more jobs than one request examines. `matched` then comes from counters, which are seconds behind lists, or is the number of matches among the examined jobs.',
    sample: 'Some of the jobs that match.',
  },
  BulkItem: {
    '': 'What a bulk operation did to one job.',
    code: 'Why it was skipped or failed: a problem code. Null when it was done.',
  },
  BulkOperation: {
    '': 'A bulk operation. It changes the jobs that were made before it was received, and that match when their turn comes.',
    filter:
      'The filter as it was when the request came: a `JobFilter` in which every field has a list, and every time is absolute.',
    job_ids: 'The jobs that were named instead of a filter.',
    created_before: 'Only jobs that were made before this time are changed.',
    limit: 'The maximum number of jobs; null: all of them.',
    expected: 'How many jobs it was expected to change; null: too many to count.',
    rate_per_second:
      'The pace. Retry and trigger: at most this many jobs start in a second, evenly spread. Cancel, resolve and delete: at most this many change in a second.',
    matched: 'Jobs selected so far.',
    done: 'Jobs on which the action took effect.',
    skipped: 'Jobs whose state did not allow the action.',
    failed: 'Jobs on which the action failed.',
    by: 'The `uid` of the person who requested it.',
    waiting_on:
      '`views`: the lists do not yet hold all jobs that existed when it was received. An operation that failed for this reason has changed no job.',
    waiting_since: 'When it began to wait; null when it does not.',
    aborting: 'A person has requested the abort. It stops after the jobs of its present chunk, at most a hundred.',
    estimated_end_at:
      'When it should end, by the jobs that are left and its pace; null when that is unknown, or it has ended.',
  },
  Coverage: {
    '': 'Which part of the data a bounded read has examined.',
    examined: 'How many entries were examined for this reply.',
    from: 'Start of the period that this page and those before it have covered completely; null: no start.',
    to: 'End of that period; null: no end.',
    complete: 'Whether everything was examined.',
  },
  Credential: {
    '': 'The connection to a mailbox, and whether logins work. No reply contains its secret. Its fields are null when they were changed directly in the database and cannot be read.',
    auth_kind: 'How it logs in. A credential is made with `password`.',
    username_masked: 'The user name with the part before `@` shortened, such as `j…e@example.com`.',
    external_ref: 'Your own id of the mailbox.',
    tls_certificates:
      'The certificates of `tls_ca_pem`, which are trusted in addition to the public authorities: at most the first ten. Empty when there are none.',
    status:
      '`unverified` until its first successful login. `suspect` after a failure that applies to each of its jobs, `parked` after a second one in a row: then its jobs wait. `status_reason` is the code of the failure. `paused` while an operator keeps its jobs from starting.',
    status_reason:
      'The failure code behind `suspect` and `parked`, or of the last test of a credential that is not verified: a refused password, a host that does not exist, a bad certificate and so on. `GET /api/failures` has its `next_step`. `credential_altered` when its fields cannot be read.',
    parked_at: 'Since when it is `parked`; null when it is not.',
    next_probe_at: 'When the system tries it again; null when this is not planned.',
    waiting_jobs:
      'Jobs that are due and wait for this credential: their `waiting_on` is `credential_suspect`, `credential_parked`, `credential_paused` or `rate_limited`. Counted among its 1,000 newest open jobs.',
    last_validated_at: 'The time of the first successful login, or of a later one in a test or after a failure.',
    last_used_at: 'When a job last logged in with it; null if no job did in the last 400 days.',
    last_synced_at: 'When a sync last succeeded; null if the mailbox was not used in the last 400 days.',
    generation:
      'Rises by one when the host, port or user name changes, because the credential may then be for another mailbox. Jobs that were made for the former mailbox change nothing in the new one.',
    version: 'The version in `ETag` and `If-Match`.',
  },
  Certificate: { '': 'A certificate that a credential trusts in addition to the public authorities.' },
  CredentialTest: { '': 'Whether the login and the list of folders succeeded; if not, why.' },
  Email: {
    '': 'Metadata of a message, as the last sync saw it.',
    date: 'The time in the Date header, which the sender chose; null without a valid one.',
    internal_date: 'When it arrived in the mailbox, by the server (INTERNALDATE); null when it is not known.',
    unreadable: 'The server reports nothing about it: only its UID is known.',
    uid_validity: 'IMAP identifies the message by this together with `folder` and `uid`.',
  },
  Event: {
    '': 'An event of the log, as it was written.',
    version: 'From 1, without gaps.',
    type: 'What happened, such as `AttemptFailed`. Expect types that you do not know.',
    data: 'By type.',
  },
  Facets: {
    '': 'How many matches have each value of a field. A field that was not requested is null.',
    exact:
      'True: all matches were counted. False: without a filter the counts come from counters, which are seconds behind lists; with a filter they count the examined jobs.',
    cut: 'The fields with more values than are shown: only the 100 most frequent are there.',
  },
  Failure: {
    '': 'The explanation of a failure code.',
    scope: 'What the failure affects: the job, every job of its credential, or every credential on the host.',
    who: 'Who must act to end the failure.',
    max_attempts:
      'Failed attempts until a job is `failed`, unless the job has its own `max_attempts`; 1: the system does not try it again. Null: it tries until the job succeeds.',
    first_delay_seconds:
      'The wait after the first failure; null: not tried again. If the provider says how long to wait, that time is used instead.',
    longest_delay_seconds:
      'The longest wait between two attempts; null: not tried again. The waits grow from the first to this.',
    delays_are: '`up_to`: each wait is random, at most that long. `about`: up to a tenth longer.',
  },
  FailureCategory: {
    '': 'Decides whether and when the job is tried again after a failed attempt. Exceptions: `command_failed` has its own numbers; a `max_attempts` of the job, and a waiting time that the provider asks for, take precedence. `GET /api/failures` has the numbers of each code.',
  },
  FailureCode: { '': 'Explained by `GET /api/failures`. Expect codes that you do not know.' },
  Job: {
    '': 'One run of a task against a mailbox.',
    task_id: 'The task it came from.',
    payload: 'By action: the payload of the task when the job was made.',
    priority: '-10 to 10. Jobs above 0 use a faster queue.',
    waiting_on:
      'The reason that keeps it from starting. Null when there is none, while it runs, and after its end. Null before it is due, except when a job was handed back: then the reason is shown until `waiting_until`.',
    waiting_until: 'When that wait ends; null when `waiting_on` is null, or when the end is not known.',
    attempt_count:
      'Attempts started since the job was made. A retry does not reset it, so it may be higher than `max_attempts`, which counts from the last retry on. `attempts_left` is the number that remains.',
    max_attempts:
      'Failed attempts until the job is `failed`, counted from the last retry on. It has no effect on failures that are not tried again, and rate limits do not count. Null: as the failure code allows (`max_attempts` in `GET /api/failures`).',
    attempts_left:
      'Attempts that remain before the job becomes `failed`, the running one included, if each of them fails as the last one did (before a first failure: as a closed connection). A failure that is not tried again ends the job at once. 0 once it has ended.',
    run_at: 'A person requested that it does not run before this time.',
    next_attempt_at: 'When it may run next; null while it runs and once it has ended.',
    started_at: 'Start of the first attempt.',
    finished_at: 'When it succeeded, failed or was resolved; null while it has not ended.',
    failed_at: 'Set exactly while the status is `failed`.',
    last_error_code: 'Why the last failed attempt failed. It is kept after a later success.',
    last_error_detail: 'What the server or the worker reported, without secrets; at most 300 characters.',
    last_error_at: 'When the last failed attempt failed. It is kept after a later success.',
    outcome_unknown: 'An attempt may have changed the mailbox, although no answer of the server came.',
    progress:
      'The progress of the running attempt: for a sync, the messages stored. Null when the job does not run, and in the first three seconds of each continuation of an attempt. `at` says when it was stored; it is renewed every 13 seconds.',
    result: 'By action; null until the job has succeeded.',
    resolution:
      'The person who ended it, and why; `kind` says whether by `cancel` or by `resolve`. Null unless the status is `resolved`.',
    source:
      'The origin of the job: a request for its task, its schedule, or an event at a webhook endpoint. `id` names the task or the endpoint.',
    bulk_id: 'The bulk operation that changed it last; null: none.',
    stalled:
      'It should have started, or its worker should have reported, some time ago, and no reason is known why it waits.',
    host: 'The mail server of its credential, as `host:port`. Null when it is not known: the credential was deleted or altered.',
    credential_label: 'The present label of its credential; null when it has none.',
    allowed_commands:
      'The commands that the caller may give now, by role and by the state of the job, without optional parameters such as `force`. `update` stands for changes of priority, labels and attempts.',
    version: 'The version in `ETag` and `If-Match`.',
  },
  JobFilter: {
    '': 'All given fields must match. Of a list of values one must match.',
    label: 'One of its labels: one value, or a list of which one must match.',
    host: 'Jobs on one of these mail servers: `host:port`, or a host alone for all its ports.',
    last_error_at: 'When it last failed, in any present status.',
    q: 'Words to search for, separated by spaces. Each must occur, in upper or lower case, in the id, action, task id, error code, error detail or a label.',
  },
  LogEntry: {
    '': 'An entry of the audit: what people did, and what the system did to jobs, tasks, credentials, bulk operations, webhook endpoints and accounts.',
    subject_id: 'The id of the resource that was changed. The resource may be deleted.',
    action: "The event's type in snake case, such as `job_retry_requested`.",
    data: 'By action. For a deletion, `last_state` is the last state of the resource; entries of earlier releases do not have it.',
    request_id: 'The `x-request-id` of the request that caused it; null when no request did.',
  },
  JobCommand: { '': 'The commands on a job. Each has its own route.' },
  JobStatus: {
    '': [
      '`scheduled`: it waits for its `run_at`.',
      '`queued`: it starts as soon as nothing keeps it from starting.',
      '`running`: a worker works on it.',
      '`retrying`: an attempt failed, and the system makes another one.',
      '`succeeded`, `failed`: it has ended with this result.',
      '`resolved`: a person ended it, by `resolve` or `cancel`.',
    ].join(' '),
  },
  LogFilter: { '': 'All given fields must match. Of a list of values one must match.' },
  Mailbox: {
    '': 'A folder of a mailbox, as the last sync saw it.',
    path: 'The name for people, and the one that payloads take. No other folder of the credential has it.',
    name: 'The spelling that the server uses in its list. Commands send this spelling.',
    last_error:
      'Why the folder cannot be read: `since` the first failure in a row, `at` the last one. Null when the folder can be read.',
    special_use: 'The attribute of RFC 6154, such as `\\Sent`.',
    highest_modseq: 'A 64-bit number in decimal.',
    synced_messages: 'Messages whose metadata is stored here.',
    sync_level: 'How the server lets changes be found: mod-sequences with QRESYNC, mod-sequences alone, or neither.',
  },
  Period: {
    '': 'A period: `gte` inclusive, `lt` exclusive; absolute in UTC, or relative to now like `-24h` (s, m, h, d, w).',
  },
  Secret: { '': 'The secret of a credential. No reply ever shows it.' },
  SyncAccepted: { '': 'The task of this sync, which later syncs of the same kind share, and the job of this request.' },
  SyncMailboxesPayload: { namespaces: 'Which namespaces (RFC 2342) are read.' },
  SyncMessagesPayload: {
    folder: "A mailbox's path; null: every selectable personal mailbox but \\All and \\Flagged.",
    since: 'Only messages that arrived on or after this day.',
  },
  WebhookTest: { '': 'How the endpoint answered the sample.', status: 'Null when it did not answer.' },
  Task: {
    '': 'Work that a person ordered for a mailbox. A trigger makes a job of it, and so does its schedule.',
    payload: 'By task type.',
    schedule:
      'An interval, or a cron expression with its time zone. The schedule makes no job while another job of the task has not ended.',
    paused: 'A person has turned its schedule off.',
    suspended:
      'Why and since when the system has turned its schedule off: three runs in a row failed for a cause that does not end without a person, or its credential was deleted or belongs to another account. Null: the schedule is not suspended.',
    next_runs: 'When it is due next; none while its schedule is off.',
    skipped_runs:
      'Due times at which no job was made: another job of the task had not ended, or the credential was parked.',
    status:
      'It follows the last job of the task. `idle`: there is no job, or it was resolved. `active`: the job has not ended. `succeeded`, `failed`: the job has ended with this result. `suspended`: `suspended` is set, or the credential was deleted; then the task makes no jobs.',
    version: 'The version in `ETag` and `If-Match`.',
  },
  WaitReason: {
    '': [
      'The reason that keeps a job from starting.',
      '`credential_suspect`: the credential failed once; one job tries again after ten minutes.',
      '`credential_parked`: it failed twice in a row; it is tried again 1, 6 and 24 hours later. `status_reason` of the credential says why.',
      '`credential_paused`, `account_paused`: an operator has paused the credential or the account.',
      '`rate_limited`: the provider asked for fewer requests, or accepts no further connections.',
      '`connection_slot`: all connections that the credential may have at once (`max_connections`) are in use; the job starts when one is free.',
      '`account_share`: the account already has the maximum number of running attempts.',
      '`host_parked`: its mail server has not answered in time; it is tried again within 15 minutes.',
    ].join(' '),
  },
};

/** Descriptions of path parameters, by name. */
export const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  account_id: 'The account, `acc_…`. The token must be for it.',
  job_id: 'The job, `job_…`.',
  task_id: 'The task, `tsk_…`.',
  credential_id: 'The credential (mailbox), `pc_…`.',
  email_id: 'The message, `eml_…`.',
  webhook_endpoint_id: 'The webhook endpoint, `whk_…`.',
  delivery_id: 'The delivery, `dlv_…`.',
  bulk_id: 'The bulk operation, `blk_…`.',
  log_id: 'The entry of the audit, `log_…`.',
  failure_group_id: 'The failure group, `fgr_…`.',
};

/** Descriptions of query parameters, by name, or by operation and name. A schema's own description has priority. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  task_id: 'Only jobs of these tasks.',
  credential_id: 'Only jobs of these credentials (mailboxes), `pc_…`.',
  'listMailboxes.credential_id': 'Only folders of this credential (mailbox), `pc_…`.',
  'listEmails.credential_id': 'Only messages of this credential (mailbox), `pc_…`.',
  bulk_id: 'Only jobs that were last changed by one of these bulk operations.',
  in_error: '`true`: only folders that syncs cannot read; `false`: only the others.',
  'listFailureGroups.by': '`action`: one item per action in each group.',
  'listFailureGroups.sort': 'The largest groups first, or those that failed last.',
  'listFailureGroups.muted': '`false`: only groups that ask for attention; `true`: only the muted ones.',
  'jobStatsSeries.by':
    'Counts by the hour in which jobs were made, or in which they ended. With `ended_at` failed jobs are also counted by error, and `host` must be absent.',
  limit: 'How many items the page may have, at most 100.',
  cursor: '`page.next_cursor` of the page before, to get the next page. Not together with `offset`.',
  offset: 'How many items to skip from the start. Not together with `cursor`.',
  status: 'Only jobs in one of these statuses.',
  'listJobs.action': 'Only jobs that do one of these actions.',
  'listLogs.action': 'Only entries that report one of these actions.',
  last_error_code: 'Only those whose last error has one of these codes.',
  q: 'Words to search for, separated by spaces. Each must occur, in upper or lower case, in the id, action, task id, error code, error detail or a label.',
  'deleteJob.force': 'Delete it even if it is running.',
  'deleteCredential.force': 'Delete it even if jobs, schedules or webhook endpoints use it.',
  group_by:
    'Also count open and failed jobs by their credential, mail server (`host:port`), reason to wait, or last error code (of failed and retrying jobs).',
  host: 'Only jobs on these mail servers: `host:port`, or a host alone for all its ports.',
  bucket: 'The length of time of one point.',
  reason: 'Why, in one line. The audit shows it.',
  from: 'Start of the first hour; 24 hours before `to` if it is absent.',
  to: 'A time in the last hour; now if it is absent. At most 31 days after `from`.',
  outcome: 'Only items with one of these outcomes.',
  subject: 'Only entries about these kinds of resources.',
  subject_id: 'Only entries about the resources with these ids.',
  actor_id: 'Only entries of these actors: persons (`uid`), workers, providers or parts of the system.',
};
