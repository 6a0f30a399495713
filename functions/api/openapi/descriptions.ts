import { RESULTS } from './results.ts';
import { SIGN_IN_TEXTS } from './sign-in-texts.ts';
import { STATISTICS_TEXTS } from './statistics-texts.ts';
import { WEBHOOK_TEXTS } from './webhook-texts.ts';

/** What the schemas do not say by themselves, by schema name and field; under '' what is said of the schema itself. */
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
    '': 'What a bulk operation would touch. Nothing was done.',
    matched: 'How many jobs match, of those that were looked at.',
    matched_is_exact:
      'False: there are more jobs than one request looks at. `matched` then comes from counters, which are seconds behind lists, or is the number of matches among the jobs that were looked at.',
    sample: 'Some of the jobs that match.',
  },
  BulkItem: {
    '': 'What a bulk operation did to one job.',
    code: 'Why it was skipped or failed: a problem code. Null when it was done.',
  },
  BulkOperation: {
    '': 'A bulk operation. Its set: the jobs that match when they are visited and were made before it was received.',
    filter:
      'The filter as it was when the request came: a `JobFilter` in which every field has a list, and every time is absolute.',
    job_ids: 'The jobs that were named instead of a filter.',
    created_before: 'Only jobs made before this are touched.',
    limit: 'The most jobs it touches; null: all of them.',
    expected: 'How many jobs it was expected to touch; null: too many to count.',
    rate_per_second:
      'The pace. Retry and trigger: at most so many jobs start in a second, evenly spread. Cancel, resolve and delete: at most so many change in a second.',
    matched: 'Jobs selected so far.',
    done: 'Jobs on which the action took effect.',
    skipped: 'Jobs whose state did not allow the action.',
    failed: 'Jobs on which the action failed.',
    by: 'The `uid` of who asked for it.',
    waiting_on:
      '`views`: the lists do not yet hold all jobs that existed at receipt. An operation that failed so has touched no job.',
    waiting_since: 'When it began to wait; null when it does not.',
    aborting: 'Somebody asked it to stop. It stops after the jobs that it is just working on, at most a hundred.',
    estimated_end_at:
      'When it should end, by the jobs that are left and its pace; null when that is unknown, or it has ended.',
  },
  Coverage: {
    '': 'How far a bounded read has come: it says what was not looked at.',
    examined: 'Entries looked at for this reply.',
    from: 'Start of the time in which nothing was left out, by this page and those before it; null: open.',
    to: 'End of that time; null: open.',
    complete: 'Whether nothing is left to look at.',
  },
  Credential: {
    '': 'How a mailbox is reached, and whether logins work. Its secret is in no reply. Its fields are null when they were changed directly in the database and cannot be read.',
    auth_kind: 'How it logs in. A credential is made with `password`.',
    username_masked: 'The user name with the part before `@` shortened, such as `j…e@example.com`.',
    external_ref: 'An id of yours.',
    tls_certificates:
      'The certificates of `tls_ca_pem`, which are trusted beside the public authorities; of a longer chain the first ten. Empty when there are none.',
    status:
      '`unverified` until it is used with success. `suspect` after a first failure that holds for each of its jobs, `parked` after a second in a row: then its jobs wait. `status_reason` says what the failure is. `paused` while an operator holds its jobs.',
    status_reason:
      'The failure code behind `suspect` and `parked`, or of the last test of a credential that is not verified: a refused password, a host that does not exist, a bad certificate and so on. `GET /api/failures` has its `next_step`. `credential_altered` when its fields cannot be read.',
    parked_at: 'Since when it is `parked`; null when it is not.',
    next_probe_at: 'When it is tried again by itself; null when that is not planned.',
    waiting_jobs:
      'Jobs that are due and wait for this credential: their `waiting_on` is `credential_suspect`, `credential_parked`, `credential_paused` or `rate_limited`. Counted among its 1,000 newest open jobs.',
    last_validated_at: 'When a login succeeded for the first time, or last succeeded in a test or after a failure.',
    last_used_at: 'When a job last logged in with it; null if none did in the last 400 days.',
    last_synced_at: 'When a sync last succeeded; null if the mailbox was not used in the last 400 days.',
    generation:
      'Goes up by one when the host, port or user name changes: the credential may then mean another mailbox. Jobs that were made for the mailbox before change nothing in the new one.',
    version: 'What `ETag` holds, and `If-Match` names.',
  },
  Certificate: { '': 'A certificate that a credential trusts beside the public authorities.' },
  CredentialTest: { '': 'Whether the login and the list of folders succeeded; if not, why.' },
  Email: {
    '': 'Metadata of a message, as the last sync saw it.',
    date: 'The time in the Date header, which the sender chose; null without a valid one.',
    internal_date: 'When it arrived in the mailbox, by the server (INTERNALDATE); null when it is not known.',
    unreadable: 'The server reports nothing about it: only its UID is known.',
    uid_validity: 'IMAP identifies the message by this together with `folder` and `uid`.',
  },
  Event: {
    '': 'An event of a log, as it was written.',
    version: 'From 1, without gaps.',
    type: 'What happened, such as `AttemptFailed`. Expect types that you do not know.',
    data: 'By type.',
  },
  Facets: {
    '': 'What the matches have in common: how many there are by value. A field that was not asked for is null.',
    exact:
      'True: all matches were looked at and counted. False: without a filter the counts come from counters, which are seconds behind lists; with a filter they are of the jobs that were looked at.',
    cut: 'The fields with more values than are shown: only the 100 most frequent are there.',
  },
  Failure: {
    '': 'A failure code explained.',
    scope: 'Whom it concerns: the job, every job of its credential, or every credential on the host.',
    who: 'Who must act for it to go away.',
    max_attempts:
      'Failed attempts until a job is `failed`, unless the job has its own `max_attempts`; 1: not tried again by itself. Null: tried until it succeeds.',
    first_delay_seconds:
      'The wait after the first failure; null: not tried again. If the provider says how long to wait, that time is used instead.',
    longest_delay_seconds:
      'The longest wait between two attempts; null: not tried again. The waits grow from the first to this.',
    delays_are: '`up_to`: each wait is drawn by chance, at most that long. `about`: up to a tenth longer.',
  },
  FailureCategory: {
    '': 'Decides whether and when a failed attempt is made again. Exceptions: `command_failed` has its own numbers; a `max_attempts` of the job, and a waiting time that the provider asks for, take precedence. `GET /api/failures` has the numbers of each code.',
  },
  FailureCode: { '': 'Explained by `GET /api/failures`. Expect codes that you do not know.' },
  Job: {
    '': 'One run of a task against a mailbox.',
    task_id: 'The task it came from.',
    payload: "By action: the task's when the job was made.",
    priority: '-10 to 10; above 0 it goes by the faster queue.',
    waiting_on:
      'What keeps it from starting. Null when nothing does, while it runs, and once it has ended. Null before its time, except when a job was handed back: then the reason is shown until `waiting_until`.',
    waiting_until: 'When that ends by itself; null when `waiting_on` is, or the end is not known.',
    attempt_count:
      'Attempts begun since the job was made. A retry does not set it back, so it may be higher than `max_attempts`, which counts from the last retry on. `attempts_left` says what remains.',
    max_attempts:
      'Failed attempts until the job is `failed`, counted from the last retry on, for failures that are tried again at all; rate limits do not count. Null: as the failure code allows (`max_attempts` in `GET /api/failures`).',
    attempts_left:
      'Attempts that remain before the job becomes `failed`, the running one included, if each of them fails as the last one did (before a first failure: as a closed connection). A failure that is not tried again ends the job at once. 0 once it has ended.',
    run_at: 'Not before this time, as somebody asked.',
    next_attempt_at: 'When it may run next; null while it runs and once it has ended.',
    started_at: 'Start of the first attempt.',
    finished_at: 'When it succeeded, failed or was resolved; null while it has not ended.',
    failed_at: 'Set exactly while the status is `failed`.',
    last_error_code: 'Why the last failed attempt failed. It is kept after a later success.',
    last_error_detail: 'What the server or the worker reported, without secrets; at most 300 characters.',
    last_error_at: 'When the last failed attempt failed. It is kept after a later success.',
    outcome_unknown: 'An attempt may have taken effect although its answer never came.',
    progress:
      'How far the running attempt has come: of a sync, messages stored. Null when the job does not run, and in the first three seconds of each continuation of an attempt. `at` says when it was stored; it is renewed every 13 seconds.',
    result: 'By action, once it has succeeded.',
    resolution:
      'Who ended it by hand, and why; `kind` says whether by `cancel` or by `resolve`. Null unless the status is `resolved`.',
    source:
      'What made it: a request for its task, its schedule, or an event at a webhook endpoint. `id` names the task or the endpoint.',
    bulk_id: 'The bulk operation that changed it last; null: none.',
    stalled:
      'It should have started, or its worker should have reported, some time ago, and nothing is known that it waits for.',
    host: 'The mail server of its credential, as `host:port`. Null when it is not known: the credential was deleted or altered.',
    credential_label: 'The present label of its credential; null when it has none.',
    allowed_commands:
      'The commands that the caller may give now, by role and by the state of the job, without optional parameters such as `force`. `update` stands for changes of priority, labels and attempts.',
    version: 'What `ETag` holds, and `If-Match` names.',
  },
  JobFilter: {
    '': 'Fields are AND-ed; the values of one field are OR-ed.',
    label: 'One of its labels: one value, or a list of which one must fit.',
    host: 'Jobs on one of these mail servers: `host:port`, or a host alone for all its ports.',
    last_error_at: 'When the last failure was, whatever the status is now.',
    q: 'Words to search for, separated by blanks. Each must occur, in upper or lower case, in the id, action, task id, error code, error detail or a label.',
  },
  LogEntry: {
    '': 'An entry of the audit: what people did, and what the system did to jobs, tasks, credentials, bulk operations, webhook endpoints and accounts.',
    subject_id: 'The id of what it was done to. That may be deleted by now.',
    action: "The event's type in snake case, such as `job_retry_requested`.",
    data: 'By action. Of a deletion, `last_state` says what was deleted; entries of earlier releases do not have it.',
    request_id: 'Of the request that did it, as `x-request-id` named it; null when none did.',
  },
  JobCommand: { '': 'What may be done to a job: each is a route of its own.' },
  JobStatus: {
    '': [
      '`scheduled`: it waits for its `run_at`.',
      '`queued`: it starts as soon as nothing keeps it.',
      '`running`: a worker is at it.',
      '`retrying`: an attempt failed and another one follows by itself.',
      '`succeeded`, `failed`: it has ended so.',
      '`resolved`: somebody ended it, by `resolve` or `cancel`.',
    ].join(' '),
  },
  LogFilter: { '': 'Fields are AND-ed; the values of one field are OR-ed.' },
  Mailbox: {
    '': 'A folder of a mailbox, as the last sync saw it.',
    path: 'The name for people, and the one that payloads take. No other folder of the credential has it.',
    name: 'The spelling that the server uses in its list: what is sent in commands.',
    last_error:
      'Why the folder cannot be read: `since` the first failure in a row, `at` the last one. Null once it can be again.',
    special_use: 'The attribute of RFC 6154, such as `\\Sent`.',
    highest_modseq: 'A 64-bit number in decimal.',
    synced_messages: 'Messages whose metadata is here.',
    sync_level:
      'What the server offers for finding changes: mod-sequences with QRESYNC, mod-sequences alone, or neither.',
  },
  Period: {
    '': 'A time: `gte` inclusive, `lt` exclusive; absolute in UTC, or relative to now like `-24h` (s, m, h, d, w).',
  },
  Secret: { '': 'Goes in and never comes out.' },
  SyncAccepted: { '': 'The task of this sync, which every later one shares, and the job that was made of it.' },
  SyncMailboxesPayload: { namespaces: 'Which namespaces (RFC 2342) are read.' },
  SyncMessagesPayload: {
    folder: "A mailbox's path; null: every selectable personal mailbox but \\All and \\Flagged.",
    since: 'Only messages that arrived on or after this day.',
  },
  WebhookTest: { '': 'How the endpoint answered the sample.', status: 'Null when it did not answer.' },
  Task: {
    '': "Somebody's intent: what to do with which mailbox. A trigger makes a job of it, and so does its schedule.",
    payload: 'By task type.',
    schedule:
      'An interval, or a cron expression with its time zone. The schedule makes no job while another job of the task has not ended.',
    paused: 'Somebody has turned its schedule off.',
    suspended:
      'Why and since when the system has turned its schedule off: three runs in a row failed for a cause that does not go away by itself, or its credential was deleted or is not one of the account. Null: it has not.',
    next_runs: 'When it is due next; none while its schedule is off.',
    skipped_runs:
      'Due times at which no job was made: another job of the task had not ended, or the credential was parked.',
    status:
      'Follows its last job. `idle`: there is none, or it was resolved. `active`: it has not ended. `succeeded`, `failed`: it has ended so. `suspended`: `suspended` is set, or the credential is gone; then the task makes no jobs.',
    version: 'What `ETag` holds, and `If-Match` names.',
  },
  WaitReason: {
    '': [
      'What keeps a job from starting.',
      '`credential_suspect`: the credential failed once; one job tries again after ten minutes.',
      '`credential_parked`: it failed twice in a row; it is tried again 1, 6 and 24 hours later. `status_reason` of the credential says why.',
      '`credential_paused`, `account_paused`: an operator has paused the credential or the account.',
      '`rate_limited`: the provider asked us to slow down, or takes no further connections.',
      '`connection_slot`: all connections that the credential may have at once (`max_connections`) are in use; the job starts when one is free.',
      '`account_share`: the account has as many attempts running as it may have at once.',
      '`host_parked`: its mail server has not answered in time; it is tried again within 15 minutes.',
    ].join(' '),
  },
};

