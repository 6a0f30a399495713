/** What the schemas do not say by themselves, by schema name and field; under '' what is said of the schema itself. */
export const DESCRIPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AccountId: { '': 'An account, as the token names it in its claim `acc`.' },
  Actor: { '': 'Who did it: a user by the claim `uid`, a worker, a provider, or a part of the system.' },
  BulkDryRun: {
    '': 'What a bulk operation would touch. Nothing was done.',
    matched_is_exact: 'False: there are more than could be looked at.',
    sample: 'Some of the jobs that match.',
  },
  BulkItem: {
    '': 'What a bulk operation did to one job.',
    code: 'Why it was skipped or failed: a problem code. Null when it was done.',
  },
  BulkOperation: {
    '': 'A bulk operation. Its set: the jobs that match when they are visited and were made before it was received.',
    filter: 'As frozen at receipt: every list and every time is spelled out.',
    job_ids: 'The jobs that were named instead of a filter.',
    created_before: 'Only jobs made before this are touched.',
    limit: 'The most jobs it touches; null: all of them.',
    expected: 'How many jobs it was expected to touch; null: too many to count.',
    rate_per_second:
      'The pace. Retry and trigger: at most so many jobs start in a second, evenly spread. Resolve and delete: at most so many change in a second.',
    matched: 'Jobs selected so far.',
    done: 'Jobs on which the action took effect.',
    skipped: 'Jobs whose state did not allow the action.',
    failed: 'Jobs on which the action failed.',
    by: 'The `uid` of who asked for it.',
    waiting_on:
      '`views`: the lists do not yet hold all jobs that existed at receipt. An operation that failed so has touched no job.',
    waiting_since: 'When it began to wait; null when it does not.',
    aborting: 'Somebody asked it to stop; it does at the end of the chunk it is at.',
    estimated_end_at: 'By what is left at its pace; null when that is unknown, or it has ended.',
  },
  Coverage: {
    '': 'How far a bounded read has come: whatever was not looked at is told, never passed over in silence.',
    examined: 'Entries looked at for this reply.',
    from: 'Start of the time in which nothing was left out, by this page and those before it; null: open.',
    to: 'End of that time; null: open.',
    complete: 'Whether nothing is left to look at.',
  },
  Credential: {
    '': 'How a mailbox is reached, and how that goes. Its secret is in no reply. Its fields are null when its row was altered past this API and cannot be read.',
    auth_kind: 'How it logs in. A credential is made with `password`.',
    external_ref: 'An id of yours.',
    tls_certificates:
      'The certificates of `tls_ca_pem`, which are trusted beside the public authorities; of a longer chain the first ten. Empty when there are none.',
    status:
      '`unverified` until it is used with success. `suspect` after a first failure that holds for each of its jobs, `parked` after a second in a row: then its jobs wait. `status_reason` says what the failure is. `paused` while an operator holds its jobs.',
    status_reason:
      'The failure code behind `suspect` and `parked`, or of the last test of a credential that is not verified: a refused password, a host that does not exist, a bad certificate and so on. `GET /api/failures` has its `next_step`. `credential_altered` when its fields cannot be read.',
    next_probe_at: 'When it is tried again by itself.',
    waiting_jobs:
      'Jobs that are due and wait for this credential: their `waiting_on` is `credential_suspect`, `credential_parked`, `credential_paused` or `rate_limited`. Counted among its 1,000 newest open jobs.',
    generation:
      'Goes up by one when the host, port or user name changes: the credential may then mean another mailbox. Jobs that were made for the mailbox before change nothing in the new one.',
    version: 'What `ETag` holds, and `If-Match` names.',
  },
  Certificate: { '': 'A certificate that a credential trusts beside the public authorities.' },
  CredentialTest: { '': 'What a login and a look around came to.' },
  Delivery: {
    '': 'One event of a provider, however often it was sent; or a sample of what was refused.',
    at: 'When it was received first.',
    event_at: 'When it happened, by the provider; null when it does not tell.',
    reason: 'Why it was refused, or makes no job.',
    job_id: 'The job that it led to; null until then.',
    folded: 'Whether that job was there already, or is shared with others that asked for the same.',
  },
  Email: {
    '': 'Metadata of a message, as the last sync saw it.',
    unreadable: 'The server cannot answer for it: only its UID is known.',
    uid_validity: 'With `uid` and `folder` what IMAP knows it by.',
  },
  Event: {
    '': 'An event of a log, as it was written.',
    version: 'From 1, without gaps.',
    type: 'What happened, such as `AttemptFailed`. Expect types that you do not know.',
    data: 'By type.',
  },
  Facets: {
    '': 'What the matches have in common: how many there are by value.',
    exact: 'All matches were counted; else those among the jobs looked at.',
  },
  Failure: {
    '': 'A failure code explained.',
    scope: 'Whom it concerns: the job, every job of its credential, or every credential on the host.',
    who: 'Who must act for it to go away.',
    max_attempts:
      'Failed attempts until a job is `failed`, unless the job has its own `max_attempts`; 1: not tried again by itself. Null: tried until it succeeds.',
    first_delay_seconds:
      'The wait after the first failure; null: not tried again. A hint of the provider takes its place.',
    longest_delay_seconds:
      'The longest wait between two attempts; null: not tried again. The waits grow from the first to this.',
    delays_are: '`up_to`: each wait is drawn by chance, at most that long. `about`: up to a tenth longer.',
  },
  FailureCategory: { '': 'Decides alone whether and when a failed attempt is made again.' },
  FailureCode: { '': 'Explained by `GET /api/failures`. Expect codes that you do not know.' },
  Job: {
    '': 'One run of a task against a mailbox.',
    task_id: 'The task it came from.',
    payload: "By action: the task's when the job was made.",
    priority: '-10 to 10; above 0 it goes by the faster queue.',
    waiting_on:
      'What keeps it from starting although its time has come. Null before `next_attempt_at`, while it runs, once it has ended, and when nothing keeps it.',
    waiting_until: 'When that ends by itself; null when nothing keeps it, or the end is not known.',
    attempt_count:
      'Attempts begun since the job was made. A retry does not set it back, so it may be higher than `max_attempts`, which counts from the last retry on. `attempts_left` says what remains.',
    max_attempts:
      'Failed attempts until the job is `failed`, counted from the last retry on, for failures that are tried again at all; rate limits do not count. Null: as the failure code allows (`max_attempts` in `GET /api/failures`).',
    attempts_left:
      'Attempts that remain before the job becomes `failed`, the running one included, if each of them fails as the last one did (before a first failure: as a closed connection). A failure that is not tried again ends the job at once. 0 once it has ended.',
    run_at: 'Not before this time, as somebody asked.',
    next_attempt_at: 'When it may run next; null while it runs and once it has ended.',
    started_at: 'Start of the first attempt.',
    failed_at: 'Set exactly while the status is `failed`.',
    last_error_code: 'Stays after a later success, for the story.',
    last_error_detail: 'Redacted, at most 300 characters.',
    outcome_unknown: 'An attempt may have taken effect although its answer never came.',
    progress:
      'How far the running attempt has come: of a sync, messages stored. Null when the job does not run, and in the first three seconds of a part of an attempt. `at` says when it was stored; it is renewed every 13 seconds.',
    result: 'By action, once it has succeeded.',
    resolution:
      'Who ended it by hand, and why; `kind` says whether by `cancel` or by `resolve`. Null unless the status is `resolved`.',
    bulk_id: 'The bulk operation that changed it last; null: none.',
    stalled: 'Due or lost for longer than it should be, with nothing that it waits on.',
    version: 'What `ETag` holds, and `If-Match` names.',
  },
  JobFilter: {
    '': 'Fields are AND-ed; the values of one field are OR-ed.',
    label: 'One of its labels: one value, or a list of which one must fit.',
    host: 'Jobs on one of these mail servers: `host:port`, or a host alone for all its ports.',
    last_error_at: 'When the last failure was, whatever the status is now.',
    q: 'Words to search for, separated by blanks. Each must occur, in upper or lower case, in the id, action, task id, error code, error detail or a label.',
  },
  JobStats: {
    '': 'Exact counts of the jobs of an account.',
    by_error_code: 'Failed and retrying jobs only.',
    groups:
      'Open and failed jobs by group, when `group_by` asked for them; newest first, as many as one request reads.',
  },
  JobStatsSeries: {
    '': 'Jobs by the hour they were made in, each with the status it has now.',
    points: 'One per hour, ascending, also for hours without jobs.',
  },
  LogEntry: {
    '': 'An entry of the audit: what people did, and whatever happened to credentials and bulk operations.',
    subject_id: 'The id of what it was done to. That may be deleted by now.',
    action: "The event's type in snake case, such as `job_retry_requested`.",
    data: 'By action. Of a deletion, `last_state` says what was deleted; entries of earlier releases do not have it.',
    request_id: 'Of the request that did it, as `x-request-id` named it; null when none did.',
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
  SyncMailboxesResult: {
    listing: '`damaged`: the list could not be read whole, and nothing is missing, removed or renamed by it.',
  },
  SyncMessagesResult: {
    complete: 'Whether all that the server has is stored; false when folders were refused or the list was damaged.',
    listing:
      '`damaged`: the list of folders could not be read whole. What was readable, and what is known, was synced.',
    refused: 'Folders that could not be opened or read, at most 20; `last_error` of the mailbox says why.',
    refused_count: 'All of them, also those that are not tried again yet.',
    flags: '`window`: the server cannot tell which flags changed, so only the newest messages were compared.',
  },
  WebhookEndpoint: {
    '': 'Where a provider reports to, and what its events make.',
    url: 'What the provider is given.',
    target: 'The credential that is meant, or by what name the event tells it.',
    event_types: 'Only these make jobs; null: all do.',
    settings: 'By provider: what its requests are verified by besides the secret.',
    silent_after: 'When nothing comes for so long the endpoint is silent, and an alarm is raised.',
    silent_since: 'Since when it is silent; null while it is not.',
    last_delivery_at: 'Of the last that is verified and no sample.',
  },
  WebhookEndpointWithSecret: {
    secret: 'Shown once: null in the reply to a repeated request, and of a provider that has none.',
  },
  WebhookTest: { '': 'How the endpoint answered to the sample.', status: 'Null when it did not.' },
  Task: {
    '': "Somebody's intent: what to do with which mailbox. A trigger makes a job of it, and so does its schedule.",
    payload: 'By task type.',
    schedule: 'An interval, or a cron expression with its time zone; at most one job of the task is alive at a time.',
    paused: 'Somebody has turned its schedule off.',
    suspended: 'Its schedule is off because three runs in a row failed by a cause that will not mend itself.',
    next_runs: 'When it is due next; none while its schedule is off.',
    skipped_runs: 'Due times that were passed over: a job was alive, or the credential parked.',
    status: 'Follows its last job.',
    version: 'What `ETag` holds, and `If-Match` names.',
  },
  WaitReason: {
    '': [
      'What keeps a due job from starting.',
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
  bulk_id: 'The bulk operation, `blk_…`.',
  log_id: 'The entry of the audit, `log_…`.',
};

/** What the parameters of queries mean, by name, or by operation and name. A schema's own description comes before. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  task_id: 'Only jobs of these tasks.',
  credential_id: 'Only what belongs to these credentials (mailboxes), `pc_…`.',
  bulk_id: 'Only jobs that were last changed by one of these bulk operations.',
  in_error: '`true`: only folders that syncs cannot read; `false`: only the others.',
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
  group_by: 'Also count open and failed jobs by their credential, mail server (host), or reason to wait.',
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

/** `info.description`. */
export const OVERVIEW = `Work on connected mailboxes as jobs that an operator can see, search and recover.

**Who may what.** \`Authorization: Bearer <JWT>\`, checked by the gateway (RS256; issuer, audience, expiry). Its claims: \`acc\` (an account or a list; a token with anything else in it is refused), \`uid\` (a name), and \`role\`: a \`viewer\` reads, a \`member\` also makes and triggers tasks and commands jobs, an \`owner\` also deletes, acts in bulk on a filter, orders what cannot be undone and manages credentials. \`x-required-role\` names the least role of an operation. Whatever belongs to another account answers as if it did not exist.

**Replies.** A success is \`{"data": …}\`; a list adds \`page\`, a search \`coverage\`. Absent values are null, never missing. Expect fields that you do not know. Every reply of ours has \`x-request-id\`; a resource with a version has it in \`ETag\`.

**Refusals** are \`application/problem+json\` (RFC 9457), told apart by \`code\`. They are checked in this order: 401, 403, 413, 415, 400 \`invalid_json\`, 422 \`invalid_request\` (unknown fields and parameters are refused too), 404, 400 \`invalid_cursor\`, 412, 409. A refused request has changed nothing. A path or method that is not here answers 404 \`not_found\`. Replies with \`{"message": …}\` are the gateway's own and have no \`x-request-id\`.

**Pages.** The next page is asked for with \`page.next_cursor\` as \`cursor\`, until that is null. A page may hold fewer items than \`limit\`, or none, although more follow. A cursor is opaque and good for the very query that it came from.

**Doing something once.** With an \`Idempotency-Key\` (scope: account, method, path) a repeated request is answered by what the first one did. The same key with another body: 422 \`idempotency_key_reused\`. Only accepted requests are remembered.

**Bodies** are JSON in UTF-8, at most 256 KB and 32 levels deep, with \`content-type: application/json\`. Where no field is required the body may be left out. Lengths of text are counted in UTF-16 code units.`;

/** What the operations are sorted by, and which paths belong to each: the first that fits. */
export const TAGS = [
  { name: 'bulk operations', paths: /\/jobs\/(?:bulk|search-delete)$|\/bulk-operations/, about: 'Many jobs at once.' },
  { name: 'jobs', paths: /\/jobs/, about: 'What runs, ran, waits or failed.' },
  { name: 'tasks', paths: /\/tasks|\/imap\//, about: 'What to do with which mailbox.' },
  { name: 'credentials', paths: /\/provider-credentials/, about: 'How mailboxes are reached.' },
  { name: 'webhooks', paths: /\/webhook-endpoints/, about: 'Where providers report what happened, and what came.' },
  {
    name: 'account',
    paths: /\/accounts\/\{account_id\}\/(?:pause|resume)$/,
    about: 'Everything of an account at once.',
  },
  { name: 'mail', paths: /\/mailboxes$|\/emails/, about: 'What syncs brought.' },
  { name: 'audit', paths: /\/logs/, about: 'Who did what, when and why.' },
  { name: 'service', paths: /\/(?:health|openapi\.json|failures)$/, about: 'The API itself.' },
] as const;
