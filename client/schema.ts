// Written by `npm run openapi` from functions/api/openapi/openapi.json. Do not edit it.

export interface paths {
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows that the API answers.
         * @description Needs no token. It does not read the database: it shows that the gateway and one function work.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document.
         * @description Needs no token. OpenAPI 3.1 in JSON, for generators of clients and for documentation pages.
         */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows where to sign in: the data that a browser or a command line needs to get a token.
         * @description Needs no token. A browser or a command line starts with it: the discovery document of `issuer` (`/.well-known/openid-configuration`) names the endpoints for the authorization code flow with PKCE.
         */
        get: operations["signIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows who the caller is: the name, the role and the accounts of the token.
         * @description For a console or a command line: it shows which commands may be offered, and for which accounts. `role` counts for all of them.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the jobs of an account, newest first.
         * @description Without parameters: all jobs, whatever their status. Parameters narrow the list; each may come more than once (`status=failed&status=retrying`). For times, labels and ranges use `POST …/jobs/search`.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/jobs/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Searches the jobs of an account. A page may hold fewer than `limit`: more follow until `next_cursor` is null.
         * @description One request examines at most 1,000 jobs. So a page may hold few jobs, or none, and still have a `next_cursor`: more may follow. `coverage` says which jobs were examined. With `facets` the first page also counts the matches: `true` by status, action, error code and error category; a list of fields by those, among them `host`, `credential_id`, `label` and `waiting_on`. The text search can be given as `query` or as `filter.q`: both mean the same.
         */
        post: operations["searchJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/jobs/search-delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deletes every job that matches, at a pace; a dry run counts them first.
         * @description Makes a bulk operation with the action `delete` and answers at once; the jobs are deleted afterwards, at the pace of `rate_per_second`. At least one of `filter`, `query` and `older_than` must be given. With `dry_run` nothing is deleted: the reply counts the jobs that match and shows some of them.
         */
        post: operations["searchDeleteJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/jobs/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retries, cancels, resolves, triggers or deletes every job that matches a filter, or the jobs named, at a pace.
         * @description Makes a bulk operation and answers at once; the work is done afterwards, at the pace of `rate_per_second`. Give either `filter` or `job_ids`. The jobs of a filter are those that match when their turn comes and were made before the request. Try it with `dry_run` first: the reply then counts the jobs that match and shows some of them. `GET /api/bulk-operations/{bulk_id}` shows the progress, `…/items` the outcome of each job.
         *
         *     - up to 100 `job_ids`, no delete: member; dangerous jobs (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) are skipped unless an owner asks, or the action is `cancel` or `resolve`
         *     - a filter, or more `job_ids`: owner
         *     - `action: "delete"`: owner
         */
        post: operations["bulkJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/jobs/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts all jobs of an account, as they were seconds ago; with group_by also its open and failed jobs by group, newest first. With host it counts the jobs on that mail server among the newest 1,000 jobs.
         * @description Without `host` the counts are of all jobs, however many there are. They come from counters: no change is left out or counted twice, but it is in the counts only seconds after it is in lists (`GET …/jobs`), which are themselves seconds behind `GET /api/jobs/{job_id}`. With `host` at most 1,000 jobs are examined, the newest first, and `coverage` says which. With `group_by` the reply also has `groups`. They count the newest open and failed jobs, at most 1,000. `coverage` of the groups says whether these were all.
         */
        get: operations["jobStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/jobs/stats/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts jobs by the hour they were made or ended in, each with the status it has now; by default of the last 24 hours.
         * @description For charts. Hours without jobs are in the reply too, with zeros. A series has at most 31 days. Without `host` the counts come from counters, which are seconds behind lists, as in `…/jobs/stats`.
         */
        get: operations["jobStatsSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explains every failure code: what it means, who must act and how, and how often it is tried again.
         * @description A failed or retrying job has one of these codes in `last_error_code`; so does a credential in `status_reason`. `who` says who must act, and `next_step` what to do.
         */
        get: operations["listFailures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/failure-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the failed and retrying jobs of an account, grouped by failure code and mail server.
         * @description The start for an outage: which failure, at which mail server, how many jobs. `failed` and `retrying` come from counters: exact, and seconds behind lists. `credentials`, `first_at` and `sample_job_id` come from the newest 1,000 failed and retrying jobs; `coverage` says whether these were all. With `by=action` each group has one item per action, with the same `id`. A muted group stays in the list, unless `muted=false` is given.
         */
        get: operations["listFailureGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/failure-groups/{failure_group_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows a failure group.
         * @description A group can be read for some days after its last job has left it.
         */
        get: operations["getFailureGroup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/failure-groups/{failure_group_id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mutes a failure group, until a time or until it is unmuted: it no longer asks for attention.
         * @description For a failure that is known. The group stays in counts and lists, and its jobs are treated as before. When `until` is over, the group asks for attention again at its next failure. If a muted group is muted again, time and note are replaced.
         */
        post: operations["muteFailureGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/failure-groups/{failure_group_id}/unmute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets a muted failure group ask for attention again.
         * @description The group asks for attention again.
         */
        post: operations["unmuteFailureGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows one job in its present state, or with `Prefer: wait` when it has ended.
         * @description The reply is up to date at the moment of the request. `waiting_on` says why a job that is due does not run, `last_error_code` why its last attempt failed.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Deletes a job. After that only the audit shows it: the entry keeps the last state of the job and, until retention, leads to its events. A running job is deleted only with `force`.
         * @description The job is removed from all lists, searches and counts. Its audit entries stay. A running job is deleted only with `force`, and then its worker stops within about 13 seconds.
         */
        delete: operations["deleteJob"];
        options?: never;
        head?: never;
        /**
         * Changes the work of a job or its time. Starts nothing.
         * @description Only fields that are given change. A running job cannot be changed; `run_at` only of a job that waits. Its task stays as it is: change the task for later jobs.
         *
         *     A member may do this with harmless work. Dangerous work (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) needs an owner. What counts is the work after the change.
         */
        patch: operations["updateJob"];
        trace?: never;
    };
    "/api/jobs/{job_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the timeline of a job: every event, oldest first.
         * @description The events are the full history of the job: when it was made, each attempt with its outcome, and each command with the person who gave it.
         */
        get: operations["listJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a failed or retrying job a new budget of attempts. The first one starts now.
         * @description For a job that has failed, or that waits for its next attempt. It gets all its attempts again, so it may fail as often as a new job. If its credential or a pause keeps it from starting, it waits until that ends.
         *
         *     A member may do this with harmless work. Dangerous work (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) needs an owner. What counts is the work after the change.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts one attempt now, even if the job waits for something.
         * @description For a job that should not wait any longer: one attempt starts now, even if its credential is suspect or parked, or its `run_at` is in the future. If the attempt fails, the usual rules apply. A job that has ended can be triggered too: it runs once more. Only a copy that has succeeded needs `force` for that, since it would make further copies.
         *
         *     A member may do this with harmless work. Dangerous work (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) needs an owner. What counts is the work after the change.
         */
        post: operations["triggerJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels a job that has not ended.
         * @description Its status becomes `resolved`, with `resolution.kind: cancelled`. If a worker is running it, the worker stops within about 13 seconds, and nothing that it reports after this request is accepted. A failed job is ended with `resolve`.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends a failed or unfinished job with a note that it needs no more work. A running attempt is stopped.
         * @description For a job that should not run any more, or whose problem was solved in another way. Any job can be resolved unless it has succeeded or is resolved already. If it is running, its worker stops within about 13 seconds, and nothing that the worker reports after this request is accepted.
         */
        post: operations["resolveJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a resolved job failed again, with its history; starts nothing.
         * @description For a job that was resolved or cancelled too early. It becomes `failed`, even if it never failed before, and keeps its events and its last error. Nothing runs: use `retry` or `trigger` afterwards. The system may retry it, like any failed job, when its credential works again.
         *
         *     A member may do this with harmless work. Dangerous work (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) needs an owner. What counts is the work after the change.
         */
        post: operations["reopenJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/bulk-operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the bulk operations of an account, newest first. A page may hold fewer than `limit`: more follow until `next_cursor` is null.
         * @description Operations of persons and of the system itself, for example retries after a credential works again.
         */
        get: operations["listBulkOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulk-operations/{bulk_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows a bulk operation: its progress, and when it should end.
         * @description While it runs, `matched`, `done`, `skipped` and `failed` grow, and `estimated_end_at` says when it should end.
         */
        get: operations["getBulkOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulk-operations/{bulk_id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what a bulk operation did to each job, and why it skipped some.
         * @description One entry for each job that the operation has processed. A job whose state did not allow the action is `skipped`, with the reason in `code` and `detail`.
         */
        get: operations["listBulkItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulk-operations/{bulk_id}/abort": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops a bulk operation. Its changes so far are kept.
         * @description It stops after the jobs of its present chunk, at most a hundred. Other jobs stay as they are.
         */
        post: operations["abortBulkOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the audit of an account, newest first: who did what, when and why.
         * @description The audit records the commands of people, and the actions of the system on jobs, tasks, credentials, bulk operations, webhook endpoints and accounts. Its entries are kept longer than the jobs. Parameters narrow the list; each may come more than once.
         */
        get: operations["listLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/logs/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Searches the audit of an account.
         * @description Like the list, with more fields and with times. A page may hold few entries, or none, and still have a `next_cursor`.
         */
        post: operations["searchLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logs/{log_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows one entry of the audit.
         * @description The entry with all data of the event.
         */
        get: operations["getLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logs/{log_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists every event of the resource that an audit entry is about, oldest first.
         * @description This works even if the resource was deleted. The events of a deleted job can be read until retention erases them; then the answer is 404.
         */
        get: operations["listLogEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the tasks of an account, newest first.
         * @description Tasks that were created by requests, and tasks that the sync routes share.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Creates a task. It runs nothing until it is triggered or due.
         * @description A task says what to do (`task_type` and `payload`) with which mailbox (`target_credential_id`). It makes jobs when it is triggered, and by its `schedule` if it has one. `task_type` decides which payload is valid. Messages are named by `folder`, `uid_validity` and `uids`, or by `email_ids` of one folder.
         *
         *     A member may do this with harmless work. Dangerous work (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) needs an owner. What counts is the work after the change.
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/tasks/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Searches the tasks of an account.
         * @description Like the list, with filters. A page may hold few tasks, or none, and still have a `next_cursor`.
         */
        post: operations["searchTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows one task with the status of its last job.
         * @description `status` follows the last job of the task; `next_runs` shows when the schedule makes the next ones.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        /**
         * Deletes a task with its schedule. Its jobs continue.
         * @description The schedule ends with the task. Its jobs stay as they are: resolve or delete them if they should not run.
         */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /**
         * Changes later jobs of a task, and when they run. Existing jobs stay as they are.
         * @description Only fields that are given change; a given `payload` replaces the old one as a whole. `schedule: null` ends the schedule.
         *
         *     A member may do this with harmless work. Dangerous work (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) needs an owner. What counts is the work after the change.
         */
        patch: operations["updateTask"];
        trace?: never;
    };
    "/api/tasks/{task_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turns the schedule of a task off until it is resumed.
         * @description Only for a task with a schedule. Runs that become due while it is paused are skipped.
         */
        post: operations["pauseTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turns the schedule of a task on again, after a pause or a suspension.
         * @description The task makes jobs again from its next due time on. It also ends a suspension, which the system starts after three runs in a row that failed for a cause that does not end without a person.
         */
        post: operations["resumeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task_id}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a job of a task; the answer is the job.
         * @description The job runs as soon as a worker is free. The schedule of the task does not change.
         *
         *     A member may do this with harmless work. Dangerous work (`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`) needs an owner. What counts is the work after the change.
         */
        post: operations["triggerTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/imap/sync-mailboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a sync of the folders of a mailbox.
         * @description A short way to make and trigger the task `imap_sync_mailboxes`. It reads the list of folders from the mail server; `GET …/mailboxes` shows it afterwards. Requests for the same sync share one task; each makes a job of its own.
         */
        post: operations["syncMailboxes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/imap/sync-messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a sync of the messages of one folder, or of every selectable one.
         * @description A short way to make and trigger the task `imap_sync_messages`. It reads the metadata of messages from the mail server, never their contents; `GET …/emails` shows it afterwards. Requests for the same sync share one task; each makes a job of its own.
         */
        post: operations["syncMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/provider-credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the credentials of an account, newest first.
         * @description With the status of each and the number of jobs that wait for it.
         */
        get: operations["listCredentials"];
        put?: never;
        /**
         * Adds a mailbox. No reply ever shows its secret.
         * @description A credential is one mailbox: its server and its login. Its status is `unverified` until the first login; `POST …/test` logs in at once.
         */
        post: operations["createCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/provider-credentials/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Searches the credentials of an account.
         * @description Like the list, with filters. A page may hold few credentials, or none, and still have a `next_cursor`.
         */
        post: operations["searchCredentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-credentials/{credential_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows one credential: its health and its connection, never its secret.
         * @description `status` says whether logins work, `status_reason` why they do not, and `waiting_jobs` how many jobs wait for it.
         */
        get: operations["getCredential"];
        put?: never;
        post?: never;
        /**
         * Deletes a credential with its secret and mail metadata; while jobs, schedules or webhook endpoints use it, only with `force`.
         * @description Without `force` it is refused while jobs, schedules or webhook endpoints use the credential; the reply counts them. With `force` its unfinished jobs are resolved, its schedules suspended and its webhook endpoints disabled.
         */
        delete: operations["deleteCredential"];
        options?: never;
        head?: never;
        /**
         * Changes where and how a credential connects, or its names. With another host, port or user name it counts as another mailbox. Another host or port, a less safe security_mode, and another tls_ca_pem require `secret` in the same request.
         * @description Only fields that are given change. The secret must be in the same request when the change could send it to another place: another `host` or `port`, a less safe `security_mode`, or another `tls_ca_pem`.
         */
        patch: operations["updateCredential"];
        trace?: never;
    };
    "/api/provider-credentials/{credential_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Logs in and lists the folders, within 20 seconds. If the test succeeds, the credential becomes `valid`.
         * @description Connects to the mail server, logs in and lists the folders. Nothing in the mailbox changes. If it succeeds, jobs that waited for the credential continue; if it fails, the reply says why.
         */
        post: operations["testCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/provider-credentials/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tests a login before its credential is created: logs in and lists the folders, within 20 seconds.
         * @description The body is that of `POST …/provider-credentials`. Nothing is stored, neither the secret nor the result, and nothing in the mailbox changes. If it fails, the reply says why. A test with OAuth uses the refresh token once. If your provider accepts each refresh token only once, create the credential first and test it then.
         */
        post: operations["testNewCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-credentials/{credential_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces the secret. The old one is destroyed.
         * @description For a new password or new OAuth tokens. Use `POST …/test` afterwards: when it succeeds, jobs that waited because the old secret was refused continue.
         */
        post: operations["rotateCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-credentials/{credential_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keeps the jobs of a credential from starting, until a time or until it is resumed. Running jobs continue.
         * @description For maintenance of a mailbox. Jobs can still be made; they wait with `waiting_on: credential_paused`.
         */
        post: operations["pauseCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provider-credentials/{credential_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets the jobs of a paused credential continue, at a limited pace.
         * @description It also ends a pause whose end is in the future. The jobs that waited start gradually.
         */
        post: operations["resumeCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keeps all jobs of an account from starting, until a time or until it is resumed. Running jobs continue.
         * @description Jobs can still be made; they wait with `waiting_on: account_paused`.
         */
        post: operations["pauseAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets the jobs of a paused account continue.
         * @description It also ends a pause whose end is in the future. The jobs that waited start gradually.
         */
        post: operations["resumeAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the webhook endpoints of an account, newest first.
         * @description Without their secrets, which are shown only when they are made or rotated.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Creates an endpoint that receives the events of a provider. Its secret is shown once, in this reply.
         * @description The reply has the `url` to enter at the provider and, once, the `secret`. Each verified event of the provider becomes a job with this `action` and `payload`. `action` decides which payload is valid. Messages are named by UIDs here, not by `email_ids`.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-endpoints/{webhook_endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows one webhook endpoint with its deliveries of the last 24 hours as counts, never its secret.
         * @description `last_delivery_at` and `silent_since` say whether the provider still sends events.
         */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /**
         * Deletes an endpoint with its secret. Its jobs stay.
         * @description After that the URL answers 404. Its jobs and its audit entries stay.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Changes the jobs that an endpoint makes of its deliveries, or disables it.
         * @description Only fields that are given change; a given `payload` or `settings` replaces the old one as a whole. While `enabled` is false, events are verified and kept but make no jobs.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/api/webhook-endpoints/{webhook_endpoint_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives an endpoint another secret, shown once. The former secret also works for 24 more hours.
         * @description Without `secret` in the body a random one is made. Enter it at the provider within 24 hours: until then requests with the former secret are accepted too.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-endpoints/{webhook_endpoint_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a signed sample to the endpoint as its provider would. The job that it makes is real.
         * @description The sample goes to the public URL of the endpoint and through all checks. The job that it makes does real work in the mailbox.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook-endpoints/{webhook_endpoint_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the deliveries to an endpoint with their jobs, newest first, and samples of refused requests. A page may hold fewer than `limit`: more follow until `next_cursor` is null.
         * @description Each entry says which job an event led to, or why it led to none.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows one delivery to a webhook endpoint.
         * @description An event that led to a job names it in `job_id`. Deliveries are kept for 30 days, even if their endpoint is deleted.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/mailboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the folders that syncs have seen, by credential and path. A page may hold fewer than `limit`: more follow until `next_cursor` is null.
         * @description The stored folders. The mail server is not asked. `path` is the name that payloads take as `folder`; `last_error` says why a folder cannot be read.
         */
        get: operations["listMailboxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/emails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the messages that syncs have stored, newest first. A page may hold fewer than `limit`: more follow until `next_cursor` is null.
         * @description The stored messages. The mail server is not asked. The `id` of an email can be used in the `email_ids` of a task.
         */
        get: operations["listEmails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{account_id}/emails/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Searches the messages that syncs have stored, newest first. No mail server is asked.
         * @description Searches the stored metadata: subjects, addresses, flags, dates and sizes. Message bodies are never stored. A page may hold few emails, or none, and still have a `next_cursor`.
         */
        post: operations["searchEmails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/emails/{email_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the metadata of one message.
         * @description The id names the message in its folder at the last sync. A message that was moved has another id afterwards.
         */
        get: operations["getEmail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            id: string;
            paused: {
                reason: string | null;
                until: components["schemas"]["Instant"] | null;
            } | null;
            version: number;
        };
        /** @description An account, as the token names it in its claim `acc`. */
        AccountId: string;
        /**
         * @description What a task or job does in the mailbox. Each has its own payload and result.
         * @enum {string}
         */
        ActionName: "imap_sync_mailboxes" | "imap_sync_messages" | "imap_search_messages" | "imap_set_flags" | "imap_move_messages" | "imap_copy_messages" | "imap_delete_messages" | "imap_create_mailbox" | "imap_rename_mailbox" | "imap_delete_mailbox";
        /** @description Who did it: a user by the claim `uid`, a worker, a provider, or a part of the system. */
        Actor: {
            /** @enum {string} */
            kind: "user" | "worker" | "provider" | "system";
            id: string;
        };
        /**
         * @description What an entry of the audit reports: the event's type in snake case.
         * @enum {string}
         */
        AuditAction: "account_erased" | "account_paused" | "account_resumed" | "bulk_abort_requested" | "bulk_finished" | "bulk_requested" | "credential_added" | "credential_deleted" | "credential_paused" | "credential_probe_started" | "credential_rate_limited" | "credential_refused" | "credential_resumed" | "credential_rotated" | "credential_test_failed" | "credential_trial_started" | "credential_updated" | "credential_verified" | "failure_group_muted" | "failure_group_unmuted" | "job_cancelled" | "job_deleted" | "job_refused" | "job_reopened" | "job_requested" | "job_resolved" | "job_retry_requested" | "job_triggered" | "job_updated" | "task_created" | "task_deleted" | "task_paused" | "task_resumed" | "task_suspended" | "task_triggered" | "task_updated" | "webhook_endpoint_created" | "webhook_endpoint_deleted" | "webhook_endpoint_fell_silent" | "webhook_endpoint_heard_again" | "webhook_endpoint_tested" | "webhook_endpoint_updated" | "webhook_secret_rotated";
        /** @description The jobs that a bulk operation would change. Nothing was changed. */
        BulkDryRun: {
            /** @description How many of the examined jobs match. */
            matched: number;
            /** @description False: there are more jobs than one request examines. `matched` then comes from counters, which are seconds behind lists, or is the number of matches among the examined jobs. */
            matched_is_exact: boolean;
            /** @description Some of the jobs that match. */
            sample: components["schemas"]["Job"][];
        };
        BulkId: string;
        /** @description What a bulk operation did to one job. */
        BulkItem: {
            job_id: string;
            /** @enum {string} */
            outcome: "done" | "skipped" | "failed";
            /** @description Why it was skipped or failed: a problem code. Null when it was done. */
            code: string | null;
            detail: string | null;
        };
        /** @description A bulk operation. It changes the jobs that were made before it was received, and that match when their turn comes. */
        BulkOperation: {
            id: string;
            account_id: string;
            /** @enum {string} */
            action: "retry" | "cancel" | "resolve" | "trigger" | "delete";
            /** @description Only jobs that were made before this time are changed. */
            created_before: components["schemas"]["Instant"];
            /** @description The pace. Retry and trigger: at most this many jobs start in a second, evenly spread. Cancel, resolve and delete: at most this many change in a second. */
            rate_per_second: number;
            /** @description The `uid` of the person who requested it. */
            by: string;
            /** @enum {string} */
            status: "running" | "completed" | "aborted" | "failed";
            /** @description Jobs selected so far. */
            matched: number;
            /** @description Jobs on which the action took effect. */
            done: number;
            /** @description Jobs whose state did not allow the action. */
            skipped: number;
            /** @description Jobs on which the action failed. */
            failed: number;
            created_at: components["schemas"]["Instant"];
            updated_at: components["schemas"]["Instant"];
            version: number;
            /** @description The filter as it was when the request came: a `JobFilter` in which every field has a list, and every time is absolute. */
            filter: {
                [key: string]: unknown;
            } | null;
            /** @description The jobs that were named instead of a filter. */
            job_ids: string[] | null;
            /** @description The maximum number of jobs; null: all of them. */
            limit: number | null;
            reason: string | null;
            /** @description How many jobs it was expected to change; null: too many to count. */
            expected: number | null;
            /** @description `views`: the lists do not yet hold all jobs that existed when it was received. An operation that failed for this reason has changed no job. */
            waiting_on: "views" | null;
            /** @description When it began to wait; null when it does not. */
            waiting_since: components["schemas"]["Instant"] | null;
            /** @description A person has requested the abort. It stops after the jobs of its present chunk, at most a hundred. */
            aborting: boolean;
            finished_at: components["schemas"]["Instant"] | null;
            /** @description When it should end, by the jobs that are left and its pace; null when that is unknown, or it has ended. */
            estimated_end_at: components["schemas"]["Instant"] | null;
        };
        /** @description A certificate that a credential trusts in addition to the public authorities. */
        Certificate: {
            /**
             * @description `unreadable`: this part of `tls_ca_pem` is not a certificate, and all other fields are null.
             * @enum {string}
             */
            status: "valid" | "expired" | "not_yet_valid" | "unreadable";
            /** @description As `openssl x509 -fingerprint -sha256` prints it: pairs of hexadecimal digits with colons. */
            fingerprint_sha256: string | null;
            /** @description The end of its validity. */
            expires_at: components["schemas"]["Instant"] | null;
        };
        CopyMessagesByEmailIds: {
            /** @description The messages, by the `id` that `GET …/emails` shows. All must be in one folder of the credential. They replace `folder`, `uid_validity` and `uids`, which must then be absent. */
            email_ids: components["schemas"]["EmailId"][];
            /** @description The `path` of the folder that the messages go to. */
            target_folder: string;
            /** @description Make the target folder if it does not exist. Default: `false`. */
            create_target?: boolean;
        };
        CopyMessagesByUids: {
            /** @description The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`. */
            folder: string;
            /** @description The UIDVALIDITY of the folder, as `GET …/mailboxes` shows it. UIDs are only valid together with it (RFC 9051, section 2.3.1.1). */
            uid_validity: number;
            /** @description The UIDs of the messages in the folder, each at most once. */
            uids: number[];
            /** @description The `path` of the folder that the messages go to. */
            target_folder: string;
            /** @description Make the target folder if it does not exist. Default: `false`. */
            create_target?: boolean;
        };
        CopyMessagesPayload: components["schemas"]["CopyMessagesByUids"] | components["schemas"]["CopyMessagesByEmailIds"];
        CopyMessagesResult: {
            /** @description Messages that this job copied. */
            copied: number;
            /** @description Messages that an earlier attempt had already processed, although no answer of the server came. */
            already_done: number;
            /** @description UIDs of messages that were not in the folder any more, or that were not found in the target folder afterwards; null when the set is too long for a result. */
            missing: string | null;
            /** @description The UIDVALIDITY of the target folder; null when it is not known. */
            target_uid_validity: number | null;
            /** @description The UIDs in the source and in the target folder, in the same order; null when the server does not report them or they are too long for a result. */
            uid_map: {
                source: string;
                target: string;
            } | null;
            /**
             * @description How it was done: with MOVE, by copying and expunging, or by copying alone.
             * @enum {string}
             */
            method: "move" | "copy_and_expunge" | "copy";
            /** @description Whether every message was found in the target folder. */
            verified: boolean;
        };
        /** @description Which part of the data a bounded read has examined. */
        Coverage: {
            /** @description How many entries were examined for this reply. */
            examined: number;
            /** @description Start of the period that this page and those before it have covered completely; null: no start. */
            from: components["schemas"]["Instant"] | null;
            /** @description End of that period; null: no end. */
            to: components["schemas"]["Instant"] | null;
            /** @description Whether everything was examined. */
            complete: boolean;
        };
        CreateMailboxPayload: {
            /** @description The name of the new folder: one level, without the names of its parents. */
            name: string;
            /** @description The `path` of the folder to make it in; null: the top level. Default: `null`. */
            parent?: string | null;
        };
        CreateMailboxResult: {
            path: string;
            /** @description False: the folder existed already. */
            created: boolean;
        };
        /** @description The connection to a mailbox, and whether logins work. No reply contains its secret. Its fields are null when they were changed directly in the database and cannot be read. */
        Credential: {
            id: string;
            account_id: string;
            /** @constant */
            provider_kind: "imap";
            host: string | null;
            port: number | null;
            security_mode: ("ssl_tls" | "starttls" | "none") | null;
            /**
             * @description How it logs in. A credential is made with `password`.
             * @enum {string}
             */
            auth_kind: "password" | "oauth2";
            /** @description The certificates of `tls_ca_pem`, which are trusted in addition to the public authorities: at most the first ten. Empty when there are none. */
            tls_certificates: components["schemas"]["Certificate"][] | null;
            /** @description The user name with the part before `@` shortened, such as `j…e@example.com`. */
            username_masked: string | null;
            max_connections: number | null;
            label: string | null;
            /** @description Your own id of the mailbox. */
            external_ref: string | null;
            /**
             * @description `unverified` until its first successful login. `suspect` after a failure that applies to each of its jobs, `parked` after a second one in a row: then its jobs wait. `status_reason` is the code of the failure. `paused` while an operator keeps its jobs from starting.
             * @enum {string}
             */
            status: "unverified" | "valid" | "suspect" | "parked" | "paused";
            /** @description The failure code behind `suspect` and `parked`, or of the last test of a credential that is not verified: a refused password, a host that does not exist, a bad certificate and so on. `GET /api/failures` has its `next_step`. `credential_altered` when its fields cannot be read. */
            status_reason: components["schemas"]["FailureCode"] | null;
            /** @description Since when it is `parked`; null when it is not. */
            parked_at: components["schemas"]["Instant"] | null;
            /** @description When the system tries it again; null when this is not planned. */
            next_probe_at: components["schemas"]["Instant"] | null;
            /** @description Jobs that are due and wait for this credential: their `waiting_on` is `credential_suspect`, `credential_parked`, `credential_paused` or `rate_limited`. Counted among its 1,000 newest open jobs. */
            waiting_jobs: number;
            /** @description The time of the first successful login, or of a later one in a test or after a failure. */
            last_validated_at: components["schemas"]["Instant"] | null;
            /** @description When a job last logged in with it; null if no job did in the last 400 days. */
            last_used_at: components["schemas"]["Instant"] | null;
            /** @description When a sync last succeeded; null if the mailbox was not used in the last 400 days. */
            last_synced_at: components["schemas"]["Instant"] | null;
            /** @description Rises by one when the host, port or user name changes, because the credential may then be for another mailbox. Jobs that were made for the former mailbox change nothing in the new one. */
            generation: number;
            created_at: components["schemas"]["Instant"];
            updated_at: components["schemas"]["Instant"];
            /** @description The version in `ETag` and `If-Match`. */
            version: number;
        };
        CredentialFilter: {
            /** @description The status of the credential: one, or a list. */
            status?: ("unverified" | "valid" | "suspect" | "parked" | "paused")[] | ("unverified" | "valid" | "suspect" | "parked" | "paused");
            /** @description The failure code that made it suspect or parked: one, or a list. */
            status_reason?: components["schemas"]["FailureCode"][] | components["schemas"]["FailureCode"];
            /** @description How it logs in: with a password or with OAuth 2.0. */
            auth_kind?: ("password" | "oauth2")[] | ("password" | "oauth2");
            /** @description The mail server, by its name for all its ports or as `host:port`: one, or a list. */
            host?: string[] | string;
            /** @description Its label, as a whole: one, or a list. */
            label?: string[] | string;
            /** @description Your own id of the mailbox: one, or a list. */
            external_ref?: string[] | string;
            /** @description When it was made. */
            created_at?: components["schemas"]["Period"];
            /** @description Words to search for, separated by spaces. Each must occur in the id, host, label, external_ref or masked user name. */
            q?: string;
        };
        CredentialId: string;
        CredentialTarget: {
            /** @description All events are about the mailbox of this credential, `pc_…`. */
            credential_id: components["schemas"]["CredentialId"];
        };
        /** @description Whether the login and the list of folders succeeded; if not, why. */
        CredentialTest: {
            /** @constant */
            ok: true;
            capabilities: string[];
            mailboxes: number;
        } | {
            /** @constant */
            ok: false;
            code: components["schemas"]["FailureCode"];
            category: components["schemas"]["FailureCategory"];
            /** @description What the mail server said, without secrets; at most 300 characters. */
            detail: string;
            /** @description What the code means, as in `GET /api/failures`. */
            title: string;
            /**
             * @description Who must act to end the failure.
             * @enum {string}
             */
            who: "nobody" | "mailbox_owner" | "operator" | "us";
            /** @description The next step, as in `GET /api/failures`. */
            next_step: string;
        };
        CronSchedule: {
            /** @description Five fields: minute, hour, day of the month, month, day of the week. */
            cron: string;
            /** @description The IANA name of the time zone that the times are in, such as `Europe/Berlin`. Default: `"UTC"`. */
            time_zone?: string;
        };
        DeleteMailboxPayload: {
            /** @description The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`. */
            folder: string;
            /** @description The UIDVALIDITY of the folder, as `GET …/mailboxes` shows it. UIDs are only valid together with it (RFC 9051, section 2.3.1.1). */
            uid_validity: number;
            /** @description The folder is deleted only if it holds no more messages than this. Default: `0`. */
            if_messages_at_most?: number;
        };
        DeleteMailboxResult: {
            deleted: boolean;
            messages: number;
        };
        DeleteMessagesByEmailIds: {
            /** @description The messages, by the `id` that `GET …/emails` shows. All must be in one folder of the credential. They replace `folder`, `uid_validity` and `uids`, which must then be absent. */
            email_ids: components["schemas"]["EmailId"][];
            /**
             * @description `trash` moves the messages to the trash folder; `expunge` deletes them for good and needs an owner. Default: `"trash"`.
             * @enum {string}
             */
            mode?: "trash" | "expunge";
        };
        DeleteMessagesByUids: {
            /** @description The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`. */
            folder: string;
            /** @description The UIDVALIDITY of the folder, as `GET …/mailboxes` shows it. UIDs are only valid together with it (RFC 9051, section 2.3.1.1). */
            uid_validity: number;
            /** @description The UIDs of the messages in the folder, each at most once. */
            uids: number[];
            /**
             * @description `trash` moves the messages to the trash folder; `expunge` deletes them for good and needs an owner. Default: `"trash"`.
             * @enum {string}
             */
            mode?: "trash" | "expunge";
        };
        DeleteMessagesPayload: components["schemas"]["DeleteMessagesByUids"] | components["schemas"]["DeleteMessagesByEmailIds"];
        DeleteMessagesResult: {
            deleted: number;
            /** @description Messages that an earlier attempt had already processed, although no answer of the server came. */
            already_done: number;
            /** @enum {string} */
            mode: "trash" | "expunge";
            /** @description UIDs of messages that were not in the folder any more, or that were not found in the target folder afterwards; null when the set is too long for a result. */
            missing: string | null;
            trash_folder: string | null;
        };
        /** @description One event of a provider, which may have been sent several times; or a sample of a refused request. */
        Delivery: {
            id: string;
            /** @description When it was received first. */
            at: components["schemas"]["Instant"];
            event_id: string | null;
            event_type: string | null;
            /** @description When it happened, according to the provider; null when the provider does not say. */
            event_at: components["schemas"]["Instant"] | null;
            verified: boolean;
            /** @description Its job; null while it has none. */
            job_id: string | null;
            /** @description Whether the job existed already, or is shared with other deliveries that request the same work. */
            folded: boolean;
            /** @description The endpoint that it came to. */
            webhook_endpoint_id: string;
            /** @description Why it was refused, or makes no job. */
            reason: ("endpoint_disabled" | "filtered" | "no_match" | "credential_not_found" | "no_signature" | "bad_signature" | "wrong_claims" | "unknown_subscription" | "expired" | "malformed" | "too_large" | "misconfigured") | null;
            credential_id: string | null;
        };
        /** @description Metadata of a message, as the last sync saw it. */
        Email: {
            id: string;
            account_id: string;
            credential_id: string;
            folder: string;
            uid: number;
            /** @description IMAP identifies the message by this together with `folder` and `uid`. */
            uid_validity: number;
            message_id: string | null;
            provider_message_id: string | null;
            provider_thread_id: string | null;
            subject: string | null;
            from: components["schemas"]["MailAddress"][];
            to: components["schemas"]["MailAddress"][];
            cc: components["schemas"]["MailAddress"][];
            /** @description The time in the Date header, which the sender chose; null without a valid one. */
            date: components["schemas"]["Instant"] | null;
            /** @description When it arrived in the mailbox, by the server (INTERNALDATE); null when it is not known. */
            internal_date: components["schemas"]["Instant"] | null;
            size: number | null;
            flags: string[];
            /** @description The server reports nothing about it: only its UID is known. */
            unreadable: boolean;
        };
        EmailFilter: {
            /** @description The credential (mailbox), `pc_…`: one id, or a list of which one must match. */
            credential_id?: components["schemas"]["CredentialId"][] | components["schemas"]["CredentialId"];
            /** @description The `path` of the folder: one, or a list. */
            folder?: string[] | string;
            /** @description The Message-ID header, with its angle brackets: one, or a list. */
            message_id?: string[] | string;
            /** @description The id of the conversation, where the provider has one: one, or a list. */
            provider_thread_id?: string[] | string;
            /** @description Whether it has been read. */
            seen?: boolean;
            /** @description Whether it is marked with the flag `\Flagged` (a star, in many programs). */
            flagged?: boolean;
            /** @description Whether it has been answered. */
            answered?: boolean;
            /** @description Whether it is a draft. */
            draft?: boolean;
            /** @description A flag or keyword as the server writes it, in upper or lower case: one, or a list. */
            flag?: string[] | string;
            /** @description Words in the name or address of the sender. */
            from?: string;
            /** @description Words in the name or address of a recipient (To or Cc). */
            to?: string;
            /** @description Words in the subject. */
            subject?: string;
            /** @description The size in bytes. */
            size?: components["schemas"]["Range"];
            /** @description When it arrived in the mailbox. */
            internal_date?: components["schemas"]["Period"];
            /** @description Words to search for, separated by spaces. Each must occur in the subject, the Message-ID, or a name or address. */
            q?: string;
        };
        EmailId: string;
        /** @description An event of the log, as it was written. */
        Event: {
            stream_id: string;
            /** @description From 1, without gaps. */
            version: number;
            /** @description What happened, such as `AttemptFailed`. Expect types that you do not know. */
            type: string;
            at: components["schemas"]["Instant"];
            actor: components["schemas"]["Actor"];
            /** @description By type. */
            data: unknown;
        };
        /** @description How many matches have each value of a field. A field that was not requested is null. */
        Facets: {
            status: ({
                scheduled?: number;
                queued?: number;
                running?: number;
                retrying?: number;
                succeeded?: number;
                failed?: number;
                resolved?: number;
            } & {
                [key: string]: number;
            }) | null;
            action: ({
                imap_sync_mailboxes?: number;
                imap_sync_messages?: number;
                imap_search_messages?: number;
                imap_set_flags?: number;
                imap_move_messages?: number;
                imap_copy_messages?: number;
                imap_delete_messages?: number;
                imap_create_mailbox?: number;
                imap_rename_mailbox?: number;
                imap_delete_mailbox?: number;
            } & {
                [key: string]: number;
            }) | null;
            last_error_code: ({
                provider_timeout?: number;
                provider_unreachable?: number;
                connection_closed?: number;
                provider_unavailable?: number;
                dns_temporary?: number;
                mailbox_in_use?: number;
                expunge_issued?: number;
                proxy_error?: number;
                rate_limited?: number;
                too_many_connections?: number;
                over_quota?: number;
                limit_reached?: number;
                server_error?: number;
                mailbox_corrupt?: number;
                command_failed?: number;
                auth_failed?: number;
                oauth_token_rejected?: number;
                oauth_token_expired?: number;
                oauth_invalid_request?: number;
                app_password_required?: number;
                web_login_required?: number;
                auth_not_connected?: number;
                credentials_expired?: number;
                authorization_failed?: number;
                imap_disabled?: number;
                account_blocked?: number;
                permission_denied?: number;
                mailbox_read_only?: number;
                credential_of_another_account?: number;
                host_not_allowed?: number;
                tls_error?: number;
                tls_required?: number;
                dns_not_found?: number;
                auth_misconfigured?: number;
                auth_mechanism_unsupported?: number;
                invalid_config?: number;
                mailbox_not_found?: number;
                message_not_found?: number;
                credential_altered?: number;
                credential_not_found?: number;
                invalid_payload?: number;
                operation_not_allowed?: number;
                message_too_big?: number;
                mailbox_not_selectable?: number;
                bad_charset?: number;
                unknown_cte?: number;
                extension_unsupported?: number;
                uidvalidity_changed?: number;
                message_mismatch?: number;
                credential_changed?: number;
                modified_since?: number;
                mailbox_exists?: number;
                mailbox_has_children?: number;
                mailbox_not_empty?: number;
                protocol_error?: number;
                response_too_large?: number;
                client_bug?: number;
                command_rejected?: number;
                deadline_exceeded?: number;
                worker_lost?: number;
                unknown?: number;
                secret_unavailable?: number;
            } & {
                [key: string]: number;
            }) | null;
            last_error_category: ({
                transient?: number;
                rate_limit?: number;
                quota?: number;
                server?: number;
                authentication?: number;
                authorization?: number;
                configuration?: number;
                not_found?: number;
                payload?: number;
                conflict?: number;
                protocol?: number;
                interrupted?: number;
                internal?: number;
            } & {
                [key: string]: number;
            }) | null;
            host: {
                [key: string]: number;
            } | null;
            credential_id: {
                [key: string]: number;
            } | null;
            label: {
                [key: string]: number;
            } | null;
            waiting_on: ({
                credential_suspect?: number;
                credential_parked?: number;
                credential_paused?: number;
                account_paused?: number;
                rate_limited?: number;
                connection_slot?: number;
                account_share?: number;
                host_parked?: number;
            } & {
                [key: string]: number;
            }) | null;
            /** @description True: all matches were counted. False: without a filter the counts come from counters, which are seconds behind lists; with a filter they count the examined jobs. */
            exact: boolean;
            /** @description The fields with more values than are shown: only the 100 most frequent are there. */
            cut: ("status" | "action" | "last_error_code" | "last_error_category" | "host" | "credential_id" | "label" | "waiting_on")[];
        };
        /** @description The explanation of a failure code. */
        Failure: {
            code: components["schemas"]["FailureCode"];
            category: components["schemas"]["FailureCategory"];
            /**
             * @description What the failure affects: the job, every job of its credential, or every credential on the host.
             * @enum {string}
             */
            scope: "job" | "credential" | "host";
            /**
             * @description Who must act to end the failure.
             * @enum {string}
             */
            who: "nobody" | "mailbox_owner" | "operator" | "us";
            title: string;
            explanation: string;
            next_step: string;
            /** @description Failed attempts until a job is `failed`, unless the job has its own `max_attempts`; 1: the system does not try it again. Null: it tries until the job succeeds. */
            max_attempts: number | null;
            /** @description The wait after the first failure; null: not tried again. If the provider says how long to wait, that time is used instead. */
            first_delay_seconds: number | null;
            /** @description The longest wait between two attempts; null: not tried again. The waits grow from the first to this. */
            longest_delay_seconds: number | null;
            /**
             * @description `up_to`: each wait is random, at most that long. `about`: up to a tenth longer.
             * @enum {string}
             */
            delays_are: "up_to" | "about";
        };
        /**
         * @description Decides whether and when the job is tried again after a failed attempt. Exceptions: `command_failed` has its own numbers; a `max_attempts` of the job, and a waiting time that the provider asks for, take precedence. `GET /api/failures` has the numbers of each code.
         * @enum {string}
         */
        FailureCategory: "transient" | "rate_limit" | "quota" | "server" | "authentication" | "authorization" | "configuration" | "not_found" | "payload" | "conflict" | "protocol" | "interrupted" | "internal";
        /**
         * @description Explained by `GET /api/failures`. Expect codes that you do not know.
         * @enum {string}
         */
        FailureCode: "provider_timeout" | "provider_unreachable" | "connection_closed" | "provider_unavailable" | "dns_temporary" | "mailbox_in_use" | "expunge_issued" | "proxy_error" | "rate_limited" | "too_many_connections" | "over_quota" | "limit_reached" | "server_error" | "mailbox_corrupt" | "command_failed" | "auth_failed" | "oauth_token_rejected" | "oauth_token_expired" | "oauth_invalid_request" | "app_password_required" | "web_login_required" | "auth_not_connected" | "credentials_expired" | "authorization_failed" | "imap_disabled" | "account_blocked" | "permission_denied" | "mailbox_read_only" | "credential_of_another_account" | "host_not_allowed" | "tls_error" | "tls_required" | "dns_not_found" | "auth_misconfigured" | "auth_mechanism_unsupported" | "invalid_config" | "mailbox_not_found" | "message_not_found" | "credential_altered" | "credential_not_found" | "invalid_payload" | "operation_not_allowed" | "message_too_big" | "mailbox_not_selectable" | "bad_charset" | "unknown_cte" | "extension_unsupported" | "uidvalidity_changed" | "message_mismatch" | "credential_changed" | "modified_since" | "mailbox_exists" | "mailbox_has_children" | "mailbox_not_empty" | "protocol_error" | "response_too_large" | "client_bug" | "command_rejected" | "deadline_exceeded" | "worker_lost" | "unknown" | "secret_unavailable";
        /** @description The failed and retrying jobs with the same failure code on the same mail server. */
        FailureGroup: {
            id: components["schemas"]["FailureGroupId"];
            code: components["schemas"]["FailureCode"];
            /** @description `host:port` of the mail server when the job failed; null if it was not known. If the credential has moved to another server since, its failures stay here. */
            host: string | null;
            /** @description The group does not ask for attention at present. */
            muted: boolean;
            /** @description Null while it is muted: until a person unmutes it. */
            muted_until: components["schemas"]["Instant"] | null;
            /** @description The note of the last mute or unmute. */
            note: string | null;
            /** @description The version in `ETag` and `If-Match`. 0: it was never muted. */
            version: number;
            category: components["schemas"]["FailureCategory"];
            /**
             * @description Who must act.
             * @enum {string}
             */
            who: "nobody" | "mailbox_owner" | "operator" | "us";
            title: string;
            /** @description With `by=action` the action that the item counts; otherwise null. */
            action: components["schemas"]["ActionName"] | null;
            failed: number;
            retrying: number;
            /** @description How many credentials have these jobs: exact up to 100. `more`: there are more, or there may be more, because not all jobs of the group were examined. */
            credentials: {
                count: number;
                more: boolean;
            };
            /** @description The oldest failure among its examined jobs. */
            first_at: components["schemas"]["Instant"] | null;
            /** @description The last failure. */
            last_at: components["schemas"]["Instant"] | null;
            /** @description One of its jobs, as an example. */
            sample_job_id: components["schemas"]["JobId"] | null;
        };
        FailureGroupId: string;
        /** @description Whether a failure group is muted. */
        FailureGroupMute: {
            id: components["schemas"]["FailureGroupId"];
            code: components["schemas"]["FailureCode"];
            host: string | null;
            muted: boolean;
            muted_until: components["schemas"]["Instant"] | null;
            note: string | null;
            version: number;
        };
        /** @description The gateway's own refusal. */
        GatewayRefusal: {
            message: string;
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        /**
         * Format: date-time
         * @description ISO 8601, in UTC. We send milliseconds.
         */
        Instant: string;
        IntervalSchedule: {
            /** @description A number with `m`, `h` or `d`: minutes, hours or days; from 1 minute to 30 days. */
            every: string;
        };
        /** @description One run of a task against a mailbox. */
        Job: {
            id: string;
            account_id: string;
            /** @description The task it came from. */
            task_id: string | null;
            credential_id: string;
            action: components["schemas"]["ActionName"];
            /** @description By action: the payload of the task when the job was made. */
            payload: {
                [key: string]: unknown;
            };
            status: components["schemas"]["JobStatus"];
            /** @description -10 to 10. Jobs above 0 use a faster queue. */
            priority: number;
            labels: string[];
            /** @description Attempts started since the job was made. A retry does not reset it, so it may be higher than `max_attempts`, which counts from the last retry on. `attempts_left` is the number that remains. */
            attempt_count: number;
            /** @description Failed attempts until the job is `failed`, counted from the last retry on. It has no effect on failures that are not tried again, and rate limits do not count. Null: as the failure code allows (`max_attempts` in `GET /api/failures`). */
            max_attempts: number | null;
            /** @description A person requested that it does not run before this time. */
            run_at: components["schemas"]["Instant"] | null;
            /** @description When it may run next; null while it runs and once it has ended. */
            next_attempt_at: components["schemas"]["Instant"] | null;
            created_at: components["schemas"]["Instant"];
            updated_at: components["schemas"]["Instant"];
            /** @description Start of the first attempt. */
            started_at: components["schemas"]["Instant"] | null;
            /** @description When it succeeded, failed or was resolved; null while it has not ended. */
            finished_at: components["schemas"]["Instant"] | null;
            /** @description Set exactly while the status is `failed`. */
            failed_at: components["schemas"]["Instant"] | null;
            resolved_at: components["schemas"]["Instant"] | null;
            /** @description Why the last failed attempt failed. It is kept after a later success. */
            last_error_code: components["schemas"]["FailureCode"] | null;
            last_error_category: components["schemas"]["FailureCategory"] | null;
            /** @description What the server or the worker reported, without secrets; at most 300 characters. */
            last_error_detail: string | null;
            /** @description When the last failed attempt failed. It is kept after a later success. */
            last_error_at: components["schemas"]["Instant"] | null;
            /** @description An attempt may have changed the mailbox, although no answer of the server came. */
            outcome_unknown: boolean;
            /** @description The person who ended it, and why; `kind` says whether by `cancel` or by `resolve`. Null unless the status is `resolved`. */
            resolution: {
                /** @enum {string} */
                kind: "resolved" | "cancelled";
                note: string | null;
                by: string;
            } | null;
            /** @description The origin of the job: a request for its task, its schedule, or an event at a webhook endpoint. `id` names the task or the endpoint. */
            source: {
                /** @enum {string} */
                kind: "task" | "webhook" | "schedule";
                id: string;
            };
            /** @description The bulk operation that changed it last; null: none. */
            bulk_id: string | null;
            /** @description The version in `ETag` and `If-Match`. */
            version: number;
            /** @description The reason that keeps it from starting. Null when there is none, while it runs, and after its end. Null before it is due, except when a job was handed back: then the reason is shown until `waiting_until`. */
            waiting_on: components["schemas"]["WaitReason"] | null;
            /** @description When that wait ends; null when `waiting_on` is null, or when the end is not known. */
            waiting_until: components["schemas"]["Instant"] | null;
            /** @description Attempts that remain before the job becomes `failed`, the running one included, if each of them fails as the last one did (before a first failure: as a closed connection). A failure that is not tried again ends the job at once. 0 once it has ended. */
            attempts_left: number;
            /** @description The progress of the running attempt: for a sync, the messages stored. Null when the job does not run, and in the first three seconds of each continuation of an attempt. `at` says when it was stored; it is renewed every 13 seconds. */
            progress: {
                done: number;
                total: number | null;
                /** @enum {string} */
                unit: "messages" | "mailboxes";
                at: components["schemas"]["Instant"];
            } | null;
            /** @description It should have started, or its worker should have reported, some time ago, and no reason is known why it waits. */
            stalled: boolean;
            /** @description The mail server of its credential, as `host:port`. Null when it is not known: the credential was deleted or altered. */
            host: string | null;
            /** @description The present label of its credential; null when it has none. */
            credential_label: string | null;
            /** @description The commands that the caller may give now, by role and by the state of the job, without optional parameters such as `force`. `update` stands for changes of priority, labels and attempts. */
            allowed_commands: components["schemas"]["JobCommand"][];
            /** @description By action; null until the job has succeeded. */
            result: components["schemas"]["SyncMailboxesResult"] | components["schemas"]["SyncMessagesResult"] | components["schemas"]["SearchMessagesResult"] | components["schemas"]["SetFlagsResult"] | components["schemas"]["MoveMessagesResult"] | components["schemas"]["CopyMessagesResult"] | components["schemas"]["DeleteMessagesResult"] | components["schemas"]["CreateMailboxResult"] | components["schemas"]["RenameMailboxResult"] | components["schemas"]["DeleteMailboxResult"] | null;
        };
        /**
         * @description The commands on a job. Each has its own route.
         * @enum {string}
         */
        JobCommand: "retry" | "trigger" | "cancel" | "resolve" | "reopen" | "update" | "delete";
        /** @description All given fields must match. Of a list of values one must match. */
        JobFilter: {
            /** @description The status of the job: one, or a list of which one must match. */
            status?: components["schemas"]["JobStatus"][] | components["schemas"]["JobStatus"];
            /** @description What each job does: one action, or a list of which one must match. */
            action?: components["schemas"]["ActionName"][] | components["schemas"]["ActionName"];
            /** @description The task that the job came from, `tsk_…`: one id, or a list of which one must match. */
            task_id?: components["schemas"]["TaskId"][] | components["schemas"]["TaskId"];
            /** @description The credential (mailbox), `pc_…`: one id, or a list of which one must match. */
            credential_id?: components["schemas"]["CredentialId"][] | components["schemas"]["CredentialId"];
            /** @description The code of the last error: one, or a list. `GET /api/failures` explains each. */
            last_error_code?: components["schemas"]["FailureCode"][] | components["schemas"]["FailureCode"];
            /** @description The category of the last error: one, or a list. */
            last_error_category?: components["schemas"]["FailureCategory"][] | components["schemas"]["FailureCategory"];
            /** @description One of its labels: one value, or a list of which one must match. */
            label?: string[] | string;
            /** @description What keeps the job from starting: one reason, or a list. */
            waiting_on?: components["schemas"]["WaitReason"][] | components["schemas"]["WaitReason"];
            /** @description Only jobs that were last changed by this bulk operation, or by one of these. */
            bulk_id?: components["schemas"]["BulkId"][] | components["schemas"]["BulkId"];
            /** @description Jobs on one of these mail servers: `host:port`, or a host alone for all its ports. */
            host?: string[] | string;
            /** @description How many attempts were made. */
            attempt_count?: components["schemas"]["Range"];
            /** @description The priority, from -10 to 10. */
            priority?: components["schemas"]["Range"];
            /** @description When it was made. */
            created_at?: components["schemas"]["Period"];
            /** @description When it last changed. */
            updated_at?: components["schemas"]["Period"];
            /** @description When it became `failed`. Matches failed jobs only. */
            failed_at?: components["schemas"]["Period"];
            /** @description When it last failed, in any present status. */
            last_error_at?: components["schemas"]["Period"];
            /** @description When it may run next. Matches waiting jobs only. */
            next_attempt_at?: components["schemas"]["Period"];
            /** @description Words to search for, separated by spaces. Each must occur, in upper or lower case, in the id, action, task id, error code, error detail or a label. */
            q?: string;
            /** @description Whether it is overdue although nothing is known to keep it from starting. */
            stalled?: boolean;
            /** @description Whether an attempt may have changed the mailbox without a confirmation. */
            outcome_unknown?: boolean;
        };
        JobId: string;
        /** @description Counts of the jobs of an account: of all jobs without `host`; with it, of the jobs that `coverage` names. */
        JobStats: {
            total: number;
            by_status: {
                scheduled: number;
                queued: number;
                running: number;
                retrying: number;
                succeeded: number;
                failed: number;
                resolved: number;
            };
            by_action: {
                imap_sync_mailboxes?: number;
                imap_sync_messages?: number;
                imap_search_messages?: number;
                imap_set_flags?: number;
                imap_move_messages?: number;
                imap_copy_messages?: number;
                imap_delete_messages?: number;
                imap_create_mailbox?: number;
                imap_rename_mailbox?: number;
                imap_delete_mailbox?: number;
            } & {
                [key: string]: number;
            };
            /** @description Failed and retrying jobs only. */
            by_error_code: {
                provider_timeout?: number;
                provider_unreachable?: number;
                connection_closed?: number;
                provider_unavailable?: number;
                dns_temporary?: number;
                mailbox_in_use?: number;
                expunge_issued?: number;
                proxy_error?: number;
                rate_limited?: number;
                too_many_connections?: number;
                over_quota?: number;
                limit_reached?: number;
                server_error?: number;
                mailbox_corrupt?: number;
                command_failed?: number;
                auth_failed?: number;
                oauth_token_rejected?: number;
                oauth_token_expired?: number;
                oauth_invalid_request?: number;
                app_password_required?: number;
                web_login_required?: number;
                auth_not_connected?: number;
                credentials_expired?: number;
                authorization_failed?: number;
                imap_disabled?: number;
                account_blocked?: number;
                permission_denied?: number;
                mailbox_read_only?: number;
                credential_of_another_account?: number;
                host_not_allowed?: number;
                tls_error?: number;
                tls_required?: number;
                dns_not_found?: number;
                auth_misconfigured?: number;
                auth_mechanism_unsupported?: number;
                invalid_config?: number;
                mailbox_not_found?: number;
                message_not_found?: number;
                credential_altered?: number;
                credential_not_found?: number;
                invalid_payload?: number;
                operation_not_allowed?: number;
                message_too_big?: number;
                mailbox_not_selectable?: number;
                bad_charset?: number;
                unknown_cte?: number;
                extension_unsupported?: number;
                uidvalidity_changed?: number;
                message_mismatch?: number;
                credential_changed?: number;
                modified_since?: number;
                mailbox_exists?: number;
                mailbox_has_children?: number;
                mailbox_not_empty?: number;
                protocol_error?: number;
                response_too_large?: number;
                client_bug?: number;
                command_rejected?: number;
                deadline_exceeded?: number;
                worker_lost?: number;
                unknown?: number;
                secret_unavailable?: number;
            } & {
                [key: string]: number;
            };
            /** @description A value that changes when a row changes that lists show: of a job, task, credential, bulk operation, webhook endpoint, delivery, failure group or of the account itself. Changes of mail do not change it. */
            revision: string;
            /** @description When the job that is due for the longest time became due; null if none is due. It is among the jobs that `open_coverage` names. */
            oldest_due_at: components["schemas"]["Instant"] | null;
            /** @description How many of the jobs that `open_coverage` names should have started, or whose worker should have reported, some time ago. */
            stalled: number;
            /** @description How many due jobs wait for each reason, among the jobs that `open_coverage` names. A reason without jobs is absent. */
            by_waiting_on: {
                credential_suspect?: number;
                credential_parked?: number;
                credential_paused?: number;
                account_paused?: number;
                rate_limited?: number;
                connection_slot?: number;
                account_share?: number;
                host_parked?: number;
            } & {
                [key: string]: number;
            };
            /** @description The open jobs that were examined, at most 100: queued and running ones first, then retrying ones, then scheduled ones, each by creation. The period is that of the last status that was examined. */
            open_coverage: components["schemas"]["Coverage"];
            /** @description All credentials of the account by status. */
            credentials_by_status: {
                unverified?: number;
                valid?: number;
                suspect?: number;
                parked?: number;
            } & {
                [key: string]: number;
            };
            /** @description Open and failed jobs by group, if `group_by` was given: the newest ones, at most 1,000. */
            groups: {
                /** @enum {string} */
                by: "credential_id" | "host" | "last_error_code" | "waiting_on";
                items: {
                    /** @description The value that its jobs share; for a mail server `host:port`. Null: they have no value. */
                    key: string | null;
                    total: number;
                    by_status: {
                        scheduled?: number;
                        queued?: number;
                        running?: number;
                        retrying?: number;
                        succeeded?: number;
                        failed?: number;
                        resolved?: number;
                    } & {
                        [key: string]: number;
                    };
                    /** @description The oldest `last_error_at` of its failed and retrying jobs; null when there are none. A job that is still retrying may have failed before this time already. */
                    first_failed_at: components["schemas"]["Instant"] | null;
                    /** @description The newest `last_error_at` of its failed and retrying jobs; null when there are none. */
                    last_failed_at: components["schemas"]["Instant"] | null;
                }[];
                coverage: components["schemas"]["Coverage"];
            } | null;
            /** @description Null: all jobs were counted. With `host`: the jobs that were counted, as a period of creation. */
            coverage: components["schemas"]["Coverage"] | null;
        };
        /** @description Jobs by the hour in which they were made or ended, each with its present status. A job that was retried after its end counts in the hour of its last end. */
        JobStatsSeries: {
            /** @constant */
            bucket: "1h";
            /** @enum {string} */
            by: "created_at" | "ended_at";
            /** @description One per hour, ascending, also for hours without jobs. */
            points: {
                total: number;
                by_status: {
                    scheduled: number;
                    queued: number;
                    running: number;
                    retrying: number;
                    succeeded: number;
                    failed: number;
                    resolved: number;
                };
                at: components["schemas"]["Instant"];
                by_error_code: ({
                    provider_timeout?: number;
                    provider_unreachable?: number;
                    connection_closed?: number;
                    provider_unavailable?: number;
                    dns_temporary?: number;
                    mailbox_in_use?: number;
                    expunge_issued?: number;
                    proxy_error?: number;
                    rate_limited?: number;
                    too_many_connections?: number;
                    over_quota?: number;
                    limit_reached?: number;
                    server_error?: number;
                    mailbox_corrupt?: number;
                    command_failed?: number;
                    auth_failed?: number;
                    oauth_token_rejected?: number;
                    oauth_token_expired?: number;
                    oauth_invalid_request?: number;
                    app_password_required?: number;
                    web_login_required?: number;
                    auth_not_connected?: number;
                    credentials_expired?: number;
                    authorization_failed?: number;
                    imap_disabled?: number;
                    account_blocked?: number;
                    permission_denied?: number;
                    mailbox_read_only?: number;
                    credential_of_another_account?: number;
                    host_not_allowed?: number;
                    tls_error?: number;
                    tls_required?: number;
                    dns_not_found?: number;
                    auth_misconfigured?: number;
                    auth_mechanism_unsupported?: number;
                    invalid_config?: number;
                    mailbox_not_found?: number;
                    message_not_found?: number;
                    credential_altered?: number;
                    credential_not_found?: number;
                    invalid_payload?: number;
                    operation_not_allowed?: number;
                    message_too_big?: number;
                    mailbox_not_selectable?: number;
                    bad_charset?: number;
                    unknown_cte?: number;
                    extension_unsupported?: number;
                    uidvalidity_changed?: number;
                    message_mismatch?: number;
                    credential_changed?: number;
                    modified_since?: number;
                    mailbox_exists?: number;
                    mailbox_has_children?: number;
                    mailbox_not_empty?: number;
                    protocol_error?: number;
                    response_too_large?: number;
                    client_bug?: number;
                    command_rejected?: number;
                    deadline_exceeded?: number;
                    worker_lost?: number;
                    unknown?: number;
                    secret_unavailable?: number;
                } & {
                    [key: string]: number;
                }) | null;
                /** @description The oldest `last_error_at` of its failed and retrying jobs; null when there are none. A job that is still retrying may have failed before this time already. */
                first_failed_at: components["schemas"]["Instant"] | null;
                /** @description The newest `last_error_at` of its failed and retrying jobs; null when there are none. */
                last_failed_at: components["schemas"]["Instant"] | null;
            }[];
            /** @description The jobs that were examined, as a period of creation: for the times of failures and, with `host`, for the counts. Without `host` all jobs are counted. Null with `by=ended_at`, which has no such times. */
            coverage: components["schemas"]["Coverage"] | null;
        };
        /**
         * @description `scheduled`: it waits for its `run_at`. `queued`: it starts as soon as nothing keeps it from starting. `running`: a worker works on it. `retrying`: an attempt failed, and the system makes another one. `succeeded`, `failed`: it has ended with this result. `resolved`: a person ended it, by `resolve` or `cancel`.
         * @enum {string}
         */
        JobStatus: "scheduled" | "queued" | "running" | "retrying" | "succeeded" | "failed" | "resolved";
        /** @description An entry of the audit: what people did, and what the system did to jobs, tasks, credentials, bulk operations, webhook endpoints and accounts. */
        LogEntry: {
            id: string;
            account_id: string;
            /** @enum {string} */
            subject: "job" | "task" | "credential" | "bulk_operation" | "webhook_endpoint" | "failure_group" | "account";
            /** @description The id of the resource that was changed. The resource may be deleted. */
            subject_id: string;
            /** @description The event's type in snake case, such as `job_retry_requested`. */
            action: components["schemas"]["AuditAction"];
            /** @enum {string} */
            status: "succeeded" | "failed";
            /** @description By action. For a deletion, `last_state` is the last state of the resource; entries of earlier releases do not have it. */
            data: unknown;
            actor: components["schemas"]["Actor"];
            at: components["schemas"]["Instant"];
            /** @description The `x-request-id` of the request that caused it; null when no request did. */
            request_id: string | null;
        };
        /** @description All given fields must match. Of a list of values one must match. */
        LogFilter: {
            /** @description The kind of resource that was changed: one, or a list. */
            subject?: ("job" | "task" | "credential" | "bulk_operation" | "webhook_endpoint" | "failure_group" | "account")[] | ("job" | "task" | "credential" | "bulk_operation" | "webhook_endpoint" | "failure_group" | "account");
            /** @description The id of the resource that was changed: one, or a list. */
            subject_id?: string[] | string;
            /** @description What was done: one action, or a list. */
            action?: components["schemas"]["AuditAction"][] | components["schemas"]["AuditAction"];
            /** @description Whether what the entry reports is a success or a failure. */
            status?: ("succeeded" | "failed")[] | ("succeeded" | "failed");
            /** @description Who did it: a person (`user`), a worker, a provider, or a part of the system. */
            actor_kind?: ("user" | "worker" | "provider" | "system")[] | ("user" | "worker" | "provider" | "system");
            /** @description Who did it: the `uid` of a person, or the name of a part of the system. */
            actor_id?: string[] | string;
            /** @description The `x-request-id` of the request that did it. */
            request_id?: string[] | string;
            /** @description When it was done. */
            at?: components["schemas"]["Period"];
        };
        LogId: string;
        MailAddress: {
            name: string | null;
            address: string | null;
        };
        /** @description A folder of a mailbox, as the last sync saw it. */
        Mailbox: {
            credential_id: string;
            /** @description The name for people, and the one that payloads take. No other folder of the credential has it. */
            path: string;
            /** @description The spelling that the server uses in its list. Commands send this spelling. */
            name: string;
            delimiter: string | null;
            /** @enum {string} */
            namespace: "personal" | "other_users" | "shared";
            selectable: boolean;
            /** @description The attribute of RFC 6154, such as `\Sent`. */
            special_use: string | null;
            mailbox_id: string | null;
            uid_validity: number | null;
            uid_next: number | null;
            messages: number | null;
            /** @description A 64-bit number in decimal. */
            highest_modseq: string | null;
            /** @description Messages whose metadata is stored here. */
            synced_messages: number;
            synced_at: components["schemas"]["Instant"] | null;
            flags_synced_at: components["schemas"]["Instant"] | null;
            /**
             * @description How the server lets changes be found: mod-sequences with QRESYNC, mod-sequences alone, or neither.
             * @enum {string}
             */
            sync_level: "qresync" | "condstore" | "basic";
            /** @description Why the folder cannot be read: `since` the first failure in a row, `at` the last one. Null when the folder can be read. */
            last_error: {
                code: components["schemas"]["FailureCode"];
                category: components["schemas"]["FailureCategory"];
                detail: string;
                since: components["schemas"]["Instant"];
                at: components["schemas"]["Instant"];
            } | null;
        };
        MatchTarget: {
            /**
             * @description Each event names its mailbox: by the `external_ref` of a credential, or by its user name. The newest credential with that name is used.
             * @enum {string}
             */
            match: "external_ref" | "username";
        };
        /** @description The caller, by the claims of the token. */
        Me: {
            uid: string;
            /**
             * @description The role in all accounts of the token.
             * @enum {string}
             */
            role: "viewer" | "member" | "owner";
            /** @description `paused` while an operator keeps all jobs of the account from starting; `paused_until` is null when the pause has no end. */
            accounts: {
                id: string;
                paused: boolean;
                paused_until: components["schemas"]["Instant"] | null;
            }[];
        };
        MoveMessagesByEmailIds: {
            /** @description The messages, by the `id` that `GET …/emails` shows. All must be in one folder of the credential. They replace `folder`, `uid_validity` and `uids`, which must then be absent. */
            email_ids: components["schemas"]["EmailId"][];
            /** @description The `path` of the folder that the messages go to. */
            target_folder: string;
            /** @description Make the target folder if it does not exist. Default: `false`. */
            create_target?: boolean;
        };
        MoveMessagesByUids: {
            /** @description The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`. */
            folder: string;
            /** @description The UIDVALIDITY of the folder, as `GET …/mailboxes` shows it. UIDs are only valid together with it (RFC 9051, section 2.3.1.1). */
            uid_validity: number;
            /** @description The UIDs of the messages in the folder, each at most once. */
            uids: number[];
            /** @description The `path` of the folder that the messages go to. */
            target_folder: string;
            /** @description Make the target folder if it does not exist. Default: `false`. */
            create_target?: boolean;
        };
        MoveMessagesPayload: components["schemas"]["MoveMessagesByUids"] | components["schemas"]["MoveMessagesByEmailIds"];
        MoveMessagesResult: {
            /** @description Messages that this job moved. */
            moved: number;
            /** @description Messages that an earlier attempt had already processed, although no answer of the server came. */
            already_done: number;
            /** @description UIDs of messages that were not in the folder any more, or that were not found in the target folder afterwards; null when the set is too long for a result. */
            missing: string | null;
            /** @description The UIDVALIDITY of the target folder; null when it is not known. */
            target_uid_validity: number | null;
            /** @description The UIDs in the source and in the target folder, in the same order; null when the server does not report them or they are too long for a result. */
            uid_map: {
                source: string;
                target: string;
            } | null;
            /**
             * @description How it was done: with MOVE, by copying and expunging, or by copying alone.
             * @enum {string}
             */
            method: "move" | "copy_and_expunge" | "copy";
            /** @description Whether every message was found in the target folder. */
            verified: boolean;
        };
        OAuthSecret: {
            /** @description The mail address to log in with. */
            username: string;
            /** @description The id of your application at the provider. */
            client_id: string;
            /** @description The secret of your application at the provider. */
            client_secret: string;
            /** @description The token with which new access tokens are requested. */
            refresh_token: string;
            /**
             * Format: uri
             * @description The provider's token endpoint (https).
             */
            token_url: string;
            /** @description The scope to request, if the provider needs one. */
            scope?: string;
        };
        /** @description The position of the next page. */
        Page: {
            limit: number;
            /** @description Null: this was the last page. */
            next_cursor: string | null;
        };
        PasswordSecret: {
            /** @description The name to log in with, often the mail address. */
            username: string;
            /** @description The password, or an app password. */
            password: string;
        };
        /** @description A period: `gte` inclusive, `lt` exclusive; absolute in UTC, or relative to now like `-24h` (s, m, h, d, w). */
        Period: {
            /** @description From this time on. */
            gte?: components["schemas"]["Instant"] | string;
            /** @description Before this time. */
            lt?: components["schemas"]["Instant"] | string;
        };
        /** @description A refusal (RFC 9457). Rely on `code`: codes do not change, texts may. */
        Problem: {
            /**
             * Format: uri
             * @description A URN made of the code.
             */
            type: string;
            /** @description What the code means, the same for every problem with it. */
            title: string;
            status: number;
            /** @description The problem in this case; the title, if nothing more is known. */
            detail: string;
            /** @enum {string} */
            code: "invalid_token" | "account_forbidden" | "role_forbidden" | "body_too_large" | "unsupported_media_type" | "invalid_json" | "invalid_cursor" | "invalid_request" | "secret_required" | "idempotency_key_reused" | "filter_required" | "not_found" | "method_not_allowed" | "version_conflict" | "job_not_retryable" | "job_not_cancellable" | "job_running" | "job_already_succeeded" | "job_already_resolved" | "job_not_resolved" | "job_not_pending" | "too_many_changes" | "credential_altered" | "credential_in_use" | "no_webhook_secret" | "webhook_test_impossible" | "delivery_refused" | "delivery_malformed" | "try_again" | "task_not_scheduled" | "bulk_not_running" | "quota_exceeded" | "rate_limited" | "service_busy" | "internal_error";
            request_id: string;
            /** @description What is wrong with the request, field by field. */
            errors?: {
                /** @description A JSON pointer into the body (RFC 6901), `?name` of a parameter, or `header name`. */
                pointer: string;
                message: string;
            }[];
            /**
             * @description The status that refuses the command.
             * @enum {string}
             */
            job_status?: "scheduled" | "queued" | "running" | "retrying" | "succeeded" | "failed" | "resolved";
            /** @description The commands that would be accepted now. */
            allowed_commands?: ("retry" | "trigger" | "cancel" | "resolve" | "reopen" | "update" | "delete")[];
            /** @description The limit that was reached, by the name of its setting. */
            limit?: string;
            /** @description The value of that limit. */
            value?: number;
            /** @description Unfinished jobs of the credential; counted to 1,000. */
            open_jobs?: number;
            /** @description Tasks of the credential with an active schedule. */
            scheduled_tasks?: number;
            /** @description Enabled webhook endpoints that name the credential. */
            webhook_endpoints?: number;
        } & (unknown & unknown & unknown & unknown);
        Range: {
            /** @description At least this number. */
            gte?: number;
            /** @description At most this number. */
            lte?: number;
        };
        RenameMailboxPayload: {
            /** @description The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`. */
            folder: string;
            /** @description The UIDVALIDITY of the folder, as `GET …/mailboxes` shows it. UIDs are only valid together with it (RFC 9051, section 2.3.1.1). */
            uid_validity: number;
            /** @description The new name: one level, without the names of its parents. */
            name: string;
            /** @description The `path` of the folder to move it to; null: the top level. Without it the folder stays where it is. */
            parent?: string | null;
        };
        RenameMailboxResult: {
            old_path: string;
            path: string;
            /** @description False: the folder had this name already. */
            renamed: boolean;
            /** @description Folders below it, which were renamed with it. */
            children: number;
        };
        SearchCriteria: {
            /** @description Whether it has been read. */
            seen?: boolean;
            /** @description Whether it has the flag `\Flagged`. */
            flagged?: boolean;
            /** @description Whether it has been answered. */
            answered?: boolean;
            /** @description Whether it is a draft. */
            draft?: boolean;
            /**
             * Format: date
             * @description Arrived on this day or later, by the server's calendar.
             */
            since?: string;
            /**
             * Format: date
             * @description Arrived before this day, by the server's calendar.
             */
            before?: string;
            /** @description Larger than this number of bytes. */
            larger?: number;
            /** @description Smaller than this number of bytes. */
            smaller?: number;
            /** @description A UID of at least this. */
            uid_gte?: number;
            /** @description A UID below this. */
            uid_lt?: number;
        };
        SearchMessagesPayload: {
            /** @description The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`. */
            folder: string;
            /** @description The conditions for messages; all given conditions must match. Default: `{}`. */
            criteria?: components["schemas"]["SearchCriteria"];
        };
        SearchMessagesResult: {
            uid_validity: number;
            /** @description The number of matching messages, even if `uids` is cut. */
            count: number;
            /** @description The UIDs of matching messages, as an IMAP set such as `2:9,14`. */
            uids: string;
            /** @description Whether `uids` has only the highest UIDs, because the whole set is too long for a result. */
            truncated: boolean;
        };
        /** @description The secret of a credential. No reply ever shows it. */
        Secret: components["schemas"]["PasswordSecret"] | components["schemas"]["OAuthSecret"];
        SetFlagsByEmailIds: {
            /** @description The messages, by the `id` that `GET …/emails` shows. All must be in one folder of the credential. They replace `folder`, `uid_validity` and `uids`, which must then be absent. */
            email_ids: components["schemas"]["EmailId"][];
            /** @description Flags to set, such as `\Seen`, or keywords of your own. Give `add`, `remove` or both. */
            add?: string[];
            /** @description Flags to remove. */
            remove?: string[];
            /** @description A mod-sequence in decimal: messages that changed after it are not changed, and are named in `conflicted` (RFC 7162). */
            if_unchanged_since?: string;
        };
        SetFlagsByUids: {
            /** @description The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`. */
            folder: string;
            /** @description The UIDVALIDITY of the folder, as `GET …/mailboxes` shows it. UIDs are only valid together with it (RFC 9051, section 2.3.1.1). */
            uid_validity: number;
            /** @description The UIDs of the messages in the folder, each at most once. */
            uids: number[];
            /** @description Flags to set, such as `\Seen`, or keywords of your own. Give `add`, `remove` or both. */
            add?: string[];
            /** @description Flags to remove. */
            remove?: string[];
            /** @description A mod-sequence in decimal: messages that changed after it are not changed, and are named in `conflicted` (RFC 7162). */
            if_unchanged_since?: string;
        };
        SetFlagsPayload: components["schemas"]["SetFlagsByUids"] | components["schemas"]["SetFlagsByEmailIds"];
        SetFlagsResult: {
            changed: number;
            /** @description UIDs of messages that were not in the folder any more, as an IMAP set such as `2:9,14`; null when the set is too long for a result. */
            missing: string | null;
            /** @description UIDs of messages that had changed after `if_unchanged_since`; null when the set is too long for a result. */
            conflicted: string | null;
            /** @description Keywords that the folder does not store. */
            rejected_flags: string[];
        };
        /** @description The data that a program needs to sign a person in by OpenID Connect. */
        SignIn: {
            /** @description The issuer of the tokens that this API accepts. Its discovery document is at `/.well-known/openid-configuration`. */
            issuer: string;
            /** @description The API accepts tokens for one of these, in the claim `aud`; without that claim, in `client_id`. */
            audiences: string[];
            /** @description The scopes to request from the issuer. */
            scopes: string[];
            /** @description The public clients (`client_id`) of the console and of the command line; null where there is none. */
            clients: {
                console: string | null;
                cli: string | null;
            };
        };
        /** @description The task of this sync, which later syncs of the same kind share, and the job of this request. */
        SyncAccepted: {
            task_id: string;
            job_id: string;
            /** @description The job as it is now; null when it was deleted since. */
            job: components["schemas"]["Job"] | null;
        };
        SyncMailboxesPayload: {
            /** @description Which namespaces (RFC 2342) are read. Default: `["personal"]`. */
            namespaces?: ("personal" | "other_users" | "shared")[];
        };
        SyncMailboxesResult: {
            /** @description Folders in the list of the server. */
            mailboxes: number;
            /** @description Folders that were not known before. */
            added: number;
            /** @description Known folders that were not in the list this time. They are kept for 24 hours, in case they come back. */
            missing: number;
            /** @description Folders that were not in the list for more than 24 hours: their messages are removed here. */
            removed: number;
            /** @description Folders that have another name than before. */
            renamed: number;
            /** @description Folders in the list that hold no messages themselves. */
            unselectable: number;
            /**
             * @description `damaged`: the list could not be read as a whole; then no folder counts as missing, removed or renamed.
             * @enum {string}
             */
            listing: "whole" | "damaged";
        };
        SyncMessagesPayload: {
            /** @description A mailbox's path; null: every selectable personal mailbox but \All and \Flagged. Default: `null`. */
            folder?: string | null;
            /** @description Compare every message again, not only what changed since the last sync. Default: `false`. */
            full?: boolean;
            /**
             * Format: date
             * @description Only messages that arrived on or after this day.
             */
            since?: string;
        };
        SyncMessagesResult: {
            /** @description Folders that were to be synced. */
            folders: number;
            /** @description Folders in which nothing had changed. */
            unchanged: number;
            /** @description Messages that were not known before. */
            added: number;
            /** @description Messages whose flags had changed. */
            updated: number;
            /** @description Messages that do not exist any more. */
            removed: number;
            /** @description Messages that were moved from one folder to another. */
            moved: number;
            /** @description Messages that the server reports nothing about. */
            unreadable: number;
            /** @description Folders that were read from the start because their UIDVALIDITY had changed. */
            resets: number;
            /** @description Older messages that later syncs still have to fetch. */
            backfill_left: number;
            /** @description Whether everything on the server is stored; false when folders were refused or the list was damaged. */
            complete: boolean;
            /**
             * @description `window`: the server does not report which flags changed, so only the newest messages were compared.
             * @enum {string}
             */
            flags: "exact" | "window";
            /**
             * @description `damaged`: the list of folders could not be read completely. The readable and the known folders were synced.
             * @enum {string}
             */
            listing: "whole" | "damaged";
            /** @description Folders that could not be opened or read, at most 20; `last_error` of the mailbox says why. */
            refused: {
                folder: string;
                code: components["schemas"]["FailureCode"];
            }[];
            /** @description The number of all refused folders, including those that are not tried again yet. */
            refused_count: number;
        };
        /** @description Work that a person ordered for a mailbox. A trigger makes a job of it, and so does its schedule. */
        Task: {
            id: string;
            account_id: string;
            task_type: components["schemas"]["ActionName"];
            target_credential_id: string;
            /** @description By task type. */
            payload: {
                [key: string]: unknown;
            };
            priority: number;
            labels: string[];
            /** @description An interval, or a cron expression with its time zone. The schedule makes no job while another job of the task has not ended. */
            schedule: ({
                every: string;
            } | {
                cron: string;
                time_zone: string;
            }) | null;
            /** @description A person has turned its schedule off. */
            paused: {
                reason: string | null;
                at: components["schemas"]["Instant"];
            } | null;
            /** @description Why and since when the system has turned its schedule off: three runs in a row failed for a cause that does not end without a person, or its credential was deleted or belongs to another account. Null: the schedule is not suspended. */
            suspended: {
                code: components["schemas"]["FailureCode"];
                at: components["schemas"]["Instant"];
            } | null;
            last_job_id: string | null;
            created_at: components["schemas"]["Instant"];
            updated_at: components["schemas"]["Instant"];
            /** @description The version in `ETag` and `If-Match`. */
            version: number;
            /** @description When it is due next; none while its schedule is off. */
            next_runs: components["schemas"]["Instant"][];
            /** @description Due times at which no job was made: another job of the task had not ended, or the credential was parked. */
            skipped_runs: number;
            /**
             * @description It follows the last job of the task. `idle`: there is no job, or it was resolved. `active`: the job has not ended. `succeeded`, `failed`: the job has ended with this result. `suspended`: `suspended` is set, or the credential was deleted; then the task makes no jobs.
             * @enum {string}
             */
            status: "idle" | "active" | "succeeded" | "failed" | "suspended";
        };
        TaskFilter: {
            /** @description What the task does: one action, or a list. */
            task_type?: components["schemas"]["ActionName"][] | components["schemas"]["ActionName"];
            /** @description The credential (mailbox) of the task, `pc_…`: one id, or a list. */
            target_credential_id?: components["schemas"]["CredentialId"][] | components["schemas"]["CredentialId"];
            /** @description The status of the task: one, or a list. */
            status?: ("idle" | "active" | "succeeded" | "failed" | "suspended")[] | ("idle" | "active" | "succeeded" | "failed" | "suspended");
            /** @description One of its labels: one value, or a list of which one must match. */
            label?: string[] | string;
            /** @description `true`: only tasks with a schedule; `false`: only tasks without. */
            scheduled?: boolean;
            /** @description The priority, from -10 to 10. */
            priority?: components["schemas"]["Range"];
            /** @description When it was made. */
            created_at?: components["schemas"]["Period"];
            /** @description Words to search for, separated by spaces. Each must occur in the id, the task type, the credential id or a label. */
            q?: string;
        };
        TaskId: string;
        /**
         * @description The reason that keeps a job from starting. `credential_suspect`: the credential failed once; one job tries again after ten minutes. `credential_parked`: it failed twice in a row; it is tried again 1, 6 and 24 hours later. `status_reason` of the credential says why. `credential_paused`, `account_paused`: an operator has paused the credential or the account. `rate_limited`: the provider asked for fewer requests, or accepts no further connections. `connection_slot`: all connections that the credential may have at once (`max_connections`) are in use; the job starts when one is free. `account_share`: the account already has the maximum number of running attempts. `host_parked`: its mail server has not answered in time; it is tried again within 15 minutes.
         * @enum {string}
         */
        WaitReason: "credential_suspect" | "credential_parked" | "credential_paused" | "account_paused" | "rate_limited" | "connection_slot" | "account_share" | "host_parked";
        /** @description An address for the events of a provider, and the jobs that they make. */
        WebhookEndpoint: {
            id: string;
            account_id: string;
            /** @description The address to enter at the provider. */
            url: string;
            /** @enum {string} */
            provider: "standard" | "gmail" | "microsoft_graph" | "nylas" | "emailengine";
            /** @description The credential of all events, or the name by which each event identifies one. */
            target: {
                credential_id: string;
            } | {
                /** @enum {string} */
                match: "external_ref" | "username";
            };
            action: components["schemas"]["ActionName"];
            payload: {
                [key: string]: unknown;
            };
            /** @description Only events of these types make jobs; null: all do. */
            event_types: string[] | null;
            /** @description The values that requests are checked with in addition to the secret; by provider. */
            settings: {
                [key: string]: unknown;
            };
            enabled: boolean;
            label: string | null;
            /** @description If no event comes for this long, the endpoint is silent, and an alarm rings. */
            silent_after: string | null;
            /** @description Since when it is silent; null while it is not. */
            silent_since: components["schemas"]["Instant"] | null;
            /** @description The time of the last verified event of the provider; samples do not count. */
            last_delivery_at: components["schemas"]["Instant"] | null;
            created_at: components["schemas"]["Instant"];
            updated_at: components["schemas"]["Instant"];
            version: number;
        };
        WebhookEndpointId: string;
        /** @description A webhook endpoint with its counts of the last 24 hours. */
        WebhookEndpointWithCounts: {
            id: string;
            account_id: string;
            url: string;
            /** @enum {string} */
            provider: "standard" | "gmail" | "microsoft_graph" | "nylas" | "emailengine";
            target: {
                credential_id: string;
            } | {
                /** @enum {string} */
                match: "external_ref" | "username";
            };
            action: components["schemas"]["ActionName"];
            payload: {
                [key: string]: unknown;
            };
            event_types: string[] | null;
            settings: {
                [key: string]: unknown;
            };
            enabled: boolean;
            label: string | null;
            silent_after: string | null;
            silent_since: components["schemas"]["Instant"] | null;
            last_delivery_at: components["schemas"]["Instant"] | null;
            created_at: components["schemas"]["Instant"];
            updated_at: components["schemas"]["Instant"];
            version: number;
            /** @description The deliveries of the last 24 hours. `verified`: events of the provider, each once. `refused`: samples of refused requests, the first of each reason in ten minutes. `exact`: false when there were more than 1,000. */
            last_24h: {
                verified: number;
                refused: number;
                exact: boolean;
            };
        };
        WebhookEndpointWithSecret: {
            id: string;
            account_id: string;
            url: string;
            /** @enum {string} */
            provider: "standard" | "gmail" | "microsoft_graph" | "nylas" | "emailengine";
            target: {
                credential_id: string;
            } | {
                /** @enum {string} */
                match: "external_ref" | "username";
            };
            action: components["schemas"]["ActionName"];
            payload: {
                [key: string]: unknown;
            };
            event_types: string[] | null;
            settings: {
                [key: string]: unknown;
            };
            enabled: boolean;
            label: string | null;
            silent_after: string | null;
            silent_since: components["schemas"]["Instant"] | null;
            last_delivery_at: components["schemas"]["Instant"] | null;
            created_at: components["schemas"]["Instant"];
            updated_at: components["schemas"]["Instant"];
            version: number;
            /** @description Shown once: null in the reply to a repeated request, and for a provider without secrets. */
            secret: string | null;
        };
        /** @description How the endpoint answered the sample. */
        WebhookTest: {
            ok: boolean;
            /** @description Null when it did not answer. */
            status: number | null;
            delivery_id: string | null;
        };
    };
    responses: {
        /** @description - from the gateway: the rate limit is reached: try again later */
        429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Too Many Requests"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /** @description - from the gateway: the function did not answer in time */
        503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Service Unavailable"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /** @description - `invalid_cursor`: the cursor does not belong to this query */
        "400.invalid_cursor": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_cursor";
                };
            };
        };
        /** @description - `invalid_json`: the body is not JSON in UTF-8 */
        "400.invalid_json": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_json";
                };
            };
        };
        /**
         * @description - `invalid_json`: the body is not JSON in UTF-8
         *     - `invalid_cursor`: the cursor does not belong to this query
         */
        "400.invalid_json.invalid_cursor": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_json" | "invalid_cursor";
                };
            };
        };
        /**
         * @description - `invalid_token`: the token has no account, no `uid` or no role, or one of them is not valid
         *     - from the gateway: no token, or a token that is not valid here
         */
        "401.invalid_token": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                "www-authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_token";
                };
                /**
                 * @example {
                 *       "message": "Unauthorized"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /**
         * @description - `account_forbidden`: the token is not for the account of the path
         *     - from the gateway: the gateway refuses the request
         */
        "403.account_forbidden": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "account_forbidden";
                };
                /**
                 * @example {
                 *       "message": "Forbidden"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /**
         * @description - `account_forbidden`: the token is not for the account of the path
         *     - `role_forbidden`: the role is lower than `x-required-role`, or the work is dangerous and the role is not `owner`; see `detail`
         *     - from the gateway: the gateway refuses the request
         */
        "403.account_forbidden.role_forbidden": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "account_forbidden" | "role_forbidden";
                };
                /**
                 * @example {
                 *       "message": "Forbidden"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /**
         * @description - `role_forbidden`: the role is lower than `x-required-role`, or the work is dangerous and the role is not `owner`; see `detail`
         *     - from the gateway: the gateway refuses the request
         */
        "403.role_forbidden": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "role_forbidden";
                };
                /**
                 * @example {
                 *       "message": "Forbidden"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /**
         * @description - `not_found`: the resource does not exist, or it belongs to another account
         *     - from the gateway: the route does not exist
         */
        "404.not_found": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "not_found";
                };
                /**
                 * @example {
                 *       "message": "Not Found"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /** @description - `bulk_not_running`: the bulk operation has ended */
        "409.bulk_not_running": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "bulk_not_running";
                };
            };
        };
        /** @description - `credential_altered`: the stored fields were changed directly in the database; a PATCH of host, port, security_mode, tls_ca_pem and secret together repairs it, unless its fields are null: then delete it */
        "409.credential_altered": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "credential_altered";
                };
            };
        };
        /**
         * @description - `credential_altered`: the stored fields were changed directly in the database; a PATCH of host, port, security_mode, tls_ca_pem and secret together repairs it, unless its fields are null: then delete it
         *     - `too_many_changes`: it has been updated 1000 times, and each update is kept for good; create another one
         */
        "409.credential_altered.too_many_changes": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "credential_altered" | "too_many_changes";
                };
            };
        };
        /** @description - `credential_in_use`: unfinished jobs, schedules or webhook endpoints use the credential; the reply has the numbers */
        "409.credential_in_use": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "credential_in_use";
                };
            };
        };
        /**
         * @description - `job_already_succeeded`: the job has succeeded
         *     - `job_already_resolved`: the job is resolved
         */
        "409.job_already_succeeded.job_already_resolved": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "job_already_succeeded" | "job_already_resolved";
                };
            };
        };
        /** @description - `job_not_cancellable`: the job has succeeded, failed, or been resolved or cancelled */
        "409.job_not_cancellable": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "job_not_cancellable";
                };
            };
        };
        /** @description - `job_not_resolved`: the job is not resolved, so it cannot be reopened */
        "409.job_not_resolved": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "job_not_resolved";
                };
            };
        };
        /** @description - `job_not_retryable`: the job is neither failed nor retrying */
        "409.job_not_retryable": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "job_not_retryable";
                };
            };
        };
        /** @description - `job_running`: the job is running */
        "409.job_running": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "job_running";
                };
            };
        };
        /**
         * @description - `job_running`: the job is running
         *     - `job_already_succeeded`: the job has succeeded
         */
        "409.job_running.job_already_succeeded": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "job_running" | "job_already_succeeded";
                };
            };
        };
        /**
         * @description - `job_running`: the job is running
         *     - `job_not_pending`: the job does not wait any more, so its time cannot be changed
         *     - `too_many_changes`: it has been updated 1000 times, and each update is kept for good; create another one
         */
        "409.job_running.job_not_pending.too_many_changes": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "job_running" | "job_not_pending" | "too_many_changes";
                };
            };
        };
        /** @description - `no_webhook_secret`: requests of this provider are verified without a secret */
        "409.no_webhook_secret": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "no_webhook_secret";
                };
            };
        };
        /** @description - `quota_exceeded`: the account has the maximum number of these resources; `limit` and `value` name the limit */
        "409.quota_exceeded": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "quota_exceeded";
                };
            };
        };
        /** @description - `task_not_scheduled`: the task has no schedule */
        "409.task_not_scheduled": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "task_not_scheduled";
                };
            };
        };
        /** @description - `too_many_changes`: it has been updated 1000 times, and each update is kept for good; create another one */
        "409.too_many_changes": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "too_many_changes";
                };
            };
        };
        /** @description - `webhook_test_impossible`: only the provider can sign for this endpoint, or a value that a sample needs is missing */
        "409.webhook_test_impossible": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "webhook_test_impossible";
                };
            };
        };
        /** @description - `version_conflict`: the resource does not have the version in `If-Match`; only with that header */
        "412.version_conflict": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "version_conflict";
                };
            };
        };
        /**
         * @description - `body_too_large`: the body has more than 256 KB
         *     - from the gateway: the body has more than 10 MB
         */
        "413.body_too_large": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "body_too_large";
                };
                /**
                 * @example {
                 *       "message": "Request Entity Too Large"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /** @description - `unsupported_media_type`: there is a body and its type is not `application/json` */
        "415.unsupported_media_type": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "unsupported_media_type";
                };
            };
        };
        /** @description - `invalid_request`: a field, parameter or header is not as documented, or its name is not known; see `errors` */
        "422.invalid_request": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request";
                };
            };
        };
        /**
         * @description - `invalid_request`: a field, parameter or header is not as documented, or its name is not known; see `errors`
         *     - `idempotency_key_reused`: the key was used before with another body
         */
        "422.invalid_request.idempotency_key_reused": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request" | "idempotency_key_reused";
                };
            };
        };
        /**
         * @description - `invalid_request`: a field, parameter or header is not as documented, or its name is not known; see `errors`
         *     - `idempotency_key_reused`: the key was used before with another body
         *     - `filter_required`: no filter selects the jobs
         */
        "422.invalid_request.idempotency_key_reused.filter_required": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request" | "idempotency_key_reused" | "filter_required";
                };
            };
        };
        /**
         * @description - `invalid_request`: a field, parameter or header is not as documented, or its name is not known; see `errors`
         *     - `idempotency_key_reused`: the key was used before with another body
         *     - `secret_required`: the change may send the stored secret elsewhere or less safely
         */
        "422.invalid_request.idempotency_key_reused.secret_required": {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request" | "idempotency_key_reused" | "secret_required";
                };
            };
        };
        /**
         * @description - `rate_limited`: the account has reached the limit that `limit` and `value` name; `Retry-After` says when there is room
         *     - from the gateway: the rate limit is reached: try again later
         */
        "429.rate_limited": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                "retry-after": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "rate_limited";
                };
                /**
                 * @example {
                 *       "message": "Too Many Requests"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /**
         * @description - `internal_error`: something failed on our side
         *     - from the gateway: the function did not answer properly
         */
        "500.internal_error": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "internal_error";
                };
                /**
                 * @example {
                 *       "message": "Internal Server Error"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /**
         * @description - `service_busy`: a table or a key is used more than AWS allows at this moment, or does not answer; the request may have been carried out; `Retry-After` says when to try again
         *     - from the gateway: the function did not answer in time
         */
        "503.service_busy": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                "retry-after": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "service_busy";
                };
                /**
                 * @example {
                 *       "message": "Service Unavailable"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
        /**
         * @description - `try_again`: the request could not be stored, or other writers kept changing the resource for 20 seconds
         *     - `service_busy`: a table or a key is used more than AWS allows at this moment, or does not answer; the request may have been carried out; `Retry-After` says when to try again
         *     - from the gateway: the function did not answer in time
         */
        "503.try_again.service_busy": {
            headers: {
                "x-request-id": components["headers"]["RequestIdOfOurs"];
                "retry-after": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "try_again" | "service_busy";
                };
                /**
                 * @example {
                 *       "message": "Service Unavailable"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
    };
    parameters: {
        /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
        "header.Idempotency-Key": string;
        /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
        "header.If-Match": string;
        /** @description The `ETag` of an earlier reply to the same request. If nothing has changed since, the reply is 304, without a body. */
        "header.If-None-Match": string;
        /** @description `wait=<seconds>` (RFC 7240): the reply comes when the work has ended, or when this time is over, at most 20 seconds. It comes at once if the job is postponed to a time after that. The reply has the same shape with and without it. `Preference-Applied` in the reply means that the request waited. If too many requests of the account wait already, the reply comes at once, without `Preference-Applied`. */
        "header.Prefer": string;
        /** @description The account, `acc_…`. The token must be for it. */
        "path.account_id": components["schemas"]["AccountId"];
        /** @description The bulk operation, `blk_…`. */
        "path.bulk_id": components["schemas"]["BulkId"];
        /** @description The credential (mailbox), `pc_…`. */
        "path.credential_id": components["schemas"]["CredentialId"];
        /** @description The delivery, `dlv_…`. */
        "path.delivery_id": string;
        /** @description The message, `eml_…`. */
        "path.email_id": components["schemas"]["EmailId"];
        /** @description The failure group, `fgr_…`. */
        "path.failure_group_id": components["schemas"]["FailureGroupId"];
        /** @description The job, `job_…`. */
        "path.job_id": components["schemas"]["JobId"];
        /** @description The entry of the audit, `log_…`. */
        "path.log_id": components["schemas"]["LogId"];
        /** @description The task, `tsk_…`. */
        "path.task_id": components["schemas"]["TaskId"];
        /** @description The webhook endpoint, `whk_…`. */
        "path.webhook_endpoint_id": components["schemas"]["WebhookEndpointId"];
        /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
        "query.cursor": string;
        /** @description How many items the page may have, at most 100. */
        "query.limit": number;
        /** @description How many items to skip from the start. Not together with `cursor`. */
        "query.offset": number;
    };
    requestBodies: never;
    headers: {
        /**
         * @description The version, for `If-Match`.
         * @example "3"
         */
        ETag: string;
        /**
         * @description A text that changes with the reply, for `If-None-Match`.
         * @example "1-42"
         */
        EntityTag: string;
        /**
         * @description The wait of `Prefer` that was applied (RFC 7240); absent when it was not.
         * @example wait=20
         */
        PreferenceApplied: string;
        /** @description The id of the request, also in our logs and in the audit. */
        RequestId: string;
        /** @description The id of the request; the gateway's own refusals have none. */
        RequestIdOfOurs: string;
        /** @description Seconds until there is room. */
        RetryAfter: number;
        /** @description With the gateway's refusal. */
        WwwAuthenticate: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "status": "ok"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Health"];
                    };
                };
            };
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "issuer": "https://login.example.com",
                     *         "audiences": [
                     *           "inbox-manager",
                     *           "console",
                     *           "cli"
                     *         ],
                     *         "scopes": [
                     *           "openid"
                     *         ],
                     *         "clients": {
                     *           "console": "console",
                     *           "cli": "cli"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SignIn"];
                    };
                };
            };
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503"];
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "uid": "jane",
                     *         "role": "owner",
                     *         "accounts": [
                     *           {
                     *             "id": "acc_demo",
                     *             "paused": false,
                     *             "paused_until": null
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Me"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Only jobs in one of these statuses. */
                status?: components["schemas"]["JobStatus"][];
                /** @description Only jobs that do one of these actions. */
                action?: components["schemas"]["ActionName"][];
                /** @description Only jobs of these tasks. */
                task_id?: components["schemas"]["TaskId"][];
                /** @description Only jobs of these credentials (mailboxes), `pc_…`. */
                credential_id?: components["schemas"]["CredentialId"][];
                /** @description Only those whose last error has one of these codes. */
                last_error_code?: components["schemas"]["FailureCode"][];
                /** @description Only those whose last error has one of these categories. */
                last_error_category?: components["schemas"]["FailureCategory"][];
                /** @description Only jobs with one of these labels. */
                label?: string[];
                /** @description Only jobs that one of these reasons keeps from starting. */
                waiting_on?: components["schemas"]["WaitReason"][];
                /** @description Only jobs that were last changed by one of these bulk operations. */
                bulk_id?: components["schemas"]["BulkId"][];
                /** @description Only jobs on these mail servers: `host:port`, or a host alone for all its ports. */
                host?: string[];
                /** @description Words to search for, separated by spaces. Each must occur, in upper or lower case, in the id, action, task id, error code, error detail or a label. */
                q?: string;
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "job_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_id": "tsk_01jd0000000000000000000000",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "action": "imap_sync_messages",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "status": "retrying",
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "attempt_count": 1,
                     *           "max_attempts": null,
                     *           "run_at": null,
                     *           "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:04.250Z",
                     *           "started_at": "2026-01-31T12:00:01.000Z",
                     *           "finished_at": null,
                     *           "failed_at": null,
                     *           "resolved_at": null,
                     *           "last_error_code": "provider_timeout",
                     *           "last_error_category": "transient",
                     *           "last_error_detail": "no answer to SELECT within 30 s",
                     *           "last_error_at": "2026-01-31T12:00:04.250Z",
                     *           "outcome_unknown": false,
                     *           "result": null,
                     *           "resolution": null,
                     *           "source": {
                     *             "kind": "task",
                     *             "id": "tsk_01jd0000000000000000000000"
                     *           },
                     *           "bulk_id": null,
                     *           "version": 3,
                     *           "waiting_on": null,
                     *           "waiting_until": null,
                     *           "attempts_left": 19,
                     *           "progress": null,
                     *           "stalled": false,
                     *           "host": "imap.example.com:993",
                     *           "credential_label": "support",
                     *           "allowed_commands": [
                     *             "retry",
                     *             "trigger",
                     *             "cancel",
                     *             "resolve",
                     *             "update",
                     *             "delete"
                     *           ]
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    searchJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "status": [
                 *           "failed",
                 *           "retrying"
                 *         ],
                 *         "last_error_category": "transient",
                 *         "created_at": {
                 *           "gte": "-24h"
                 *         }
                 *       },
                 *       "sort": "-created_at",
                 *       "limit": 50,
                 *       "facets": true
                 *     }
                 */
                "application/json": {
                    /** @description Selects the entries. All given fields must match; of a list of values one must match. Without a filter: all. */
                    filter?: components["schemas"]["JobFilter"];
                    /** @description Words to search for: the same as `filter.q`, for a search box beside the filter. Give one of the two, not both. */
                    query?: string;
                    /**
                     * @description Sorted by `failed_at` or `last_error_at`, only jobs that have this time are found. They are sorted in groups of up to 1,000, the newest created first. If `coverage.complete` is false, the list as a whole is not sorted: the next group follows after this one.
                     * @default -created_at
                     * @enum {string}
                     */
                    sort?: "-created_at" | "created_at" | "-failed_at" | "failed_at" | "-last_error_at" | "last_error_at";
                    /**
                     * @description Which fields to count the matches by, on the first page. `true` stands for `status`, `action`, `last_error_code` and `last_error_category`.
                     * @default false
                     */
                    facets?: boolean | ("status" | "action" | "last_error_code" | "last_error_category" | "host" | "credential_id" | "label" | "waiting_on")[];
                    /**
                     * @description How many items the page may have, at most 100.
                     * @default 20
                     */
                    limit?: number;
                    /** @description `page.next_cursor` of the page before, to get the next page. Send the same filter and sort with it. */
                    cursor?: string;
                    /**
                     * @description How many items to skip from the start. For the pages of a long list use `cursor`.
                     * @default 0
                     */
                    offset?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "job_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_id": "tsk_01jd0000000000000000000000",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "action": "imap_sync_messages",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "status": "retrying",
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "attempt_count": 1,
                     *           "max_attempts": null,
                     *           "run_at": null,
                     *           "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:04.250Z",
                     *           "started_at": "2026-01-31T12:00:01.000Z",
                     *           "finished_at": null,
                     *           "failed_at": null,
                     *           "resolved_at": null,
                     *           "last_error_code": "provider_timeout",
                     *           "last_error_category": "transient",
                     *           "last_error_detail": "no answer to SELECT within 30 s",
                     *           "last_error_at": "2026-01-31T12:00:04.250Z",
                     *           "outcome_unknown": false,
                     *           "result": null,
                     *           "resolution": null,
                     *           "source": {
                     *             "kind": "task",
                     *             "id": "tsk_01jd0000000000000000000000"
                     *           },
                     *           "bulk_id": null,
                     *           "version": 3,
                     *           "waiting_on": null,
                     *           "waiting_until": null,
                     *           "attempts_left": 19,
                     *           "progress": null,
                     *           "stalled": false,
                     *           "host": "imap.example.com:993",
                     *           "credential_label": "support",
                     *           "allowed_commands": [
                     *             "retry",
                     *             "trigger",
                     *             "cancel",
                     *             "resolve",
                     *             "update",
                     *             "delete"
                     *           ]
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       },
                     *       "coverage": {
                     *         "examined": 1000,
                     *         "from": "2026-01-30T12:00:00.000Z",
                     *         "to": null,
                     *         "complete": false
                     *       },
                     *       "facets": {
                     *         "status": {
                     *           "failed": 12,
                     *           "retrying": 3
                     *         },
                     *         "action": {
                     *           "imap_sync_messages": 15
                     *         },
                     *         "last_error_code": {
                     *           "provider_timeout": 15
                     *         },
                     *         "last_error_category": {
                     *           "transient": 15
                     *         },
                     *         "host": null,
                     *         "credential_id": null,
                     *         "label": null,
                     *         "waiting_on": null,
                     *         "exact": true,
                     *         "cut": []
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"][];
                        page: components["schemas"]["Page"];
                        coverage: components["schemas"]["Coverage"];
                        facets: components["schemas"]["Facets"] | null;
                    };
                };
            };
            400: components["responses"]["400.invalid_json.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    searchDeleteJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description `wait=<seconds>` (RFC 7240): the reply comes when the work has ended, or when this time is over, at most 20 seconds. It comes at once if the job is postponed to a time after that. The reply has the same shape with and without it. `Preference-Applied` in the reply means that the request waited. If too many requests of the account wait already, the reply comes at once, without `Preference-Applied`. */
                Prefer?: components["parameters"]["header.Prefer"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "status": "succeeded"
                 *       },
                 *       "older_than": "30d",
                 *       "dry_run": true
                 *     }
                 */
                "application/json": {
                    /** @description Selects the jobs. All given fields must match; of a list of values one must match. */
                    filter?: components["schemas"]["JobFilter"];
                    /** @description Words to search for: the same as `filter.q`, for a search box beside the filter. Give one of the two, not both. */
                    query?: string;
                    /** @description Only jobs made before this time, or longer ago than this, like `30d`. */
                    older_than?: components["schemas"]["Instant"] | string;
                    /** @description Delete at most this many jobs, the oldest first. */
                    limit?: number;
                    /**
                     * @description With `true` nothing is changed: the reply counts the jobs that match and shows some of them.
                     * @default false
                     */
                    dry_run?: boolean;
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                    /**
                     * @description How many jobs are started (retry, trigger) or changed (cancel, resolve, delete) in a second. Low values protect mail servers from too many requests at once.
                     * @default 50
                     */
                    rate_per_second?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "matched": 400,
                     *         "matched_is_exact": true,
                     *         "sample": [
                     *           {
                     *             "id": "job_01jd0000000000000000000000",
                     *             "account_id": "acc_demo",
                     *             "task_id": "tsk_01jd0000000000000000000000",
                     *             "credential_id": "pc_01jd0000000000000000000000",
                     *             "action": "imap_sync_messages",
                     *             "payload": {
                     *               "folder": "INBOX",
                     *               "full": false
                     *             },
                     *             "status": "retrying",
                     *             "priority": 0,
                     *             "labels": [
                     *               "vip"
                     *             ],
                     *             "attempt_count": 1,
                     *             "max_attempts": null,
                     *             "run_at": null,
                     *             "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *             "created_at": "2026-01-31T12:00:00.000Z",
                     *             "updated_at": "2026-01-31T12:00:04.250Z",
                     *             "started_at": "2026-01-31T12:00:01.000Z",
                     *             "finished_at": null,
                     *             "failed_at": null,
                     *             "resolved_at": null,
                     *             "last_error_code": "provider_timeout",
                     *             "last_error_category": "transient",
                     *             "last_error_detail": "no answer to SELECT within 30 s",
                     *             "last_error_at": "2026-01-31T12:00:04.250Z",
                     *             "outcome_unknown": false,
                     *             "result": null,
                     *             "resolution": null,
                     *             "source": {
                     *               "kind": "task",
                     *               "id": "tsk_01jd0000000000000000000000"
                     *             },
                     *             "bulk_id": null,
                     *             "version": 3,
                     *             "waiting_on": null,
                     *             "waiting_until": null,
                     *             "attempts_left": 19,
                     *             "progress": null,
                     *             "stalled": false,
                     *             "host": "imap.example.com:993",
                     *             "credential_label": "support",
                     *             "allowed_commands": [
                     *               "retry",
                     *               "trigger",
                     *               "cancel",
                     *               "resolve",
                     *               "update",
                     *               "delete"
                     *             ]
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkDryRun"] | components["schemas"]["BulkOperation"];
                    };
                };
            };
            /** @description Accepted: the work continues after the reply. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "blk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "action": "retry",
                     *         "filter": {
                     *           "status": [
                     *             "failed"
                     *           ],
                     *           "last_error_code": [
                     *             "provider_timeout"
                     *           ]
                     *         },
                     *         "job_ids": null,
                     *         "created_before": "2026-01-31T12:00:00.000Z",
                     *         "limit": null,
                     *         "reason": "the outage is over",
                     *         "rate_per_second": 20,
                     *         "expected": 400,
                     *         "by": "jane",
                     *         "status": "running",
                     *         "matched": 100,
                     *         "done": 60,
                     *         "skipped": 2,
                     *         "failed": 0,
                     *         "waiting_on": null,
                     *         "waiting_since": null,
                     *         "aborting": false,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "finished_at": null,
                     *         "estimated_end_at": "2026-01-31T12:00:21.150Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkOperation"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused.filter_required"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    bulkJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description `wait=<seconds>` (RFC 7240): the reply comes when the work has ended, or when this time is over, at most 20 seconds. It comes at once if the job is postponed to a time after that. The reply has the same shape with and without it. `Preference-Applied` in the reply means that the request waited. If too many requests of the account wait already, the reply comes at once, without `Preference-Applied`. */
                Prefer?: components["parameters"]["header.Prefer"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "action": "retry",
                 *       "filter": {
                 *         "status": "failed",
                 *         "last_error_code": "provider_timeout",
                 *         "failed_at": {
                 *           "gte": "-2h"
                 *         }
                 *       },
                 *       "reason": "the outage is over",
                 *       "rate_per_second": 20
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What is done to each job: `retry`, `cancel`, `resolve`, `trigger` or `delete`, each like the command of that name.
                     * @enum {string}
                     */
                    action: "retry" | "cancel" | "resolve" | "trigger" | "delete";
                    /** @description Selects the jobs. All given fields must match, and at least one must be given. Give either `filter` or `job_ids`. */
                    filter?: components["schemas"]["JobFilter"];
                    /** @description The jobs by their ids, at most 1,000. Give either `filter` or `job_ids`. */
                    job_ids?: components["schemas"]["JobId"][];
                    /**
                     * @description With `true` nothing is changed: the reply counts the jobs that match and shows some of them.
                     * @default false
                     */
                    dry_run?: boolean;
                    /** @description Why, in your own words. It is required, and kept in the audit and with each job. */
                    reason: string;
                    /**
                     * @description How many jobs are started (retry, trigger) or changed (cancel, resolve, delete) in a second. Low values protect mail servers from too many requests at once.
                     * @default 50
                     */
                    rate_per_second?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "matched": 400,
                     *         "matched_is_exact": true,
                     *         "sample": [
                     *           {
                     *             "id": "job_01jd0000000000000000000000",
                     *             "account_id": "acc_demo",
                     *             "task_id": "tsk_01jd0000000000000000000000",
                     *             "credential_id": "pc_01jd0000000000000000000000",
                     *             "action": "imap_sync_messages",
                     *             "payload": {
                     *               "folder": "INBOX",
                     *               "full": false
                     *             },
                     *             "status": "retrying",
                     *             "priority": 0,
                     *             "labels": [
                     *               "vip"
                     *             ],
                     *             "attempt_count": 1,
                     *             "max_attempts": null,
                     *             "run_at": null,
                     *             "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *             "created_at": "2026-01-31T12:00:00.000Z",
                     *             "updated_at": "2026-01-31T12:00:04.250Z",
                     *             "started_at": "2026-01-31T12:00:01.000Z",
                     *             "finished_at": null,
                     *             "failed_at": null,
                     *             "resolved_at": null,
                     *             "last_error_code": "provider_timeout",
                     *             "last_error_category": "transient",
                     *             "last_error_detail": "no answer to SELECT within 30 s",
                     *             "last_error_at": "2026-01-31T12:00:04.250Z",
                     *             "outcome_unknown": false,
                     *             "result": null,
                     *             "resolution": null,
                     *             "source": {
                     *               "kind": "task",
                     *               "id": "tsk_01jd0000000000000000000000"
                     *             },
                     *             "bulk_id": null,
                     *             "version": 3,
                     *             "waiting_on": null,
                     *             "waiting_until": null,
                     *             "attempts_left": 19,
                     *             "progress": null,
                     *             "stalled": false,
                     *             "host": "imap.example.com:993",
                     *             "credential_label": "support",
                     *             "allowed_commands": [
                     *               "retry",
                     *               "trigger",
                     *               "cancel",
                     *               "resolve",
                     *               "update",
                     *               "delete"
                     *             ]
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkDryRun"] | components["schemas"]["BulkOperation"];
                    };
                };
            };
            /** @description Accepted: the work continues after the reply. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "blk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "action": "retry",
                     *         "filter": {
                     *           "status": [
                     *             "failed"
                     *           ],
                     *           "last_error_code": [
                     *             "provider_timeout"
                     *           ]
                     *         },
                     *         "job_ids": null,
                     *         "created_before": "2026-01-31T12:00:00.000Z",
                     *         "limit": null,
                     *         "reason": "the outage is over",
                     *         "rate_per_second": 20,
                     *         "expected": 400,
                     *         "by": "jane",
                     *         "status": "running",
                     *         "matched": 100,
                     *         "done": 60,
                     *         "skipped": 2,
                     *         "failed": 0,
                     *         "waiting_on": null,
                     *         "waiting_since": null,
                     *         "aborting": false,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "finished_at": null,
                     *         "estimated_end_at": "2026-01-31T12:00:21.150Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkOperation"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused.filter_required"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    jobStats: {
        parameters: {
            query?: {
                /** @description Also count open and failed jobs by their credential, mail server (`host:port`), reason to wait, or last error code (of failed and retrying jobs). */
                group_by?: "credential_id" | "host" | "last_error_code" | "waiting_on";
                /** @description Only jobs on these mail servers: `host:port`, or a host alone for all its ports. */
                host?: string[];
            };
            header?: {
                /** @description The `ETag` of an earlier reply to the same request. If nothing has changed since, the reply is 304, without a body. */
                "If-None-Match"?: components["parameters"]["header.If-None-Match"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "total": 1222,
                     *         "by_status": {
                     *           "scheduled": 0,
                     *           "queued": 2,
                     *           "running": 1,
                     *           "retrying": 3,
                     *           "succeeded": 1200,
                     *           "failed": 12,
                     *           "resolved": 4
                     *         },
                     *         "by_action": {
                     *           "imap_sync_messages": 1222
                     *         },
                     *         "by_error_code": {
                     *           "provider_timeout": 15
                     *         },
                     *         "groups": null,
                     *         "revision": "48211",
                     *         "oldest_due_at": "2026-01-31T12:00:00.000Z",
                     *         "stalled": 0,
                     *         "by_waiting_on": {
                     *           "credential_parked": 4
                     *         },
                     *         "open_coverage": {
                     *           "examined": 12,
                     *           "from": null,
                     *           "to": null,
                     *           "complete": true
                     *         },
                     *         "credentials_by_status": {
                     *           "valid": 49,
                     *           "parked": 1
                     *         },
                     *         "coverage": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["JobStats"];
                    };
                };
            };
            /** @description Nothing has changed since the reply that `If-None-Match` names; no body. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["EntityTag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    jobStatsSeries: {
        parameters: {
            query?: {
                /** @description The length of time of one point. */
                bucket?: "1h";
                /** @description Counts by the hour in which jobs were made, or in which they ended. With `ended_at` failed jobs are also counted by error, and `host` must be absent. */
                by?: "created_at" | "ended_at";
                /** @description Start of the first hour; 24 hours before `to` if it is absent. */
                from?: components["schemas"]["Instant"];
                /** @description A time in the last hour; now if it is absent. At most 31 days after `from`. */
                to?: components["schemas"]["Instant"];
                /** @description Only jobs on these mail servers: `host:port`, or a host alone for all its ports. */
                host?: string[];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "bucket": "1h",
                     *         "by": "created_at",
                     *         "points": [
                     *           {
                     *             "at": "2026-01-31T12:00:00.000Z",
                     *             "total": 1222,
                     *             "by_status": {
                     *               "scheduled": 0,
                     *               "queued": 2,
                     *               "running": 1,
                     *               "retrying": 3,
                     *               "succeeded": 1200,
                     *               "failed": 12,
                     *               "resolved": 4
                     *             },
                     *             "by_error_code": null,
                     *             "first_failed_at": "2026-01-31T12:00:04.250Z",
                     *             "last_failed_at": "2026-01-31T12:00:04.250Z"
                     *           }
                     *         ],
                     *         "coverage": {
                     *           "examined": 15,
                     *           "from": "2026-01-31T12:00:00.000Z",
                     *           "to": "2026-01-31T13:00:00.000Z",
                     *           "complete": true
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["JobStatsSeries"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listFailures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "code": "provider_timeout",
                     *           "category": "transient",
                     *           "scope": "host",
                     *           "who": "nobody",
                     *           "title": "The mail server did not answer in time",
                     *           "explanation": "The connection or a command got no answer before its deadline.",
                     *           "next_step": "Nothing to do: the system retries the job.",
                     *           "max_attempts": 20,
                     *           "first_delay_seconds": 1,
                     *           "longest_delay_seconds": 3600,
                     *           "delays_are": "up_to"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Failure"][];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listFailureGroups: {
        parameters: {
            query?: {
                /** @description `action`: one item per action in each group. */
                by?: "action";
                /** @description The largest groups first, or those that failed last. */
                sort?: "-count" | "-last_at";
                /** @description `false`: only groups that ask for attention; `true`: only the muted ones. */
                muted?: boolean;
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "fgr_YWNjX29uZS9wcm92aWRlcl90aW1lb3V0L2ltYXAuZXhhbXBsZS5jb206OTkz",
                     *           "code": "provider_timeout",
                     *           "host": "imap.example.com:993",
                     *           "muted": true,
                     *           "muted_until": null,
                     *           "note": "the provider works on it",
                     *           "version": 1,
                     *           "category": "transient",
                     *           "who": "nobody",
                     *           "title": "The mail server did not answer in time",
                     *           "action": null,
                     *           "failed": 12,
                     *           "retrying": 3,
                     *           "credentials": {
                     *             "count": 9,
                     *             "more": false
                     *           },
                     *           "first_at": "2026-01-31T12:00:00.000Z",
                     *           "last_at": "2026-01-31T12:00:04.250Z",
                     *           "sample_job_id": "job_01kg9q2v0xe3vt9q3y8m7b5n4c"
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       },
                     *       "coverage": {
                     *         "examined": 1000,
                     *         "from": "2026-01-30T12:00:00.000Z",
                     *         "to": null,
                     *         "complete": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["FailureGroup"][];
                        page: components["schemas"]["Page"];
                        coverage: components["schemas"]["Coverage"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    getFailureGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The failure group, `fgr_…`. */
                failure_group_id: components["parameters"]["path.failure_group_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "fgr_YWNjX29uZS9wcm92aWRlcl90aW1lb3V0L2ltYXAuZXhhbXBsZS5jb206OTkz",
                     *         "code": "provider_timeout",
                     *         "host": "imap.example.com:993",
                     *         "muted": true,
                     *         "muted_until": null,
                     *         "note": "the provider works on it",
                     *         "version": 1,
                     *         "category": "transient",
                     *         "who": "nobody",
                     *         "title": "The mail server did not answer in time",
                     *         "action": null,
                     *         "failed": 12,
                     *         "retrying": 3,
                     *         "credentials": {
                     *           "count": 9,
                     *           "more": false
                     *         },
                     *         "first_at": "2026-01-31T12:00:00.000Z",
                     *         "last_at": "2026-01-31T12:00:04.250Z",
                     *         "sample_job_id": "job_01kg9q2v0xe3vt9q3y8m7b5n4c"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["FailureGroup"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    muteFailureGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The failure group, `fgr_…`. */
                failure_group_id: components["parameters"]["path.failure_group_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "until": "2027-01-01T00:00:00Z",
                 *       "note": "the provider works on it"
                 *     }
                 */
                "application/json": {
                    /** @description When the pause ends. Without it the pause lasts until a person resumes it. */
                    until?: components["schemas"]["Instant"];
                    /** @description Why. It is shown with the group until the next command. */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "fgr_YWNjX29uZS9wcm92aWRlcl90aW1lb3V0L2ltYXAuZXhhbXBsZS5jb206OTkz",
                     *         "code": "provider_timeout",
                     *         "host": "imap.example.com:993",
                     *         "muted": true,
                     *         "muted_until": null,
                     *         "note": "the provider works on it",
                     *         "version": 1
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["FailureGroupMute"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    unmuteFailureGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The failure group, `fgr_…`. */
                failure_group_id: components["parameters"]["path.failure_group_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "note": "the provider says that it is repaired"
                 *     }
                 */
                "application/json": {
                    /** @description Why. It is shown with the group until the next command. */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "fgr_YWNjX29uZS9wcm92aWRlcl90aW1lb3V0L2ltYXAuZXhhbXBsZS5jb206OTkz",
                     *         "code": "provider_timeout",
                     *         "host": "imap.example.com:993",
                     *         "muted": true,
                     *         "muted_until": null,
                     *         "note": "the provider works on it",
                     *         "version": 1
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["FailureGroupMute"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=<seconds>` (RFC 7240): the reply comes when the work has ended, or when this time is over, at most 20 seconds. It comes at once if the job is postponed to a time after that. The reply has the same shape with and without it. `Preference-Applied` in the reply means that the request waited. If too many requests of the account wait already, the reply comes at once, without `Preference-Applied`. */
                Prefer?: components["parameters"]["header.Prefer"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    deleteJob: {
        parameters: {
            query?: {
                /** @description Delete it even if it is running. */
                force?: boolean;
                /** @description Why, in one line. The audit shows it. */
                reason?: string;
            };
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.job_running"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    updateJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "priority": 5,
                 *       "labels": [
                 *         "vip"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description From -10 to 10. Jobs above 0 use a faster queue. */
                    priority?: number;
                    /** @description Do not run it before this time; null: as soon as possible. */
                    run_at?: components["schemas"]["Instant"] | null;
                    /** @description Replaces the number of attempts, except for failures that are not tried again and for rate limits. Null: as the failure code allows. */
                    max_attempts?: number | null;
                    /** @description Another payload for the action of the job. It replaces the old one as a whole. */
                    payload?: components["schemas"]["SyncMailboxesPayload"] | components["schemas"]["SyncMessagesPayload"] | components["schemas"]["SearchMessagesPayload"] | components["schemas"]["SetFlagsByUids"] | components["schemas"]["MoveMessagesByUids"] | components["schemas"]["CopyMessagesByUids"] | components["schemas"]["DeleteMessagesByUids"] | components["schemas"]["CreateMailboxPayload"] | components["schemas"]["RenameMailboxPayload"] | components["schemas"]["DeleteMailboxPayload"];
                    /** @description Your own words to find jobs by, at most 10. Jobs take them from their task. A given list replaces the old one. */
                    labels?: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.job_running.job_not_pending.too_many_changes"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    listJobEvents: {
        parameters: {
            query?: {
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "stream_id": "job_01jd0000000000000000000000",
                     *           "version": 3,
                     *           "type": "AttemptFailed",
                     *           "at": "2026-01-31T12:00:04.250Z",
                     *           "actor": {
                     *             "kind": "worker",
                     *             "id": "worker-1"
                     *           },
                     *           "data": {
                     *             "code": "provider_timeout",
                     *             "category": "transient",
                     *             "detail": "no answer to SELECT within 30 s"
                     *           }
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "the provider is back"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Accepted: the work continues after the reply. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.job_not_retryable"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    triggerJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "the customer asked"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                    /** @description Also repeat a copy that has succeeded: its messages are then in the target folder twice. */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Accepted: the work continues after the reply. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.job_running.job_already_succeeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "started by mistake"
                 *     }
                 */
                "application/json": {
                    /** @description Why. It is kept as `resolution.note`. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.job_not_cancellable"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    resolveJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "note": "the mailbox is gone"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is shown with the job and kept in the audit. */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.job_already_succeeded.job_already_resolved"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    reopenJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The job, `job_…`. */
                job_id: components["parameters"]["path.job_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "resolved by mistake"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.job_not_resolved"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    listBulkOperations: {
        parameters: {
            query?: {
                /** @description Only operations in one of these statuses. */
                status?: ("running" | "completed" | "aborted" | "failed")[];
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "blk_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "action": "retry",
                     *           "filter": {
                     *             "status": [
                     *               "failed"
                     *             ],
                     *             "last_error_code": [
                     *               "provider_timeout"
                     *             ]
                     *           },
                     *           "job_ids": null,
                     *           "created_before": "2026-01-31T12:00:00.000Z",
                     *           "limit": null,
                     *           "reason": "the outage is over",
                     *           "rate_per_second": 20,
                     *           "expected": 400,
                     *           "by": "jane",
                     *           "status": "running",
                     *           "matched": 100,
                     *           "done": 60,
                     *           "skipped": 2,
                     *           "failed": 0,
                     *           "waiting_on": null,
                     *           "waiting_since": null,
                     *           "aborting": false,
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:04.250Z",
                     *           "finished_at": null,
                     *           "estimated_end_at": "2026-01-31T12:00:21.150Z",
                     *           "version": 2
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkOperation"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    getBulkOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The bulk operation, `blk_…`. */
                bulk_id: components["parameters"]["path.bulk_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "blk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "action": "retry",
                     *         "filter": {
                     *           "status": [
                     *             "failed"
                     *           ],
                     *           "last_error_code": [
                     *             "provider_timeout"
                     *           ]
                     *         },
                     *         "job_ids": null,
                     *         "created_before": "2026-01-31T12:00:00.000Z",
                     *         "limit": null,
                     *         "reason": "the outage is over",
                     *         "rate_per_second": 20,
                     *         "expected": 400,
                     *         "by": "jane",
                     *         "status": "running",
                     *         "matched": 100,
                     *         "done": 60,
                     *         "skipped": 2,
                     *         "failed": 0,
                     *         "waiting_on": null,
                     *         "waiting_since": null,
                     *         "aborting": false,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "finished_at": null,
                     *         "estimated_end_at": "2026-01-31T12:00:21.150Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkOperation"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listBulkItems: {
        parameters: {
            query?: {
                /** @description Only items with one of these outcomes. */
                outcome?: ("done" | "skipped" | "failed")[];
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The bulk operation, `blk_…`. */
                bulk_id: components["parameters"]["path.bulk_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "job_id": "job_01jd0000000000000000000000",
                     *           "outcome": "skipped",
                     *           "code": "job_not_retryable",
                     *           "detail": "Only a failed or retrying job can be retried"
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkItem"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    abortBulkOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The bulk operation, `blk_…`. */
                bulk_id: components["parameters"]["path.bulk_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "the wrong filter"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "blk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "action": "retry",
                     *         "filter": {
                     *           "status": [
                     *             "failed"
                     *           ],
                     *           "last_error_code": [
                     *             "provider_timeout"
                     *           ]
                     *         },
                     *         "job_ids": null,
                     *         "created_before": "2026-01-31T12:00:00.000Z",
                     *         "limit": null,
                     *         "reason": "the outage is over",
                     *         "rate_per_second": 20,
                     *         "expected": 400,
                     *         "by": "jane",
                     *         "status": "running",
                     *         "matched": 100,
                     *         "done": 60,
                     *         "skipped": 2,
                     *         "failed": 0,
                     *         "waiting_on": null,
                     *         "waiting_since": null,
                     *         "aborting": false,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "finished_at": null,
                     *         "estimated_end_at": "2026-01-31T12:00:21.150Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["BulkOperation"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.bulk_not_running"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    listLogs: {
        parameters: {
            query?: {
                /** @description Only entries about these kinds of resources. */
                subject?: ("job" | "task" | "credential" | "bulk_operation" | "webhook_endpoint" | "failure_group" | "account")[];
                /** @description Only entries about the resources with these ids. */
                subject_id?: string[];
                /** @description Only entries that report one of these actions. */
                action?: components["schemas"]["AuditAction"][];
                /** @description Only entries of these actors: persons (`uid`), workers, providers or parts of the system. */
                actor_id?: string[];
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "log_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "subject": "job",
                     *           "subject_id": "job_01jd0000000000000000000000",
                     *           "action": "job_retry_requested",
                     *           "status": "succeeded",
                     *           "data": {
                     *             "reason": "the provider is back"
                     *           },
                     *           "actor": {
                     *             "kind": "user",
                     *             "id": "jane"
                     *           },
                     *           "at": "2026-01-31T12:00:00.000Z",
                     *           "request_id": "JKJaXmPLvHcESHA="
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["LogEntry"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    searchLogs: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "action": "bulk_requested",
                 *         "actor_id": "jane",
                 *         "at": {
                 *           "gte": "-7d"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Selects the entries. All given fields must match; of a list of values one must match. Without a filter: all. */
                    filter?: components["schemas"]["LogFilter"];
                    /**
                     * @description The order of the list; with `-` the newest come first.
                     * @default -at
                     * @enum {string}
                     */
                    sort?: "-at" | "at";
                    /**
                     * @description How many items the page may have, at most 100.
                     * @default 20
                     */
                    limit?: number;
                    /** @description `page.next_cursor` of the page before, to get the next page. Send the same filter and sort with it. */
                    cursor?: string;
                    /**
                     * @description How many items to skip from the start. For the pages of a long list use `cursor`.
                     * @default 0
                     */
                    offset?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "log_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "subject": "job",
                     *           "subject_id": "job_01jd0000000000000000000000",
                     *           "action": "job_retry_requested",
                     *           "status": "succeeded",
                     *           "data": {
                     *             "reason": "the provider is back"
                     *           },
                     *           "actor": {
                     *             "kind": "user",
                     *             "id": "jane"
                     *           },
                     *           "at": "2026-01-31T12:00:00.000Z",
                     *           "request_id": "JKJaXmPLvHcESHA="
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       },
                     *       "coverage": {
                     *         "examined": 1000,
                     *         "from": "2026-01-30T12:00:00.000Z",
                     *         "to": null,
                     *         "complete": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["LogEntry"][];
                        page: components["schemas"]["Page"];
                        coverage: components["schemas"]["Coverage"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    getLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The entry of the audit, `log_…`. */
                log_id: components["parameters"]["path.log_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "log_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "subject": "job",
                     *         "subject_id": "job_01jd0000000000000000000000",
                     *         "action": "job_retry_requested",
                     *         "status": "succeeded",
                     *         "data": {
                     *           "reason": "the provider is back"
                     *         },
                     *         "actor": {
                     *           "kind": "user",
                     *           "id": "jane"
                     *         },
                     *         "at": "2026-01-31T12:00:00.000Z",
                     *         "request_id": "JKJaXmPLvHcESHA="
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["LogEntry"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listLogEvents: {
        parameters: {
            query?: {
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The entry of the audit, `log_…`. */
                log_id: components["parameters"]["path.log_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "stream_id": "job_01jd0000000000000000000000",
                     *           "version": 3,
                     *           "type": "AttemptFailed",
                     *           "at": "2026-01-31T12:00:04.250Z",
                     *           "actor": {
                     *             "kind": "worker",
                     *             "id": "worker-1"
                     *           },
                     *           "data": {
                     *             "code": "provider_timeout",
                     *             "category": "transient",
                     *             "detail": "no answer to SELECT within 30 s"
                     *           }
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "tsk_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_type": "imap_sync_messages",
                     *           "target_credential_id": "pc_01jd0000000000000000000000",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "last_job_id": "job_01jd0000000000000000000000",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:00.000Z",
                     *           "version": 2,
                     *           "schedule": {
                     *             "every": "5m"
                     *           },
                     *           "paused": null,
                     *           "suspended": null,
                     *           "next_runs": [
                     *             "2026-01-31T12:03:17.000Z",
                     *             "2026-01-31T12:08:17.000Z"
                     *           ],
                     *           "skipped_runs": 0,
                     *           "status": "active"
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Task"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "task_type": "imap_sync_messages",
                 *       "target_credential_id": "pc_01jd0000000000000000000000",
                 *       "payload": {
                 *         "folder": "INBOX"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The action that the jobs of the task do. It decides which payload is valid. */
                    task_type: components["schemas"]["ActionName"];
                    /** @description The credential (mailbox) that the jobs work on, `pc_…`. */
                    target_credential_id: components["schemas"]["CredentialId"];
                    /** @description The data of the action; by `task_type`. */
                    payload?: unknown;
                    /**
                     * @description From -10 to 10. Jobs above 0 use a faster queue.
                     * @default 0
                     */
                    priority?: number;
                    /**
                     * @description Your own words to find jobs by, at most 10. Jobs take them from their task. A given list replaces the old one.
                     * @default []
                     */
                    labels?: string[];
                    /**
                     * @description When the system makes jobs of the task: at an interval (`{"every": "5m"}`), or at times (`{"cron": "0 9 * * 1-5", "time_zone": "Europe/Berlin"}`). Null: only when it is triggered.
                     * @default null
                     */
                    schedule?: (components["schemas"]["IntervalSchedule"] | components["schemas"]["CronSchedule"]) | null;
                } & ({
                    /** @constant */
                    task_type: "imap_sync_mailboxes";
                    payload?: components["schemas"]["SyncMailboxesPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_sync_messages";
                    payload?: components["schemas"]["SyncMessagesPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_search_messages";
                    payload: components["schemas"]["SearchMessagesPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_set_flags";
                    payload: components["schemas"]["SetFlagsPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_move_messages";
                    payload: components["schemas"]["MoveMessagesPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_copy_messages";
                    payload: components["schemas"]["CopyMessagesPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_delete_messages";
                    payload: components["schemas"]["DeleteMessagesPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_create_mailbox";
                    payload: components["schemas"]["CreateMailboxPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_rename_mailbox";
                    payload: components["schemas"]["RenameMailboxPayload"];
                } | {
                    /** @constant */
                    task_type: "imap_delete_mailbox";
                    payload: components["schemas"]["DeleteMailboxPayload"];
                });
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "tsk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_type": "imap_sync_messages",
                     *         "target_credential_id": "pc_01jd0000000000000000000000",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "last_job_id": "job_01jd0000000000000000000000",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2,
                     *         "schedule": {
                     *           "every": "5m"
                     *         },
                     *         "paused": null,
                     *         "suspended": null,
                     *         "next_runs": [
                     *           "2026-01-31T12:03:17.000Z",
                     *           "2026-01-31T12:08:17.000Z"
                     *         ],
                     *         "skipped_runs": 0,
                     *         "status": "active"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Task"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    searchTasks: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "status": "failed",
                 *         "task_type": "imap_sync_messages",
                 *         "created_at": {
                 *           "gte": "-30d"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Selects the entries. All given fields must match; of a list of values one must match. Without a filter: all. */
                    filter?: components["schemas"]["TaskFilter"];
                    /**
                     * @description The order of the list; with `-` the newest come first.
                     * @default -created_at
                     * @enum {string}
                     */
                    sort?: "-created_at" | "created_at";
                    /**
                     * @description How many items the page may have, at most 100.
                     * @default 20
                     */
                    limit?: number;
                    /** @description `page.next_cursor` of the page before, to get the next page. Send the same filter and sort with it. */
                    cursor?: string;
                    /**
                     * @description How many items to skip from the start. For the pages of a long list use `cursor`.
                     * @default 0
                     */
                    offset?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "tsk_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_type": "imap_sync_messages",
                     *           "target_credential_id": "pc_01jd0000000000000000000000",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "last_job_id": "job_01jd0000000000000000000000",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:00.000Z",
                     *           "version": 2,
                     *           "schedule": {
                     *             "every": "5m"
                     *           },
                     *           "paused": null,
                     *           "suspended": null,
                     *           "next_runs": [
                     *             "2026-01-31T12:03:17.000Z",
                     *             "2026-01-31T12:08:17.000Z"
                     *           ],
                     *           "skipped_runs": 0,
                     *           "status": "active"
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       },
                     *       "coverage": {
                     *         "examined": 1000,
                     *         "from": "2026-01-30T12:00:00.000Z",
                     *         "to": null,
                     *         "complete": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Task"][];
                        page: components["schemas"]["Page"];
                        coverage: components["schemas"]["Coverage"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The task, `tsk_…`. */
                task_id: components["parameters"]["path.task_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "tsk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_type": "imap_sync_messages",
                     *         "target_credential_id": "pc_01jd0000000000000000000000",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "last_job_id": "job_01jd0000000000000000000000",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2,
                     *         "schedule": {
                     *           "every": "5m"
                     *         },
                     *         "paused": null,
                     *         "suspended": null,
                     *         "next_runs": [
                     *           "2026-01-31T12:03:17.000Z",
                     *           "2026-01-31T12:08:17.000Z"
                     *         ],
                     *         "skipped_runs": 0,
                     *         "status": "active"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Task"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    deleteTask: {
        parameters: {
            query?: {
                /** @description Why, in one line. The audit shows it. */
                reason?: string;
            };
            header?: {
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The task, `tsk_…`. */
                task_id: components["parameters"]["path.task_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    updateTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The task, `tsk_…`. */
                task_id: components["parameters"]["path.task_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "schedule": {
                 *         "cron": "0 9 * * 1-5",
                 *         "time_zone": "Europe/Berlin"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Another payload for the task type. It replaces the old one as a whole. */
                    payload?: components["schemas"]["SyncMailboxesPayload"] | components["schemas"]["SyncMessagesPayload"] | components["schemas"]["SearchMessagesPayload"] | components["schemas"]["SetFlagsPayload"] | components["schemas"]["MoveMessagesPayload"] | components["schemas"]["CopyMessagesPayload"] | components["schemas"]["DeleteMessagesPayload"] | components["schemas"]["CreateMailboxPayload"] | components["schemas"]["RenameMailboxPayload"] | components["schemas"]["DeleteMailboxPayload"];
                    /** @description From -10 to 10. Jobs above 0 use a faster queue. */
                    priority?: number;
                    /** @description Your own words to find jobs by, at most 10. Jobs take them from their task. A given list replaces the old one. */
                    labels?: string[];
                    /** @description When the system makes jobs of the task: at an interval (`{"every": "5m"}`), or at times (`{"cron": "0 9 * * 1-5", "time_zone": "Europe/Berlin"}`). Null: only when it is triggered. */
                    schedule?: (components["schemas"]["IntervalSchedule"] | components["schemas"]["CronSchedule"]) | null;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "tsk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_type": "imap_sync_messages",
                     *         "target_credential_id": "pc_01jd0000000000000000000000",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "last_job_id": "job_01jd0000000000000000000000",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2,
                     *         "schedule": {
                     *           "every": "5m"
                     *         },
                     *         "paused": null,
                     *         "suspended": null,
                     *         "next_runs": [
                     *           "2026-01-31T12:03:17.000Z",
                     *           "2026-01-31T12:08:17.000Z"
                     *         ],
                     *         "skipped_runs": 0,
                     *         "status": "active"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Task"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.too_many_changes"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    pauseTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The task, `tsk_…`. */
                task_id: components["parameters"]["path.task_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "the customer is away"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "tsk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_type": "imap_sync_messages",
                     *         "target_credential_id": "pc_01jd0000000000000000000000",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "last_job_id": "job_01jd0000000000000000000000",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2,
                     *         "schedule": {
                     *           "every": "5m"
                     *         },
                     *         "paused": null,
                     *         "suspended": null,
                     *         "next_runs": [
                     *           "2026-01-31T12:03:17.000Z",
                     *           "2026-01-31T12:08:17.000Z"
                     *         ],
                     *         "skipped_runs": 0,
                     *         "status": "active"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Task"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.task_not_scheduled"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    resumeTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The task, `tsk_…`. */
                task_id: components["parameters"]["path.task_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "back again"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "tsk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_type": "imap_sync_messages",
                     *         "target_credential_id": "pc_01jd0000000000000000000000",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "last_job_id": "job_01jd0000000000000000000000",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2,
                     *         "schedule": {
                     *           "every": "5m"
                     *         },
                     *         "paused": null,
                     *         "suspended": null,
                     *         "next_runs": [
                     *           "2026-01-31T12:03:17.000Z",
                     *           "2026-01-31T12:08:17.000Z"
                     *         ],
                     *         "skipped_runs": 0,
                     *         "status": "active"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Task"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.task_not_scheduled"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    triggerTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The task, `tsk_…`. */
                task_id: components["parameters"]["path.task_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "a first look"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Accepted: the work continues after the reply. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "job_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "status": "retrying",
                     *         "priority": 0,
                     *         "labels": [
                     *           "vip"
                     *         ],
                     *         "attempt_count": 1,
                     *         "max_attempts": null,
                     *         "run_at": null,
                     *         "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:04.250Z",
                     *         "started_at": "2026-01-31T12:00:01.000Z",
                     *         "finished_at": null,
                     *         "failed_at": null,
                     *         "resolved_at": null,
                     *         "last_error_code": "provider_timeout",
                     *         "last_error_category": "transient",
                     *         "last_error_detail": "no answer to SELECT within 30 s",
                     *         "last_error_at": "2026-01-31T12:00:04.250Z",
                     *         "outcome_unknown": false,
                     *         "result": null,
                     *         "resolution": null,
                     *         "source": {
                     *           "kind": "task",
                     *           "id": "tsk_01jd0000000000000000000000"
                     *         },
                     *         "bulk_id": null,
                     *         "version": 3,
                     *         "waiting_on": null,
                     *         "waiting_until": null,
                     *         "attempts_left": 19,
                     *         "progress": null,
                     *         "stalled": false,
                     *         "host": "imap.example.com:993",
                     *         "credential_label": "support",
                     *         "allowed_commands": [
                     *           "retry",
                     *           "trigger",
                     *           "cancel",
                     *           "resolve",
                     *           "update",
                     *           "delete"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    syncMailboxes: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description `wait=<seconds>` (RFC 7240): the reply comes when the work has ended, or when this time is over, at most 20 seconds. It comes at once if the job is postponed to a time after that. The reply has the same shape with and without it. `Preference-Applied` in the reply means that the request waited. If too many requests of the account wait already, the reply comes at once, without `Preference-Applied`. */
                Prefer?: components["parameters"]["header.Prefer"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "credential_id": "pc_01jd0000000000000000000000"
                 *     }
                 */
                "application/json": {
                    /** @description The credential (mailbox) to sync, `pc_…`. */
                    credential_id: components["schemas"]["CredentialId"];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "job_id": "job_01jd0000000000000000000000",
                     *         "job": {
                     *           "id": "job_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_id": "tsk_01jd0000000000000000000000",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "action": "imap_sync_messages",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "status": "retrying",
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "attempt_count": 1,
                     *           "max_attempts": null,
                     *           "run_at": null,
                     *           "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:04.250Z",
                     *           "started_at": "2026-01-31T12:00:01.000Z",
                     *           "finished_at": null,
                     *           "failed_at": null,
                     *           "resolved_at": null,
                     *           "last_error_code": "provider_timeout",
                     *           "last_error_category": "transient",
                     *           "last_error_detail": "no answer to SELECT within 30 s",
                     *           "last_error_at": "2026-01-31T12:00:04.250Z",
                     *           "outcome_unknown": false,
                     *           "result": null,
                     *           "resolution": null,
                     *           "source": {
                     *             "kind": "task",
                     *             "id": "tsk_01jd0000000000000000000000"
                     *           },
                     *           "bulk_id": null,
                     *           "version": 3,
                     *           "waiting_on": null,
                     *           "waiting_until": null,
                     *           "attempts_left": 19,
                     *           "progress": null,
                     *           "stalled": false,
                     *           "host": "imap.example.com:993",
                     *           "credential_label": "support",
                     *           "allowed_commands": [
                     *             "retry",
                     *             "trigger",
                     *             "cancel",
                     *             "resolve",
                     *             "update",
                     *             "delete"
                     *           ]
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SyncAccepted"];
                    };
                };
            };
            /** @description Accepted: the work continues after the reply. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "job_id": "job_01jd0000000000000000000000",
                     *         "job": {
                     *           "id": "job_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_id": "tsk_01jd0000000000000000000000",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "action": "imap_sync_messages",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "status": "retrying",
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "attempt_count": 1,
                     *           "max_attempts": null,
                     *           "run_at": null,
                     *           "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:04.250Z",
                     *           "started_at": "2026-01-31T12:00:01.000Z",
                     *           "finished_at": null,
                     *           "failed_at": null,
                     *           "resolved_at": null,
                     *           "last_error_code": "provider_timeout",
                     *           "last_error_category": "transient",
                     *           "last_error_detail": "no answer to SELECT within 30 s",
                     *           "last_error_at": "2026-01-31T12:00:04.250Z",
                     *           "outcome_unknown": false,
                     *           "result": null,
                     *           "resolution": null,
                     *           "source": {
                     *             "kind": "task",
                     *             "id": "tsk_01jd0000000000000000000000"
                     *           },
                     *           "bulk_id": null,
                     *           "version": 3,
                     *           "waiting_on": null,
                     *           "waiting_until": null,
                     *           "attempts_left": 19,
                     *           "progress": null,
                     *           "stalled": false,
                     *           "host": "imap.example.com:993",
                     *           "credential_label": "support",
                     *           "allowed_commands": [
                     *             "retry",
                     *             "trigger",
                     *             "cancel",
                     *             "resolve",
                     *             "update",
                     *             "delete"
                     *           ]
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SyncAccepted"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    syncMessages: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description `wait=<seconds>` (RFC 7240): the reply comes when the work has ended, or when this time is over, at most 20 seconds. It comes at once if the job is postponed to a time after that. The reply has the same shape with and without it. `Preference-Applied` in the reply means that the request waited. If too many requests of the account wait already, the reply comes at once, without `Preference-Applied`. */
                Prefer?: components["parameters"]["header.Prefer"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "credential_id": "pc_01jd0000000000000000000000",
                 *       "folder": "INBOX"
                 *     }
                 */
                "application/json": {
                    /** @description The credential (mailbox) to sync, `pc_…`. */
                    credential_id: components["schemas"]["CredentialId"];
                    /** @description The `path` of the one folder to sync; null or absent: every selectable personal folder. */
                    folder?: string | null;
                    /** @description Compare every message again, not only what changed since the last sync. */
                    full?: boolean;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "job_id": "job_01jd0000000000000000000000",
                     *         "job": {
                     *           "id": "job_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_id": "tsk_01jd0000000000000000000000",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "action": "imap_sync_messages",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "status": "retrying",
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "attempt_count": 1,
                     *           "max_attempts": null,
                     *           "run_at": null,
                     *           "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:04.250Z",
                     *           "started_at": "2026-01-31T12:00:01.000Z",
                     *           "finished_at": null,
                     *           "failed_at": null,
                     *           "resolved_at": null,
                     *           "last_error_code": "provider_timeout",
                     *           "last_error_category": "transient",
                     *           "last_error_detail": "no answer to SELECT within 30 s",
                     *           "last_error_at": "2026-01-31T12:00:04.250Z",
                     *           "outcome_unknown": false,
                     *           "result": null,
                     *           "resolution": null,
                     *           "source": {
                     *             "kind": "task",
                     *             "id": "tsk_01jd0000000000000000000000"
                     *           },
                     *           "bulk_id": null,
                     *           "version": 3,
                     *           "waiting_on": null,
                     *           "waiting_until": null,
                     *           "attempts_left": 19,
                     *           "progress": null,
                     *           "stalled": false,
                     *           "host": "imap.example.com:993",
                     *           "credential_label": "support",
                     *           "allowed_commands": [
                     *             "retry",
                     *             "trigger",
                     *             "cancel",
                     *             "resolve",
                     *             "update",
                     *             "delete"
                     *           ]
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SyncAccepted"];
                    };
                };
            };
            /** @description Accepted: the work continues after the reply. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "task_id": "tsk_01jd0000000000000000000000",
                     *         "job_id": "job_01jd0000000000000000000000",
                     *         "job": {
                     *           "id": "job_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "task_id": "tsk_01jd0000000000000000000000",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "action": "imap_sync_messages",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "status": "retrying",
                     *           "priority": 0,
                     *           "labels": [
                     *             "vip"
                     *           ],
                     *           "attempt_count": 1,
                     *           "max_attempts": null,
                     *           "run_at": null,
                     *           "next_attempt_at": "2026-01-31T12:00:05.100Z",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:04.250Z",
                     *           "started_at": "2026-01-31T12:00:01.000Z",
                     *           "finished_at": null,
                     *           "failed_at": null,
                     *           "resolved_at": null,
                     *           "last_error_code": "provider_timeout",
                     *           "last_error_category": "transient",
                     *           "last_error_detail": "no answer to SELECT within 30 s",
                     *           "last_error_at": "2026-01-31T12:00:04.250Z",
                     *           "outcome_unknown": false,
                     *           "result": null,
                     *           "resolution": null,
                     *           "source": {
                     *             "kind": "task",
                     *             "id": "tsk_01jd0000000000000000000000"
                     *           },
                     *           "bulk_id": null,
                     *           "version": 3,
                     *           "waiting_on": null,
                     *           "waiting_until": null,
                     *           "attempts_left": 19,
                     *           "progress": null,
                     *           "stalled": false,
                     *           "host": "imap.example.com:993",
                     *           "credential_label": "support",
                     *           "allowed_commands": [
                     *             "retry",
                     *             "trigger",
                     *             "cancel",
                     *             "resolve",
                     *             "update",
                     *             "delete"
                     *           ]
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["SyncAccepted"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    listCredentials: {
        parameters: {
            query?: {
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "pc_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "provider_kind": "imap",
                     *           "host": "imap.example.com",
                     *           "port": 993,
                     *           "security_mode": "ssl_tls",
                     *           "auth_kind": "password",
                     *           "tls_certificates": [],
                     *           "username_masked": "j…e@example.com",
                     *           "max_connections": 3,
                     *           "label": null,
                     *           "external_ref": "customer-17",
                     *           "status": "valid",
                     *           "status_reason": null,
                     *           "parked_at": null,
                     *           "next_probe_at": null,
                     *           "waiting_jobs": 0,
                     *           "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *           "last_used_at": "2026-01-31T12:00:00.000Z",
                     *           "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *           "generation": 1,
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:00.000Z",
                     *           "version": 2
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    createCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "provider_kind": "imap",
                 *       "host": "imap.example.com",
                 *       "port": 993,
                 *       "security_mode": "ssl_tls",
                 *       "auth_kind": "password",
                 *       "secret": {
                 *         "username": "jane@example.com",
                 *         "password": "correct horse battery staple"
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How the mailbox is reached; so far always `imap`.
                     * @constant
                     */
                    provider_kind: "imap";
                    /** @description The name or address of the IMAP server. */
                    host: string;
                    /** @description The port of the IMAP server: usually 993 for `ssl_tls` and 143 for `starttls`. */
                    port: number;
                    /**
                     * @description `ssl_tls`: TLS from the first byte. `starttls`: the connection starts in the clear and must change to TLS before the login. `none`: no encryption, for tests. `tls` is another spelling of `ssl_tls`; replies always say `ssl_tls`.
                     * @enum {string}
                     */
                    security_mode: "ssl_tls" | "starttls" | "none" | "tls";
                    /** @description The certificate, in PEM, that the server presents or that signed it, if no public authority did. */
                    tls_ca_pem?: string;
                    /**
                     * @description How many connections to the server may be open at once for this mailbox.
                     * @default 3
                     */
                    max_connections?: number;
                    /** @description A name of yours for the mailbox. */
                    label?: string;
                    /** @description Your own id of the mailbox. Webhook events can name the mailbox by it. */
                    external_ref?: string;
                    /**
                     * @description How to log in. It must match the fields of `secret`.
                     * @enum {string}
                     */
                    auth_kind: "password" | "oauth2";
                    /** @description The data of the login: a user name and password, or OAuth 2.0 tokens. No reply ever shows it. */
                    secret: components["schemas"]["Secret"];
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "pc_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "provider_kind": "imap",
                     *         "host": "imap.example.com",
                     *         "port": 993,
                     *         "security_mode": "ssl_tls",
                     *         "auth_kind": "password",
                     *         "tls_certificates": [],
                     *         "username_masked": "j…e@example.com",
                     *         "max_connections": 3,
                     *         "label": null,
                     *         "external_ref": "customer-17",
                     *         "status": "valid",
                     *         "status_reason": null,
                     *         "parked_at": null,
                     *         "next_probe_at": null,
                     *         "waiting_jobs": 0,
                     *         "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *         "last_used_at": "2026-01-31T12:00:00.000Z",
                     *         "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *         "generation": 1,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    searchCredentials: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "status": [
                 *           "suspect",
                 *           "parked"
                 *         ],
                 *         "host": "imap.example.com"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Selects the entries. All given fields must match; of a list of values one must match. Without a filter: all. */
                    filter?: components["schemas"]["CredentialFilter"];
                    /**
                     * @description The order of the list; with `-` the newest come first.
                     * @default -created_at
                     * @enum {string}
                     */
                    sort?: "-created_at" | "created_at";
                    /**
                     * @description How many items the page may have, at most 100.
                     * @default 20
                     */
                    limit?: number;
                    /** @description `page.next_cursor` of the page before, to get the next page. Send the same filter and sort with it. */
                    cursor?: string;
                    /**
                     * @description How many items to skip from the start. For the pages of a long list use `cursor`.
                     * @default 0
                     */
                    offset?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "pc_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "provider_kind": "imap",
                     *           "host": "imap.example.com",
                     *           "port": 993,
                     *           "security_mode": "ssl_tls",
                     *           "auth_kind": "password",
                     *           "tls_certificates": [],
                     *           "username_masked": "j…e@example.com",
                     *           "max_connections": 3,
                     *           "label": null,
                     *           "external_ref": "customer-17",
                     *           "status": "valid",
                     *           "status_reason": null,
                     *           "parked_at": null,
                     *           "next_probe_at": null,
                     *           "waiting_jobs": 0,
                     *           "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *           "last_used_at": "2026-01-31T12:00:00.000Z",
                     *           "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *           "generation": 1,
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:00.000Z",
                     *           "version": 2
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       },
                     *       "coverage": {
                     *         "examined": 1000,
                     *         "from": "2026-01-30T12:00:00.000Z",
                     *         "to": null,
                     *         "complete": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"][];
                        page: components["schemas"]["Page"];
                        coverage: components["schemas"]["Coverage"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    getCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The credential (mailbox), `pc_…`. */
                credential_id: components["parameters"]["path.credential_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "pc_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "provider_kind": "imap",
                     *         "host": "imap.example.com",
                     *         "port": 993,
                     *         "security_mode": "ssl_tls",
                     *         "auth_kind": "password",
                     *         "tls_certificates": [],
                     *         "username_masked": "j…e@example.com",
                     *         "max_connections": 3,
                     *         "label": null,
                     *         "external_ref": "customer-17",
                     *         "status": "valid",
                     *         "status_reason": null,
                     *         "parked_at": null,
                     *         "next_probe_at": null,
                     *         "waiting_jobs": 0,
                     *         "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *         "last_used_at": "2026-01-31T12:00:00.000Z",
                     *         "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *         "generation": 1,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    deleteCredential: {
        parameters: {
            query?: {
                /** @description Delete it even if jobs, schedules or webhook endpoints use it. */
                force?: boolean;
                /** @description Why, in one line. The audit shows it. */
                reason?: string;
            };
            header?: {
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The credential (mailbox), `pc_…`. */
                credential_id: components["parameters"]["path.credential_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.credential_in_use"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    updateCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The credential (mailbox), `pc_…`. */
                credential_id: components["parameters"]["path.credential_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Sales",
                 *       "max_connections": 2
                 *     }
                 */
                "application/json": {
                    /** @description The name or address of the IMAP server. Needs `secret` in the same request. */
                    host?: string;
                    /** @description The port of the IMAP server. Needs `secret` in the same request. */
                    port?: number;
                    /**
                     * @description `ssl_tls`, `starttls` or `none`; `tls` is another spelling of `ssl_tls`. A less safe mode needs `secret` in the same request.
                     * @enum {string}
                     */
                    security_mode?: "ssl_tls" | "starttls" | "none" | "tls";
                    /** @description The certificate, in PEM, that the server presents or that signed it; null: public authorities only. A change needs `secret` in the same request. */
                    tls_ca_pem?: string | null;
                    /** @description How many connections to the server may be open at once for this mailbox. */
                    max_connections?: number;
                    /** @description A name of yours for the mailbox; null removes it. */
                    label?: string | null;
                    /** @description Your own id of the mailbox; null removes it. */
                    external_ref?: string | null;
                    /** @description The new secret, or the old one again where another field needs it. */
                    secret?: components["schemas"]["Secret"];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "pc_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "provider_kind": "imap",
                     *         "host": "imap.example.com",
                     *         "port": 993,
                     *         "security_mode": "ssl_tls",
                     *         "auth_kind": "password",
                     *         "tls_certificates": [],
                     *         "username_masked": "j…e@example.com",
                     *         "max_connections": 3,
                     *         "label": null,
                     *         "external_ref": "customer-17",
                     *         "status": "valid",
                     *         "status_reason": null,
                     *         "parked_at": null,
                     *         "next_probe_at": null,
                     *         "waiting_jobs": 0,
                     *         "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *         "last_used_at": "2026-01-31T12:00:00.000Z",
                     *         "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *         "generation": 1,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.credential_altered.too_many_changes"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused.secret_required"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    testCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The credential (mailbox), `pc_…`. */
                credential_id: components["parameters"]["path.credential_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "ok": false,
                     *         "code": "auth_failed",
                     *         "category": "authentication",
                     *         "detail": "NO Invalid credentials",
                     *         "title": "The password was refused",
                     *         "who": "mailbox_owner",
                     *         "next_step": "Ask the mailbox owner for a new password, rotate the credential and test it."
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["CredentialTest"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    testNewCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "provider_kind": "imap",
                 *       "host": "imap.example.com",
                 *       "port": 993,
                 *       "security_mode": "ssl_tls",
                 *       "auth_kind": "password",
                 *       "secret": {
                 *         "username": "jane@example.com",
                 *         "password": "correct horse battery staple"
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How the mailbox is reached; so far always `imap`.
                     * @constant
                     */
                    provider_kind: "imap";
                    /** @description The name or address of the IMAP server. */
                    host: string;
                    /** @description The port of the IMAP server: usually 993 for `ssl_tls` and 143 for `starttls`. */
                    port: number;
                    /**
                     * @description `ssl_tls`: TLS from the first byte. `starttls`: the connection starts in the clear and must change to TLS before the login. `none`: no encryption, for tests. `tls` is another spelling of `ssl_tls`; replies always say `ssl_tls`.
                     * @enum {string}
                     */
                    security_mode: "ssl_tls" | "starttls" | "none" | "tls";
                    /** @description The certificate, in PEM, that the server presents or that signed it, if no public authority did. */
                    tls_ca_pem?: string;
                    /**
                     * @description How many connections to the server may be open at once for this mailbox.
                     * @default 3
                     */
                    max_connections?: number;
                    /** @description A name of yours for the mailbox. */
                    label?: string;
                    /** @description Your own id of the mailbox. Webhook events can name the mailbox by it. */
                    external_ref?: string;
                    /**
                     * @description How to log in. It must match the fields of `secret`.
                     * @enum {string}
                     */
                    auth_kind: "password" | "oauth2";
                    /** @description The data of the login: a user name and password, or OAuth 2.0 tokens. No reply ever shows it. */
                    secret: components["schemas"]["Secret"];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "ok": false,
                     *         "code": "auth_failed",
                     *         "category": "authentication",
                     *         "detail": "NO Invalid credentials",
                     *         "title": "The password was refused",
                     *         "who": "mailbox_owner",
                     *         "next_step": "Ask the mailbox owner for a new password, rotate the credential and test it."
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["CredentialTest"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    rotateCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The credential (mailbox), `pc_…`. */
                credential_id: components["parameters"]["path.credential_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "secret": {
                 *         "username": "jane@example.com",
                 *         "password": "correct horse battery staple"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The new secret: a user name and password, or OAuth 2.0 tokens. */
                    secret: components["schemas"]["Secret"];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "pc_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "provider_kind": "imap",
                     *         "host": "imap.example.com",
                     *         "port": 993,
                     *         "security_mode": "ssl_tls",
                     *         "auth_kind": "password",
                     *         "tls_certificates": [],
                     *         "username_masked": "j…e@example.com",
                     *         "max_connections": 3,
                     *         "label": null,
                     *         "external_ref": "customer-17",
                     *         "status": "valid",
                     *         "status_reason": null,
                     *         "parked_at": null,
                     *         "next_probe_at": null,
                     *         "waiting_jobs": 0,
                     *         "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *         "last_used_at": "2026-01-31T12:00:00.000Z",
                     *         "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *         "generation": 1,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.credential_altered"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    pauseCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The credential (mailbox), `pc_…`. */
                credential_id: components["parameters"]["path.credential_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "the customer moves to another provider",
                 *       "until": "2027-01-01T00:00:00Z"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                    /** @description When the pause ends. Without it the pause lasts until a person resumes it. */
                    until?: components["schemas"]["Instant"];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "pc_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "provider_kind": "imap",
                     *         "host": "imap.example.com",
                     *         "port": 993,
                     *         "security_mode": "ssl_tls",
                     *         "auth_kind": "password",
                     *         "tls_certificates": [],
                     *         "username_masked": "j…e@example.com",
                     *         "max_connections": 3,
                     *         "label": null,
                     *         "external_ref": "customer-17",
                     *         "status": "valid",
                     *         "status_reason": null,
                     *         "parked_at": null,
                     *         "next_probe_at": null,
                     *         "waiting_jobs": 0,
                     *         "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *         "last_used_at": "2026-01-31T12:00:00.000Z",
                     *         "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *         "generation": 1,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    resumeCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The credential (mailbox), `pc_…`. */
                credential_id: components["parameters"]["path.credential_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "done"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "pc_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "provider_kind": "imap",
                     *         "host": "imap.example.com",
                     *         "port": 993,
                     *         "security_mode": "ssl_tls",
                     *         "auth_kind": "password",
                     *         "tls_certificates": [],
                     *         "username_masked": "j…e@example.com",
                     *         "max_connections": 3,
                     *         "label": null,
                     *         "external_ref": "customer-17",
                     *         "status": "valid",
                     *         "status_reason": null,
                     *         "parked_at": null,
                     *         "next_probe_at": null,
                     *         "waiting_jobs": 0,
                     *         "last_validated_at": "2026-01-31T12:00:00.000Z",
                     *         "last_used_at": "2026-01-31T12:00:00.000Z",
                     *         "last_synced_at": "2026-01-31T12:00:00.000Z",
                     *         "generation": 1,
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 2
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Credential"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    pauseAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "the customer moves to another provider",
                 *       "until": "2027-01-01T00:00:00Z"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                    /** @description When the pause ends. Without it the pause lasts until a person resumes it. */
                    until?: components["schemas"]["Instant"];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "acc_demo",
                     *         "paused": {
                     *           "reason": "the customer moves",
                     *           "until": null
                     *         },
                     *         "version": 1
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Account"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    resumeAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "done"
                 *     }
                 */
                "application/json": {
                    /** @description Why, in your own words. It is kept in the audit. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "acc_demo",
                     *         "paused": {
                     *           "reason": "the customer moves",
                     *           "until": null
                     *         },
                     *         "version": 1
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Account"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: {
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "whk_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "url": "https://jobs.example.com/webhooks/whk_01jd0000000000000000000000",
                     *           "provider": "standard",
                     *           "target": {
                     *             "match": "external_ref"
                     *           },
                     *           "action": "imap_sync_messages",
                     *           "payload": {
                     *             "folder": "INBOX",
                     *             "full": false
                     *           },
                     *           "event_types": [
                     *             "message.created"
                     *           ],
                     *           "settings": {},
                     *           "enabled": true,
                     *           "label": "new mail",
                     *           "silent_after": "24h",
                     *           "silent_since": null,
                     *           "last_delivery_at": "2026-01-31T12:00:04.250Z",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "updated_at": "2026-01-31T12:00:00.000Z",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "provider": "standard",
                 *       "target": {
                 *         "match": "external_ref"
                 *       },
                 *       "action": "imap_sync_messages",
                 *       "payload": {
                 *         "folder": "INBOX"
                 *       },
                 *       "silent_after": "24h"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Who sends the events. `standard` is any sender that signs by the Standard Webhooks specification.
                     * @enum {string}
                     */
                    provider: "standard" | "gmail" | "microsoft_graph" | "nylas" | "emailengine";
                    /** @description Which mailbox an event is about: always the same credential, or the one that the event names. */
                    target: components["schemas"]["CredentialTarget"] | components["schemas"]["MatchTarget"];
                    /** @description The action of the jobs that events make. It decides which payload is valid. */
                    action: components["schemas"]["ActionName"];
                    /** @description The payload of these jobs; by `action`. Messages are named by UIDs here. */
                    payload?: unknown;
                    /** @description The secret that the provider signs with, if it has chosen one. Without it a random one is made. */
                    secret?: string;
                    /**
                     * @description Only events of these types make jobs; null: all do.
                     * @default null
                     */
                    event_types?: string[] | null;
                    /**
                     * @description What is checked besides the secret, by provider. `gmail`: `service_account_email`, `subscription`, `audience`, `issuer`; `microsoft_graph`: `tenant_id`, `subscription_ids`; all others: nothing.
                     * @default {}
                     */
                    settings?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description While false, events are verified and kept but make no jobs.
                     * @default true
                     */
                    enabled?: boolean;
                    /**
                     * @description A name of yours for the endpoint.
                     * @default null
                     */
                    label?: string | null;
                    /**
                     * @description After this long without an event the endpoint counts as silent: from 5 minutes to 30 days, like `24h`.
                     * @default null
                     */
                    silent_after?: string | null;
                } & ({
                    /** @constant */
                    action: "imap_sync_mailboxes";
                    payload?: components["schemas"]["SyncMailboxesPayload"];
                } | {
                    /** @constant */
                    action: "imap_sync_messages";
                    payload?: components["schemas"]["SyncMessagesPayload"];
                } | {
                    /** @constant */
                    action: "imap_search_messages";
                    payload: components["schemas"]["SearchMessagesPayload"];
                } | {
                    /** @constant */
                    action: "imap_set_flags";
                    payload: components["schemas"]["SetFlagsByUids"];
                } | {
                    /** @constant */
                    action: "imap_move_messages";
                    payload: components["schemas"]["MoveMessagesByUids"];
                } | {
                    /** @constant */
                    action: "imap_copy_messages";
                    payload: components["schemas"]["CopyMessagesByUids"];
                } | {
                    /** @constant */
                    action: "imap_delete_messages";
                    payload: components["schemas"]["DeleteMessagesByUids"];
                } | {
                    /** @constant */
                    action: "imap_create_mailbox";
                    payload: components["schemas"]["CreateMailboxPayload"];
                } | {
                    /** @constant */
                    action: "imap_rename_mailbox";
                    payload: components["schemas"]["RenameMailboxPayload"];
                } | {
                    /** @constant */
                    action: "imap_delete_mailbox";
                    payload: components["schemas"]["DeleteMailboxPayload"];
                });
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "whk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "url": "https://jobs.example.com/webhooks/whk_01jd0000000000000000000000",
                     *         "provider": "standard",
                     *         "target": {
                     *           "match": "external_ref"
                     *         },
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "event_types": [
                     *           "message.created"
                     *         ],
                     *         "settings": {},
                     *         "enabled": true,
                     *         "label": "new mail",
                     *         "silent_after": "24h",
                     *         "silent_since": null,
                     *         "last_delivery_at": "2026-01-31T12:00:04.250Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 1,
                     *         "secret": "whsec_bm90IGEgc2VjcmV0LCBidXQgaXQgbG9va3MgbGlrZSBpdA=="
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookEndpointWithSecret"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.quota_exceeded"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The webhook endpoint, `whk_…`. */
                webhook_endpoint_id: components["parameters"]["path.webhook_endpoint_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "whk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "url": "https://jobs.example.com/webhooks/whk_01jd0000000000000000000000",
                     *         "provider": "standard",
                     *         "target": {
                     *           "match": "external_ref"
                     *         },
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "event_types": [
                     *           "message.created"
                     *         ],
                     *         "settings": {},
                     *         "enabled": true,
                     *         "label": "new mail",
                     *         "silent_after": "24h",
                     *         "silent_since": null,
                     *         "last_delivery_at": "2026-01-31T12:00:04.250Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 1,
                     *         "last_24h": {
                     *           "verified": 412,
                     *           "refused": 1,
                     *           "exact": true
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookEndpointWithCounts"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: {
                /** @description Why, in one line. The audit shows it. */
                reason?: string;
            };
            header?: {
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The webhook endpoint, `whk_…`. */
                webhook_endpoint_id: components["parameters"]["path.webhook_endpoint_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The webhook endpoint, `whk_…`. */
                webhook_endpoint_id: components["parameters"]["path.webhook_endpoint_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/json": {
                    /** @description Which mailbox an event is about: always the same credential, or the one that the event names. */
                    target?: components["schemas"]["CredentialTarget"] | components["schemas"]["MatchTarget"];
                    /** @description The action of the jobs that events make. Give a `payload` that fits it. */
                    action?: components["schemas"]["ActionName"];
                    /** @description Another payload for these jobs. It replaces the old one as a whole. */
                    payload?: components["schemas"]["SyncMailboxesPayload"] | components["schemas"]["SyncMessagesPayload"] | components["schemas"]["SearchMessagesPayload"] | components["schemas"]["SetFlagsByUids"] | components["schemas"]["MoveMessagesByUids"] | components["schemas"]["CopyMessagesByUids"] | components["schemas"]["DeleteMessagesByUids"] | components["schemas"]["CreateMailboxPayload"] | components["schemas"]["RenameMailboxPayload"] | components["schemas"]["DeleteMailboxPayload"];
                    /** @description Only events of these types make jobs; null: all do. */
                    event_types?: string[] | null;
                    /** @description What is checked besides the secret, by provider, as when it was made. It replaces the old ones as a whole. */
                    settings?: {
                        [key: string]: unknown;
                    };
                    /** @description While false, events are verified and kept but make no jobs. */
                    enabled?: boolean;
                    /** @description A name of yours for the endpoint; null removes it. */
                    label?: string | null;
                    /** @description After this long without an event the endpoint counts as silent; null: never. */
                    silent_after?: string | null;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "whk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "url": "https://jobs.example.com/webhooks/whk_01jd0000000000000000000000",
                     *         "provider": "standard",
                     *         "target": {
                     *           "match": "external_ref"
                     *         },
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "event_types": [
                     *           "message.created"
                     *         ],
                     *         "settings": {},
                     *         "enabled": true,
                     *         "label": "new mail",
                     *         "silent_after": "24h",
                     *         "silent_since": null,
                     *         "last_delivery_at": "2026-01-31T12:00:04.250Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 1
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.too_many_changes"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
                /** @description The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version. */
                "If-Match"?: components["parameters"]["header.If-Match"];
            };
            path: {
                /** @description The webhook endpoint, `whk_…`. */
                webhook_endpoint_id: components["parameters"]["path.webhook_endpoint_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": {
                    /** @description The secret that the provider has chosen. Without it a random one is made. */
                    secret?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "whk_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "url": "https://jobs.example.com/webhooks/whk_01jd0000000000000000000000",
                     *         "provider": "standard",
                     *         "target": {
                     *           "match": "external_ref"
                     *         },
                     *         "action": "imap_sync_messages",
                     *         "payload": {
                     *           "folder": "INBOX",
                     *           "full": false
                     *         },
                     *         "event_types": [
                     *           "message.created"
                     *         ],
                     *         "settings": {},
                     *         "enabled": true,
                     *         "label": "new mail",
                     *         "silent_after": "24h",
                     *         "silent_since": null,
                     *         "last_delivery_at": "2026-01-31T12:00:04.250Z",
                     *         "created_at": "2026-01-31T12:00:00.000Z",
                     *         "updated_at": "2026-01-31T12:00:00.000Z",
                     *         "version": 1,
                     *         "secret": "whsec_bm90IGEgc2VjcmV0LCBidXQgaXQgbG9va3MgbGlrZSBpdA=="
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookEndpointWithSecret"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.no_webhook_secret"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The webhook endpoint, `whk_…`. */
                webhook_endpoint_id: components["parameters"]["path.webhook_endpoint_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": {
                    /** @description The mailbox that the sample names, for an endpoint whose target is a `match`. */
                    subject?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "ok": true,
                     *         "status": 202,
                     *         "delivery_id": "dlv_01jd0000000000000000000000"
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["WebhookTest"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.role_forbidden"];
            404: components["responses"]["404.not_found"];
            409: components["responses"]["409.webhook_test_impossible"];
            412: components["responses"]["412.version_conflict"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request.idempotency_key_reused"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.try_again.service_busy"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description `true`: only deliveries from the provider; `false`: only samples of refused requests. */
                verified?: boolean;
                /** @description Only those that were refused, or made no job, for one of these reasons. */
                reason?: ("endpoint_disabled" | "filtered" | "no_match" | "credential_not_found" | "no_signature" | "bad_signature" | "wrong_claims" | "unknown_subscription" | "expired" | "malformed" | "too_large" | "misconfigured")[];
                /** @description Only those that were received at this time or later: a time in UTC, or one relative to now like `-24h`. */
                since?: components["schemas"]["Instant"] | string;
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The webhook endpoint, `whk_…`. */
                webhook_endpoint_id: components["parameters"]["path.webhook_endpoint_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "dlv_01jd0000000000000000000000",
                     *           "webhook_endpoint_id": "whk_01jd0000000000000000000000",
                     *           "at": "2026-01-31T12:00:04.250Z",
                     *           "event_id": "msg_2b8f",
                     *           "event_type": "message.created",
                     *           "event_at": "2026-01-31T12:00:04.250Z",
                     *           "verified": true,
                     *           "reason": null,
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "job_id": "job_01jd0000000000000000000000",
                     *           "folded": false
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Delivery"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery, `dlv_…`. */
                delivery_id: components["parameters"]["path.delivery_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "dlv_01jd0000000000000000000000",
                     *         "webhook_endpoint_id": "whk_01jd0000000000000000000000",
                     *         "at": "2026-01-31T12:00:04.250Z",
                     *         "event_id": "msg_2b8f",
                     *         "event_type": "message.created",
                     *         "event_at": "2026-01-31T12:00:04.250Z",
                     *         "verified": true,
                     *         "reason": null,
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "job_id": "job_01jd0000000000000000000000",
                     *         "folded": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Delivery"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listMailboxes: {
        parameters: {
            query?: {
                /** @description Only folders of this credential (mailbox), `pc_…`. */
                credential_id?: components["schemas"]["CredentialId"];
                /** @description Only those whose last error has one of these codes. */
                last_error_code?: components["schemas"]["FailureCode"][];
                /** @description `true`: only folders that syncs cannot read; `false`: only the others. */
                in_error?: boolean;
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "path": "INBOX",
                     *           "name": "INBOX",
                     *           "delimiter": "/",
                     *           "namespace": "personal",
                     *           "selectable": true,
                     *           "special_use": null,
                     *           "mailbox_id": null,
                     *           "uid_validity": 1750000000,
                     *           "uid_next": 157,
                     *           "messages": 140,
                     *           "highest_modseq": "715194045007",
                     *           "synced_messages": 140,
                     *           "synced_at": "2026-01-31T12:00:00.000Z",
                     *           "flags_synced_at": "2026-01-31T12:00:00.000Z",
                     *           "sync_level": "condstore",
                     *           "last_error": null
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Mailbox"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    listEmails: {
        parameters: {
            query?: {
                /** @description Only messages of this credential (mailbox), `pc_…`. */
                credential_id?: components["schemas"]["CredentialId"];
                /** @description Only messages in one of these folders, by `path`. */
                folder?: string[];
                /** @description Only messages with, or without, the flag `\Seen`. */
                seen?: boolean;
                /** @description Only messages with, or without, the flag `\Flagged`. */
                flagged?: boolean;
                /** @description Words that must all occur in name or address of the sender. */
                from?: string;
                /** @description Words that must all occur in the subject. */
                subject?: string;
                /** @description Only messages that arrived at this time or later: in UTC, or relative like `-7d`. */
                since?: components["schemas"]["Instant"] | string;
                /** @description Only messages that arrived before this time: in UTC, or relative like `-1d`. */
                until?: components["schemas"]["Instant"] | string;
                /** @description How many items the page may have, at most 100. */
                limit?: components["parameters"]["query.limit"];
                /** @description `page.next_cursor` of the page before, to get the next page. Not together with `offset`. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description How many items to skip from the start. Not together with `cursor`. */
                offset?: components["parameters"]["query.offset"];
            };
            header?: never;
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "eml_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "folder": "INBOX",
                     *           "uid": 156,
                     *           "uid_validity": 1750000000,
                     *           "message_id": "<1@example.com>",
                     *           "provider_message_id": null,
                     *           "provider_thread_id": null,
                     *           "subject": "Minutes",
                     *           "from": [
                     *             {
                     *               "name": "Jane",
                     *               "address": "jane@example.com"
                     *             }
                     *           ],
                     *           "to": [
                     *             {
                     *               "name": null,
                     *               "address": "joe@example.com"
                     *             }
                     *           ],
                     *           "cc": [],
                     *           "date": "2026-01-31T12:00:00.000Z",
                     *           "internal_date": "2026-01-31T12:00:00.000Z",
                     *           "size": 2048,
                     *           "flags": [
                     *             "\\Seen"
                     *           ],
                     *           "unreadable": false
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Email"][];
                        page: components["schemas"]["Page"];
                    };
                };
            };
            400: components["responses"]["400.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    searchEmails: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one. */
                "Idempotency-Key"?: components["parameters"]["header.Idempotency-Key"];
            };
            path: {
                /** @description The account, `acc_…`. The token must be for it. */
                account_id: components["parameters"]["path.account_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "folder": "INBOX",
                 *         "seen": false,
                 *         "from": "ann@example.com",
                 *         "internal_date": {
                 *           "gte": "-7d"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Selects the entries. All given fields must match; of a list of values one must match. Without a filter: all. */
                    filter?: components["schemas"]["EmailFilter"];
                    /**
                     * @description How many items the page may have, at most 100.
                     * @default 20
                     */
                    limit?: number;
                    /** @description `page.next_cursor` of the page before, to get the next page. Send the same filter and sort with it. */
                    cursor?: string;
                    /**
                     * @description How many items to skip from the start. For the pages of a long list use `cursor`.
                     * @default 0
                     */
                    offset?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "eml_01jd0000000000000000000000",
                     *           "account_id": "acc_demo",
                     *           "credential_id": "pc_01jd0000000000000000000000",
                     *           "folder": "INBOX",
                     *           "uid": 156,
                     *           "uid_validity": 1750000000,
                     *           "message_id": "<1@example.com>",
                     *           "provider_message_id": null,
                     *           "provider_thread_id": null,
                     *           "subject": "Minutes",
                     *           "from": [
                     *             {
                     *               "name": "Jane",
                     *               "address": "jane@example.com"
                     *             }
                     *           ],
                     *           "to": [
                     *             {
                     *               "name": null,
                     *               "address": "joe@example.com"
                     *             }
                     *           ],
                     *           "cc": [],
                     *           "date": "2026-01-31T12:00:00.000Z",
                     *           "internal_date": "2026-01-31T12:00:00.000Z",
                     *           "size": 2048,
                     *           "flags": [
                     *             "\\Seen"
                     *           ],
                     *           "unreadable": false
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 20,
                     *         "next_cursor": null
                     *       },
                     *       "coverage": {
                     *         "examined": 1000,
                     *         "from": "2026-01-30T12:00:00.000Z",
                     *         "to": null,
                     *         "complete": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Email"][];
                        page: components["schemas"]["Page"];
                        coverage: components["schemas"]["Coverage"];
                    };
                };
            };
            400: components["responses"]["400.invalid_json.invalid_cursor"];
            401: components["responses"]["401.invalid_token"];
            403: components["responses"]["403.account_forbidden"];
            404: components["responses"]["404.not_found"];
            413: components["responses"]["413.body_too_large"];
            415: components["responses"]["415.unsupported_media_type"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
    getEmail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message, `eml_…`. */
                email_id: components["parameters"]["path.email_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "id": "eml_01jd0000000000000000000000",
                     *         "account_id": "acc_demo",
                     *         "credential_id": "pc_01jd0000000000000000000000",
                     *         "folder": "INBOX",
                     *         "uid": 156,
                     *         "uid_validity": 1750000000,
                     *         "message_id": "<1@example.com>",
                     *         "provider_message_id": null,
                     *         "provider_thread_id": null,
                     *         "subject": "Minutes",
                     *         "from": [
                     *           {
                     *             "name": "Jane",
                     *             "address": "jane@example.com"
                     *           }
                     *         ],
                     *         "to": [
                     *           {
                     *             "name": null,
                     *             "address": "joe@example.com"
                     *           }
                     *         ],
                     *         "cc": [],
                     *         "date": "2026-01-31T12:00:00.000Z",
                     *         "internal_date": "2026-01-31T12:00:00.000Z",
                     *         "size": 2048,
                     *         "flags": [
                     *           "\\Seen"
                     *         ],
                     *         "unreadable": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        data: components["schemas"]["Email"];
                    };
                };
            };
            401: components["responses"]["401.invalid_token"];
            404: components["responses"]["404.not_found"];
            422: components["responses"]["422.invalid_request"];
            429: components["responses"]["429.rate_limited"];
            500: components["responses"]["500.internal_error"];
            503: components["responses"]["503.service_busy"];
        };
    };
}