/** What the parameters of paths mean, by name. */
export const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  account_id: 'The account, `acc_…`. The token must reach it.',
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

/** What the parameters of queries mean, by name, or by operation and name. A schema's own description comes before. */
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
    'By the hour in which jobs were made, or in which they ended. With `ended_at` the failed ones are counted by error too, and `host` cannot be given.',
  limit: 'How many items the page may have, at most 100.',
  cursor: '`page.next_cursor` of the page before, to get the next page. Not together with `offset`.',
  offset: 'How many items to skip from the start. Not together with `cursor`.',
  status: 'Only jobs in one of these statuses.',
  'listJobs.action': 'Only jobs that do one of these actions.',
  'listLogs.action': 'Only entries that report one of these actions.',
  last_error_code: 'Only those whose last error has one of these codes.',
  q: 'Words to search for, separated by blanks. Each must occur, in upper or lower case, in the id, action, task id, error code, error detail or a label.',
  'deleteJob.force': 'Delete it even if it is running.',
  'deleteCredential.force': 'Delete it even if jobs, schedules or webhook endpoints use it.',
  group_by:
    'Also count open and failed jobs by their credential, mail server (`host:port`), reason to wait, or last error code (of failed and retrying jobs).',
  host: 'Only jobs on these mail servers: `host:port`, or a host alone for all its ports.',
  bucket: 'How much time one point stands for.',
  reason: 'Why, in one line. The audit shows it.',
  from: 'Start of the first hour; 24 hours before `to` if it is absent.',
  to: 'A time in the last hour; now if it is absent. At most 31 days after `from`.',
  outcome: 'Only items with one of these outcomes.',
  subject: 'Only entries about these kinds of things.',
  subject_id: 'Only entries about the things with these ids.',
  actor_id: 'Only entries about what these persons (`uid`), workers, providers or parts of the system did.',
};
