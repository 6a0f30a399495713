import type { Operation } from '../../http/routes.ts';

/** Descriptions that a new user of an operation needs in addition to its summary. Every operation has an entry. */
export const OPERATIONS: Readonly<Record<Operation, string>> = {
  health: 'Needs no token. It does not read the database: it shows that the gateway and one function work.',
  openapi: 'Needs no token. OpenAPI 3.1 in JSON, for generators of clients and for documentation pages.',
  signIn:
    'Needs no token. A browser or a command line starts with it: the discovery document of `issuer` (`/.well-known/openid-configuration`) names the endpoints for the authorization code flow with PKCE.',
  me: 'For a console or a command line: it shows which commands may be offered, and for which accounts. `role` counts for all of them.',
  listJobs:
    'Without parameters: all jobs, whatever their status. Parameters narrow the list; each may come more than once (`status=failed&status=retrying`). For times, labels and ranges use `POST …/jobs/search`.',
  searchJobs:
    'One request examines at most 1,000 jobs. So a page may hold few jobs, or none, and still have a `next_cursor`: more may follow. `coverage` says which jobs were examined. With `facets` the first page also counts the matches: `true` by status, action, error code and error category; a list of fields by those, among them `host`, `credential_id`, `label` and `waiting_on`. The text search can be given as `query` or as `filter.q`: both mean the same.',
  searchDeleteJobs:
    'Makes a bulk operation with the action `delete` and answers at once; the jobs are deleted afterwards, at the pace of `rate_per_second`. At least one of `filter`, `query` and `older_than` must be given. With `dry_run` nothing is deleted: the reply counts the jobs that match and shows some of them.',
  bulkJobs:
    'Makes a bulk operation and answers at once; the work is done afterwards, at the pace of `rate_per_second`. Give either `filter` or `job_ids`. The jobs of a filter are those that match when their turn comes and were made before the request. Try it with `dry_run` first: the reply then counts the jobs that match and shows some of them. `GET /api/bulk-operations/{bulk_id}` shows the progress, `…/items` the outcome of each job.',
  jobStats:
    'Without `host` the counts are of all jobs, however many there are. They come from counters: no change is left out or counted twice, but it is in the counts only seconds after it is in lists (`GET …/jobs`), which are themselves seconds behind `GET /api/jobs/{job_id}`. With `host` at most 1,000 jobs are examined, the newest first, and `coverage` says which. With `group_by` the reply also has `groups`. They count the newest open and failed jobs, at most 1,000. `coverage` of the groups says whether these were all.',
  jobStatsSeries:
    'For charts. Hours without jobs are in the reply too, with zeros. A series has at most 31 days. Without `host` the counts come from counters, which are seconds behind lists, as in `…/jobs/stats`.',
  listFailures:
    'A failed or retrying job has one of these codes in `last_error_code`; so does a credential in `status_reason`. `who` says who must act, and `next_step` what to do.',
  listFailureGroups:
    'The start for an outage: which failure, at which mail server, how many jobs. `failed` and `retrying` come from counters: exact, and seconds behind lists. `credentials`, `first_at` and `sample_job_id` come from the newest 1,000 failed and retrying jobs; `coverage` says whether these were all. With `by=action` each group has one item per action, with the same `id`. A muted group stays in the list, unless `muted=false` is given.',
  getFailureGroup: 'A group can be read for some days after its last job has left it.',
  muteFailureGroup:
    'For a failure that is known. The group stays in counts and lists, and its jobs are treated as before. When `until` is over, the group asks for attention again at its next failure. If a muted group is muted again, time and note are replaced.',
  unmuteFailureGroup: 'The group asks for attention again.',
  getJob:
    'The reply is up to date at the moment of the request. `waiting_on` says why a job that is due does not run, `last_error_code` why its last attempt failed.',
  listJobEvents:
    'The events are the full history of the job: when it was made, each attempt with its outcome, and each command with the person who gave it.',
  retryJob:
    'For a job that has failed, or that waits for its next attempt. It gets all its attempts again, so it may fail as often as a new job. If its credential or a pause keeps it from starting, it waits until that ends.',
  triggerJob:
    'For a job that should not wait any longer: one attempt starts now, even if its credential is suspect or parked, or its `run_at` is in the future. If the attempt fails, the usual rules apply. A job that has ended can be triggered too: it runs once more. Only a copy that has succeeded needs `force` for that, since it would make further copies.',
  cancelJob:
    'Its status becomes `resolved`, with `resolution.kind: cancelled`. If a worker is running it, the worker stops within about 13 seconds, and nothing that it reports after this request is accepted. A failed job is ended with `resolve`.',
  resolveJob:
    'For a job that should not run any more, or whose problem was solved in another way. Any job can be resolved unless it has succeeded or is resolved already. If it is running, its worker stops within about 13 seconds, and nothing that the worker reports after this request is accepted.',
  reopenJob:
    'For a job that was resolved or cancelled too early. It becomes `failed`, even if it never failed before, and keeps its events and its last error. Nothing runs: use `retry` or `trigger` afterwards. The system may retry it, like any failed job, when its credential works again.',
  updateJob:
    'Only fields that are given change. A running job cannot be changed; `run_at` only of a job that waits. Its task stays as it is: change the task for later jobs.',
  deleteJob:
    'The job is removed from all lists, searches and counts. Its audit entries stay. A running job is deleted only with `force`, and then its worker stops within about 13 seconds.',
  listBulkOperations:
    'Operations of persons and of the system itself, for example retries after a credential works again.',
  getBulkOperation:
    'While it runs, `matched`, `done`, `skipped` and `failed` grow, and `estimated_end_at` says when it should end.',
  listBulkItems:
    'One entry for each job that the operation has processed. A job whose state did not allow the action is `skipped`, with the reason in `code` and `detail`.',
  abortBulkOperation: 'It stops after the jobs of its present chunk, at most a hundred. Other jobs stay as they are.',
  listLogs:
    'The audit records the commands of people, and the actions of the system on jobs, tasks, credentials, bulk operations, webhook endpoints and accounts. Its entries are kept longer than the jobs. Parameters narrow the list; each may come more than once.',
  searchLogs:
    'Like the list, with more fields and with times. A page may hold few entries, or none, and still have a `next_cursor`.',
  getLog: 'The entry with all data of the event.',
  listLogEvents:
    'This works even if the resource was deleted. The events of a deleted job can be read until retention erases them; then the answer is 404.',
  createTask:
    'A task says what to do (`task_type` and `payload`) with which mailbox (`target_credential_id`). It makes jobs when it is triggered, and by its `schedule` if it has one. `task_type` decides which payload is valid. Messages are named by `folder`, `uid_validity` and `uids`, or by `email_ids` of one folder.',
  listTasks: 'Tasks that were created by requests, and tasks that the sync routes share.',
  searchTasks: 'Like the list, with filters. A page may hold few tasks, or none, and still have a `next_cursor`.',
  getTask: '`status` follows the last job of the task; `next_runs` shows when the schedule makes the next ones.',
  updateTask:
    'Only fields that are given change; a given `payload` replaces the old one as a whole. `schedule: null` ends the schedule.',
  deleteTask:
    'The schedule ends with the task. Its jobs stay as they are: resolve or delete them if they should not run.',
  pauseTask: 'Only for a task with a schedule. Runs that become due while it is paused are skipped.',
  resumeTask:
    'The task makes jobs again from its next due time on. It also ends a suspension, which the system starts after three runs in a row that failed for a cause that does not end without a person.',
  triggerTask: 'The job runs as soon as a worker is free. The schedule of the task does not change.',
  syncMailboxes:
    'A short way to make and trigger the task `imap_sync_mailboxes`. It reads the list of folders from the mail server; `GET …/mailboxes` shows it afterwards. Requests for the same sync share one task; each makes a job of its own.',
  syncMessages:
    'A short way to make and trigger the task `imap_sync_messages`. It reads the metadata of messages from the mail server, never their contents; `GET …/emails` shows it afterwards. Requests for the same sync share one task; each makes a job of its own.',
  createCredential:
    'A credential is one mailbox: its server and its login. Its status is `unverified` until the first login; `POST …/test` logs in at once.',
  listCredentials: 'With the status of each and the number of jobs that wait for it.',
  searchCredentials:
    'Like the list, with filters. A page may hold few credentials, or none, and still have a `next_cursor`.',
  getCredential:
    '`status` says whether logins work, `status_reason` why they do not, and `waiting_jobs` how many jobs wait for it.',
  deleteCredential:
    'Without `force` it is refused while jobs, schedules or webhook endpoints use the credential; the reply counts them. With `force` its unfinished jobs are resolved, its schedules suspended and its webhook endpoints disabled.',
  testCredential:
    'Connects to the mail server, logs in and lists the folders. Nothing in the mailbox changes. If it succeeds, jobs that waited for the credential continue; if it fails, the reply says why.',
  testNewCredential:
    'The body is that of `POST …/provider-credentials`. Nothing is stored, neither the secret nor the result, and nothing in the mailbox changes. If it fails, the reply says why. A test with OAuth uses the refresh token once. If your provider accepts each refresh token only once, create the credential first and test it then.',
  rotateCredential:
    'For a new password or new OAuth tokens. Use `POST …/test` afterwards: when it succeeds, jobs that waited because the old secret was refused continue.',
  updateCredential:
    'Only fields that are given change. The secret must be in the same request when the change could send it to another place: another `host` or `port`, a less safe `security_mode`, or another `tls_ca_pem`.',
  pauseCredential:
    'For maintenance of a mailbox. Jobs can still be made; they wait with `waiting_on: credential_paused`.',
  resumeCredential: 'It also ends a pause whose end is in the future. The jobs that waited start gradually.',
  pauseAccount: 'Jobs can still be made; they wait with `waiting_on: account_paused`.',
  resumeAccount: 'It also ends a pause whose end is in the future. The jobs that waited start gradually.',
  createWebhookEndpoint:
    'The reply has the `url` to enter at the provider and, once, the `secret`. Each verified event of the provider becomes a job with this `action` and `payload`. `action` decides which payload is valid. Messages are named by UIDs here, not by `email_ids`.',
  listWebhookEndpoints: 'Without their secrets, which are shown only when they are made or rotated.',
  getWebhookEndpoint: '`last_delivery_at` and `silent_since` say whether the provider still sends events.',
  updateWebhookEndpoint:
    'Only fields that are given change; a given `payload` or `settings` replaces the old one as a whole. While `enabled` is false, events are verified and kept but make no jobs.',
  deleteWebhookEndpoint: 'After that the URL answers 404. Its jobs and its audit entries stay.',
  rotateWebhookSecret:
    'Without `secret` in the body a random one is made. Enter it at the provider within 24 hours: until then requests with the former secret are accepted too.',
  testWebhookEndpoint:
    'The sample goes to the public URL of the endpoint and through all checks. The job that it makes does real work in the mailbox.',
  listDeliveries: 'Each entry says which job an event led to, or why it led to none.',
  getDelivery:
    'An event that led to a job names it in `job_id`. Deliveries are kept for 30 days, even if their endpoint is deleted.',
  listMailboxes:
    'The stored folders. The mail server is not asked. `path` is the name that payloads take as `folder`; `last_error` says why a folder cannot be read.',
  listEmails:
    'The stored messages. The mail server is not asked. The `id` of an email can be used in the `email_ids` of a task.',
  searchEmails:
    'Searches the stored metadata: subjects, addresses, flags, dates and sizes. Message bodies are never stored. A page may hold few emails, or none, and still have a `next_cursor`.',
  getEmail:
    'The id names the message in its folder at the last sync. A message that was moved has another id afterwards.',
};
