const NEW_CREDENTIAL = {
  provider_kind: 'How the mailbox is reached; so far always `imap`.',
  host: 'The name or address of the IMAP server.',
  port: 'The port of the IMAP server: usually 993 for `ssl_tls` and 143 for `starttls`.',
  security_mode:
    '`ssl_tls`: TLS from the first byte. `starttls`: the connection starts in the clear and must change to TLS before the login. `none`: no encryption, for tests. `tls` is another spelling of `ssl_tls`; replies always say `ssl_tls`.',
  tls_ca_pem: 'The certificate, in PEM, that the server presents or that signed it, if no public authority did.',
  max_connections: 'How many connections to the server may be open at once for this mailbox.',
  label: 'A name of yours for the mailbox.',
  external_ref: 'Your own id of the mailbox. Webhook events can name the mailbox by it.',
  auth_kind: 'How to log in. It must match the fields of `secret`.',
  secret: 'The data of the login: a user name and password, or OAuth 2.0 tokens. No reply ever shows it.',
};

/**
 * The meaning of fields in request bodies that their zod schemas do not describe. Under `*` by the field's name alone,
 * otherwise by operation or by the name of the schema. A field may be described in its zod schema instead
 * (`.describe`).
 */
export const REQUEST_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '*': {
    action: 'What each job does: one action, or a list of which one must match.',
    bulk_id: 'Only jobs that were last changed by this bulk operation, or by one of these.',
    created_at: 'When it was made.',
    credential_id: 'The credential (mailbox), `pc_…`: one id, or a list of which one must match.',
    cursor: '`page.next_cursor` of the page before, to get the next page. Send the same filter and sort with it.',
    dry_run: 'With `true` nothing is changed: the reply counts the jobs that match and shows some of them.',
    email_ids:
      'The messages, by the `id` that `GET …/emails` shows. All must be in one folder of the credential. They replace `folder`, `uid_validity` and `uids`, which must then be absent.',
    filter:
      'Selects the entries. All given fields must match; of a list of values one must match. Without a filter: all.',
    folder: 'The `path` of the mailbox (folder) as `GET …/mailboxes` shows it, such as `INBOX`.',
    labels:
      'Your own words to find jobs by, at most 10. Jobs take them from their task. A given list replaces the old one.',
    limit: 'How many items the page may have, at most 100.',
    offset: 'How many items to skip from the start. For the pages of a long list use `cursor`.',
    priority: 'From -10 to 10. Jobs above 0 use a faster queue.',
    rate_per_second:
      'How many jobs are started (retry, trigger) or changed (cancel, resolve, delete) in a second. Low values protect mail servers from too many requests at once.',
    reason: 'Why, in your own words. It is kept in the audit.',
    schedule:
      'When the system makes jobs of the task: at an interval (`{"every": "5m"}`), or at times (`{"cron": "0 9 * * 1-5", "time_zone": "Europe/Berlin"}`). Null: only when it is triggered.',
    sort: 'The order of the list; with `-` the newest come first.',
    target_folder: 'The `path` of the folder that the messages go to.',
    uid_validity:
      'The UIDVALIDITY of the folder, as `GET …/mailboxes` shows it. UIDs are only valid together with it (RFC 9051, section 2.3.1.1).',
    uids: 'The UIDs of the messages in the folder, each at most once.',
    until: 'When the pause ends. Without it the pause lasts until a person resumes it.',
  },
  JobFilter: {
    status: 'The status of the job: one, or a list of which one must match.',
    task_id: 'The task that the job came from, `tsk_…`: one id, or a list of which one must match.',
    last_error_code: 'The code of the last error: one, or a list. `GET /api/failures` explains each.',
    last_error_category: 'The category of the last error: one, or a list.',
    priority: 'The priority, from -10 to 10.',
    waiting_on: 'What keeps the job from starting: one reason, or a list.',
    attempt_count: 'How many attempts were made.',
    updated_at: 'When it last changed.',
    failed_at: 'When it became `failed`. Matches failed jobs only.',
    next_attempt_at: 'When it may run next. Matches waiting jobs only.',
    stalled: 'Whether it is overdue although nothing is known to keep it from starting.',
    outcome_unknown: 'Whether an attempt may have changed the mailbox without a confirmation.',
  },
  LogFilter: {
    subject: 'The kind of resource that was changed: one, or a list.',
    subject_id: 'The id of the resource that was changed: one, or a list.',
    action: 'What was done: one action, or a list.',
    status: 'Whether what the entry reports is a success or a failure.',
    actor_kind: 'Who did it: a person (`user`), a worker, a provider, or a part of the system.',
    actor_id: 'Who did it: the `uid` of a person, or the name of a part of the system.',
    request_id: 'The `x-request-id` of the request that did it.',
    at: 'When it was done.',
  },
  TaskFilter: {
    task_type: 'What the task does: one action, or a list.',
    target_credential_id: 'The credential (mailbox) of the task, `pc_…`: one id, or a list.',
    status: 'The status of the task: one, or a list.',
    label: 'One of its labels: one value, or a list of which one must match.',
    priority: 'The priority, from -10 to 10.',
    scheduled: '`true`: only tasks with a schedule; `false`: only tasks without.',
    q: 'Words to search for, separated by spaces. Each must occur in the id, the task type, the credential id or a label.',
  },
  CredentialFilter: {
    status: 'The status of the credential: one, or a list.',
    status_reason: 'The failure code that made it suspect or parked: one, or a list.',
    auth_kind: 'How it logs in: with a password or with OAuth 2.0.',
    host: 'The mail server, by its name for all its ports or as `host:port`: one, or a list.',
    label: 'Its label, as a whole: one, or a list.',
    external_ref: 'Your own id of the mailbox: one, or a list.',
    q: 'Words to search for, separated by spaces. Each must occur in the id, host, label, external_ref or masked user name.',
  },
  EmailFilter: {
    folder: 'The `path` of the folder: one, or a list.',
    message_id: 'The Message-ID header, with its angle brackets: one, or a list.',
    provider_thread_id: 'The id of the conversation, where the provider has one: one, or a list.',
    seen: 'Whether it has been read.',
    flagged: 'Whether it is marked with the flag `\\Flagged` (a star, in many programs).',
    answered: 'Whether it has been answered.',
    draft: 'Whether it is a draft.',
    flag: 'A flag or keyword as the server writes it, in upper or lower case: one, or a list.',
    from: 'Words in the name or address of the sender.',
    to: 'Words in the name or address of a recipient (To or Cc).',
    subject: 'Words in the subject.',
    size: 'The size in bytes.',
    internal_date: 'When it arrived in the mailbox.',
    q: 'Words to search for, separated by spaces. Each must occur in the subject, the Message-ID, or a name or address.',
  },
  Range: { gte: 'At least this number.', lte: 'At most this number.' },
  Period: { gte: 'From this time on.', lt: 'Before this time.' },
  SearchCriteria: {
    seen: 'Whether it has been read.',
    flagged: 'Whether it has the flag `\\Flagged`.',
    answered: 'Whether it has been answered.',
    draft: 'Whether it is a draft.',
    since: "Arrived on this day or later, by the server's calendar.",
    before: "Arrived before this day, by the server's calendar.",
    larger: 'Larger than this number of bytes.',
    smaller: 'Smaller than this number of bytes.',
    uid_gte: 'A UID of at least this.',
    uid_lt: 'A UID below this.',
  },
  SearchMessagesPayload: { criteria: 'The conditions for messages; all given conditions must match.' },
  SetFlagsByUids: {
    add: 'Flags to set, such as `\\Seen`, or keywords of your own. Give `add`, `remove` or both.',
    remove: 'Flags to remove.',
    if_unchanged_since:
      'A mod-sequence in decimal: messages that changed after it are not changed, and are named in `conflicted` (RFC 7162).',
  },
  SetFlagsByEmailIds: {
    add: 'Flags to set, such as `\\Seen`, or keywords of your own. Give `add`, `remove` or both.',
    remove: 'Flags to remove.',
    if_unchanged_since:
      'A mod-sequence in decimal: messages that changed after it are not changed, and are named in `conflicted` (RFC 7162).',
  },
  MoveMessagesByUids: { create_target: 'Make the target folder if it does not exist.' },
  MoveMessagesByEmailIds: { create_target: 'Make the target folder if it does not exist.' },
  CopyMessagesByUids: { create_target: 'Make the target folder if it does not exist.' },
  CopyMessagesByEmailIds: { create_target: 'Make the target folder if it does not exist.' },
  DeleteMessagesByUids: {
    mode: '`trash` moves the messages to the trash folder; `expunge` deletes them for good and needs an owner.',
  },
  DeleteMessagesByEmailIds: {
    mode: '`trash` moves the messages to the trash folder; `expunge` deletes them for good and needs an owner.',
  },
  CreateMailboxPayload: {
    name: 'The name of the new folder: one level, without the names of its parents.',
    parent: 'The `path` of the folder to make it in; null: the top level.',
  },
  RenameMailboxPayload: {
    name: 'The new name: one level, without the names of its parents.',
    parent: 'The `path` of the folder to move it to; null: the top level. Without it the folder stays where it is.',
  },
  DeleteMailboxPayload: {
    if_messages_at_most: 'The folder is deleted only if it holds no more messages than this.',
  },
  SyncMessagesPayload: { full: 'Compare every message again, not only what changed since the last sync.' },
  IntervalSchedule: { every: 'A number with `m`, `h` or `d`: minutes, hours or days; from 1 minute to 30 days.' },
  CronSchedule: {
    cron: 'Five fields: minute, hour, day of the month, month, day of the week.',
    time_zone: 'The IANA name of the time zone that the times are in, such as `Europe/Berlin`.',
  },
  PasswordSecret: {
    username: 'The name to log in with, often the mail address.',
    password: 'The password, or an app password.',
  },
  OAuthSecret: {
    username: 'The mail address to log in with.',
    client_id: 'The id of your application at the provider.',
    client_secret: 'The secret of your application at the provider.',
    refresh_token: 'The token with which new access tokens are requested.',
    token_url: "The provider's token endpoint (https).",
    scope: 'The scope to request, if the provider needs one.',
  },
  CredentialTarget: { credential_id: 'All events are about the mailbox of this credential, `pc_…`.' },
  MatchTarget: {
    match:
      'Each event names its mailbox: by the `external_ref` of a credential, or by its user name. The newest credential with that name is used.',
  },
  searchJobs: {
    query:
      'Words to search for: the same as `filter.q`, for a search box beside the filter. Give one of the two, not both.',
  },
  searchDeleteJobs: {
    query:
      'Words to search for: the same as `filter.q`, for a search box beside the filter. Give one of the two, not both.',
    older_than: 'Only jobs made before this time, or longer ago than this, like `30d`.',
    limit: 'Delete at most this many jobs, the oldest first.',
    filter: 'Selects the jobs. All given fields must match; of a list of values one must match.',
  },
  bulkJobs: {
    action:
      'What is done to each job: `retry`, `cancel`, `resolve`, `trigger` or `delete`, each like the command of that name.',
    filter:
      'Selects the jobs. All given fields must match, and at least one must be given. Give either `filter` or `job_ids`.',
    job_ids: 'The jobs by their ids, at most 1,000. Give either `filter` or `job_ids`.',
    reason: 'Why, in your own words. It is required, and kept in the audit and with each job.',
  },
  updateJob: {
    run_at: 'Do not run it before this time; null: as soon as possible.',
    max_attempts:
      'Replaces the number of attempts, except for failures that are not tried again and for rate limits. Null: as the failure code allows.',
    payload: 'Another payload for the action of the job. It replaces the old one as a whole.',
  },
  triggerJob: { force: 'Also repeat a copy that has succeeded: its messages are then in the target folder twice.' },
  resolveJob: { note: 'Why, in your own words. It is shown with the job and kept in the audit.' },
  createTask: {
    task_type: 'The action that the jobs of the task do. It decides which payload is valid.',
    target_credential_id: 'The credential (mailbox) that the jobs work on, `pc_…`.',
    payload: 'The data of the action; by `task_type`.',
  },
  updateTask: { payload: 'Another payload for the task type. It replaces the old one as a whole.' },
  syncMailboxes: { credential_id: 'The credential (mailbox) to sync, `pc_…`.' },
  syncMessages: {
    credential_id: 'The credential (mailbox) to sync, `pc_…`.',
    folder: 'The `path` of the one folder to sync; null or absent: every selectable personal folder.',
    full: 'Compare every message again, not only what changed since the last sync.',
  },
  createCredential: NEW_CREDENTIAL,
  testNewCredential: NEW_CREDENTIAL,
  updateCredential: {
    host: 'The name or address of the IMAP server. Needs `secret` in the same request.',
    port: 'The port of the IMAP server. Needs `secret` in the same request.',
    security_mode:
      '`ssl_tls`, `starttls` or `none`; `tls` is another spelling of `ssl_tls`. A less safe mode needs `secret` in the same request.',
    tls_ca_pem:
      'The certificate, in PEM, that the server presents or that signed it; null: public authorities only. A change needs `secret` in the same request.',
    max_connections: 'How many connections to the server may be open at once for this mailbox.',
    label: 'A name of yours for the mailbox; null removes it.',
    external_ref: 'Your own id of the mailbox; null removes it.',
    secret: 'The new secret, or the old one again where another field needs it.',
  },
  rotateCredential: { secret: 'The new secret: a user name and password, or OAuth 2.0 tokens.' },
  createWebhookEndpoint: {
    provider: 'Who sends the events. `standard` is any sender that signs by the Standard Webhooks specification.',
    target: 'Which mailbox an event is about: always the same credential, or the one that the event names.',
    action: 'The action of the jobs that events make. It decides which payload is valid.',
    payload: 'The payload of these jobs; by `action`. Messages are named by UIDs here.',
    secret: 'The secret that the provider signs with, if it has chosen one. Without it a random one is made.',
    event_types: 'Only events of these types make jobs; null: all do.',
    settings:
      'What is checked besides the secret, by provider. `gmail`: `service_account_email`, `subscription`, `audience`, `issuer`; `microsoft_graph`: `tenant_id`, `subscription_ids`; all others: nothing.',
    enabled: 'While false, events are verified and kept but make no jobs.',
    label: 'A name of yours for the endpoint.',
    silent_after:
      'After this long without an event the endpoint counts as silent: from 5 minutes to 30 days, like `24h`.',
  },
  updateWebhookEndpoint: {
    target: 'Which mailbox an event is about: always the same credential, or the one that the event names.',
    action: 'The action of the jobs that events make. Give a `payload` that fits it.',
    payload: 'Another payload for these jobs. It replaces the old one as a whole.',
    event_types: 'Only events of these types make jobs; null: all do.',
    settings:
      'What is checked besides the secret, by provider, as when it was made. It replaces the old ones as a whole.',
    enabled: 'While false, events are verified and kept but make no jobs.',
    label: 'A name of yours for the endpoint; null removes it.',
    silent_after: 'After this long without an event the endpoint counts as silent; null: never.',
  },
  rotateWebhookSecret: { secret: 'The secret that the provider has chosen. Without it a random one is made.' },
  testWebhookEndpoint: {
    subject: 'The mailbox that the sample names, for an endpoint whose target is a `match`.',
  },
};

/** The schema with a description of each field. A description that a field already has stays. */
export function withFieldTexts(place: string, schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = Object.entries(Object(schema.properties)).map(([field, given]) => {
    const description = REQUEST_FIELDS[place]?.[field] ?? REQUEST_FIELDS['*']?.[field];
    const inner: Readonly<Record<string, unknown>> = Object(given);
    return [field, description === undefined || 'description' in inner ? inner : { ...inner, description }];
  });
  return properties.length === 0 ? { ...schema } : { ...schema, properties: Object.fromEntries(properties) };
}
