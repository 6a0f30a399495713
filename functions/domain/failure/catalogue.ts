export const FAILURE_CATEGORIES = [
  'transient',
  'rate_limit',
  'quota',
  'server',
  'authentication',
  'authorization',
  'configuration',
  'not_found',
  'payload',
  'conflict',
  'protocol',
  'interrupted',
  'internal',
] as const;
export type FailureCategory = (typeof FAILURE_CATEGORIES)[number];

export function isFailureCategory(text: string): text is FailureCategory {
  return FAILURE_CATEGORIES.some((category) => category === text);
}

/** Whom the failure concerns: this job, every job of the credential, or every credential on the host. */
export type FailureScope = 'job' | 'credential' | 'host';

export type FailureEntry = {
  readonly category: FailureCategory;
  readonly scope: FailureScope;
  /** Who must act for it to go away. */
  readonly who: 'nobody' | 'mailbox_owner' | 'operator' | 'us';
  readonly title: string;
  readonly explanation: string;
  readonly next_step: string;
};

const entry = (
  category: FailureCategory,
  scope: FailureScope,
  who: FailureEntry['who'],
  title: string,
  explanation: string,
  next_step: string,
): FailureEntry => ({ category, scope, who, title, explanation, next_step });

const WAIT = 'Nothing to do: it is retried by itself.';
const PASSWORD = 'Ask the mailbox owner for a new password, rotate the credential and test it.';
const REPORT = 'Report it with the job id: it may be a defect of ours.';

/** Every code a job or a credential test can show. One record each; retry follows from the category alone. */
export const FAILURES = {
  provider_timeout: entry(
    'transient',
    'host',
    'nobody',
    'The mail server did not answer in time',
    'The connection or a command got no answer before its deadline.',
    WAIT,
  ),
  provider_unreachable: entry(
    'transient',
    'host',
    'nobody',
    'The mail server cannot be reached',
    'The connection was refused or no route leads to the host.',
    'Retried by itself; if it lasts, check host and port of the credential.',
  ),
  connection_closed: entry(
    'transient',
    'host',
    'nobody',
    'The connection was closed',
    'The server or the network ended the connection before the work was done.',
    WAIT,
  ),
  provider_unavailable: entry(
    'transient',
    'host',
    'nobody',
    'The mail server is temporarily unavailable',
    'The server said that it cannot serve the mailbox right now.',
    WAIT,
  ),
  dns_temporary: entry(
    'transient',
    'host',
    'nobody',
    'The host name could not be looked up right now',
    'The name service failed for the moment.',
    WAIT,
  ),
  mailbox_in_use: entry(
    'transient',
    'job',
    'nobody',
    'The mailbox is in use',
    'Another session holds the mailbox exclusively.',
    WAIT,
  ),
  expunge_issued: entry(
    'transient',
    'job',
    'nobody',
    'Messages were removed meanwhile',
    'Another session expunged messages while the command ran.',
    WAIT,
  ),
  proxy_error: entry(
    'transient',
    'host',
    'operator',
    'The proxy failed',
    'The connection could not be made through the proxy.',
    'Check the network set-up of the deployment.',
  ),
  rate_limited: entry(
    'rate_limit',
    'credential',
    'nobody',
    'The provider limits the rate',
    'The provider asked us to slow down for this mailbox; its jobs wait until the limit is over.',
    WAIT,
  ),
  too_many_connections: entry(
    'rate_limit',
    'credential',
    'nobody',
    'Too many connections to this mailbox',
    'The provider refuses further sessions, ours or those of other clients.',
    'Retried by itself; if it lasts, lower max_connections of the credential or close other clients.',
  ),
  over_quota: entry(
    'quota',
    'credential',
    'mailbox_owner',
    'The mailbox is full',
    'The provider refuses to store more in this mailbox.',
    'Ask the mailbox owner to free space or raise the quota.',
  ),
  limit_reached: entry(
    'quota',
    'job',
    'mailbox_owner',
    'A limit of the server was reached',
    'The command ran up against a limit that the server has for one mailbox or command, such as its number of messages or keywords.',
    'Make the mailbox or the request smaller, or ask the provider for its limit.',
  ),
  server_error: entry(
    'server',
    'host',
    'nobody',
    'The mail server reported a defect of its own',
    'The server answered that it failed internally.',
    'Retried slowly; if it lasts, tell the provider.',
  ),
  mailbox_corrupt: entry(
    'server',
    'job',
    'mailbox_owner',
    'The mailbox is damaged on the server',
    'The server reported corruption of the mailbox.',
    'Tell the provider of the mailbox.',
  ),
  command_failed: entry(
    'server',
    'job',
    'operator',
    'The mail server refused the command',
    'The server answered NO without a reason that we know.',
    'Read the detail; retry when its cause is gone.',
  ),
  auth_failed: entry(
    'authentication',
    'credential',
    'mailbox_owner',
    'The password was refused',
    'The server does not accept the user name and password.',
    PASSWORD,
  ),
  oauth_token_rejected: entry(
    'authentication',
    'credential',
    'mailbox_owner',
    'The access token was refused',
    'The server does not accept the OAuth access token.',
    'Ask the mailbox owner to consent again, then rotate the credential.',
  ),
  oauth_token_expired: entry(
    'authentication',
    'credential',
    'mailbox_owner',
    'The consent is gone',
    'The refresh token is no longer accepted.',
    'Ask the mailbox owner to consent again, then rotate the credential.',
  ),
  oauth_invalid_request: entry(
    'configuration',
    'credential',
    'operator',
    'The OAuth client is set up wrongly',
    'The token endpoint or the server rejects the request as malformed.',
    'Check client_id, client_secret, token_url and scope of the credential.',
  ),
  app_password_required: entry(
    'authentication',
    'credential',
    'mailbox_owner',
    'An app password is required',
    'The provider wants an application-specific password.',
    'Ask the mailbox owner to make an app password, then rotate the credential.',
  ),
  web_login_required: entry(
    'authentication',
    'credential',
    'mailbox_owner',
    'A login in the browser is required',
    'The provider wants the owner to confirm in a web browser.',
    'Ask the mailbox owner to log in with a browser once, then test the credential.',
  ),
  auth_not_connected: entry(
    'authentication',
    'credential',
    'mailbox_owner',
    'The user has no such mailbox',
    'The login is right, but the mailbox is missing, unlicensed or not shared with the user.',
    'Check the mailbox and its licence with the provider.',
  ),
  credentials_expired: entry(
    'authentication',
    'credential',
    'mailbox_owner',
    'The password has expired',
    'The server says that the password is too old.',
    PASSWORD,
  ),
  authorization_failed: entry(
    'authorization',
    'credential',
    'mailbox_owner',
    'The login may not use this mailbox',
    'Authentication succeeded, authorization did not.',
    'Ask the mailbox owner or the provider for access.',
  ),
  imap_disabled: entry(
    'authorization',
    'credential',
    'mailbox_owner',
    'IMAP is switched off',
    'The provider has IMAP disabled for this mailbox.',
    'Ask the mailbox owner to enable IMAP, then test the credential.',
  ),
  account_blocked: entry(
    'authorization',
    'credential',
    'mailbox_owner',
    'The provider blocked the account',
    'The server asks to contact its administrator.',
    'Ask the mailbox owner to contact the provider.',
  ),
  permission_denied: entry(
    'authorization',
    'job',
    'mailbox_owner',
    'No permission',
    'The server does not let this login do that in this mailbox.',
    'Ask for the permission, then retry.',
  ),
  mailbox_read_only: entry(
    'authorization',
    'job',
    'mailbox_owner',
    'The mailbox is read-only',
    'The mailbox can be read but not changed.',
    'Choose another mailbox, or ask for write access.',
  ),
  credential_of_another_account: entry(
    'authorization',
    'job',
    'operator',
    'The credential is of another account',
    'The job names a credential that does not belong to its account. Nothing was sent to a mail server.',
    'Delete the job, and the task or webhook endpoint that made it.',
  ),
  host_not_allowed: entry(
    'configuration',
    'job',
    'operator',
    'The host or port is not allowed',
    'The address is internal, or the port is none for mail.',
    'Correct host and port of the credential.',
  ),
  tls_error: entry(
    'configuration',
    'credential',
    'operator',
    'TLS failed',
    'The certificate does not verify, or the server speaks no acceptable TLS.',
    'Check host, port and security mode; pin tls_ca_pem for a private authority.',
  ),
  tls_required: entry(
    'configuration',
    'credential',
    'operator',
    'The server requires TLS',
    'The server refuses logins over a plain connection.',
    'Set security_mode to ssl_tls or starttls.',
  ),
  dns_not_found: entry(
    'configuration',
    'credential',
    'operator',
    'No such host',
    'The host name does not exist.',
    'Look for a typo in the host of the credential.',
  ),
  auth_misconfigured: entry(
    'configuration',
    'credential',
    'operator',
    'No login method fits',
    'The server offers no login method that this credential can use.',
    'Check auth_kind and security_mode of the credential.',
  ),
  auth_mechanism_unsupported: entry(
    'configuration',
    'credential',
    'operator',
    'Login mechanism unsupported',
    'The server does not support the mechanism.',
    'Check auth_kind of the credential.',
  ),
  invalid_config: entry(
    'configuration',
    'credential',
    'operator',
    'The connection settings are invalid',
    'The settings cannot be turned into a connection.',
    'Correct the credential.',
  ),
  mailbox_not_found: entry(
    'not_found',
    'job',
    'operator',
    'The mailbox does not exist',
    'The server knows no mailbox of that path.',
    'Sync the mailboxes and use a path from the list.',
  ),
  message_not_found: entry(
    'not_found',
    'job',
    'operator',
    'The messages do not exist',
    'None of the messages is in the mailbox any more.',
    'Sync the mailbox; resolve the job if that is as it should be.',
  ),
  credential_altered: entry(
    'configuration',
    'credential',
    'operator',
    'The stored fields are not what the secret was sealed with',
    'Host, port, security mode, authority or user name was changed past this API, or the row is damaged. The secret was not opened and not sent.',
    'Find out who wrote the row, then PATCH host, port, security_mode, tls_ca_pem and secret of the credential together. If its fields are null, delete it and create it again.',
  ),
  credential_not_found: entry(
    'not_found',
    'job',
    'operator',
    'The credential was deleted',
    'The job belongs to a credential that is no more.',
    'Resolve the job.',
  ),
  invalid_payload: entry(
    'payload',
    'job',
    'operator',
    'The payload is invalid',
    'The job asks for something that cannot be sent to a mail server.',
    'Correct the payload, then retry.',
  ),
  operation_not_allowed: entry(
    'payload',
    'job',
    'operator',
    'The operation is not allowed',
    'The server does not allow this on that mailbox.',
    'Choose another mailbox or operation.',
  ),
  message_too_big: entry(
    'payload',
    'job',
    'operator',
    'The message is too big',
    'The server refuses messages of that size.',
    'Resolve the job.',
  ),
  mailbox_not_selectable: entry(
    'payload',
    'job',
    'operator',
    'The mailbox holds no messages',
    'The path is a folder of folders only.',
    'Choose another mailbox.',
  ),
  bad_charset: entry(
    'payload',
    'job',
    'operator',
    'The character set is not supported',
    'The server does not know the character set of the search.',
    'Search without special characters.',
  ),
  unknown_cte: entry(
    'payload',
    'job',
    'operator',
    'The message cannot be decoded by the server',
    'The transfer encoding of the message is unknown to the server.',
    'Resolve the job.',
  ),
  extension_unsupported: entry(
    'payload',
    'job',
    'operator',
    'The server cannot do this safely',
    'The operation needs an IMAP extension that the server lacks.',
    'Do it by hand in a mail client, then resolve the job.',
  ),
  uidvalidity_changed: entry(
    'conflict',
    'job',
    'operator',
    'The mailbox was renumbered',
    'The UIDVALIDITY is no longer the one the job was made for.',
    'Wait for the resync and make the job anew.',
  ),
  message_mismatch: entry(
    'conflict',
    'job',
    'operator',
    'A UID names another message now',
    'Message-ID or date differ from what was synced.',
    'Sync the mailbox and make the job anew.',
  ),
  credential_changed: entry(
    'conflict',
    'job',
    'operator',
    'The credential points elsewhere now',
    'Host, port or user name changed after the job was made.',
    'Make the job anew.',
  ),
  modified_since: entry(
    'conflict',
    'job',
    'operator',
    'The messages changed meanwhile',
    'Another client changed the flags first.',
    'Sync, decide again, and make the job anew.',
  ),
  mailbox_exists: entry(
    'conflict',
    'job',
    'operator',
    'The mailbox exists already',
    'A mailbox of that path is there.',
    'Choose another name.',
  ),
  mailbox_has_children: entry(
    'conflict',
    'job',
    'operator',
    'The mailbox has child mailboxes',
    'Child mailboxes must go first.',
    'Delete or move the children first.',
  ),
  mailbox_not_empty: entry(
    'conflict',
    'job',
    'operator',
    'The mailbox is not empty',
    'It holds more messages than the job allows.',
    'Empty the mailbox, or allow more.',
  ),
  protocol_error: entry(
    'protocol',
    'job',
    'us',
    'The server sent something unreadable',
    'The answer does not follow the IMAP protocol.',
    REPORT,
  ),
  response_too_large: entry(
    'protocol',
    'job',
    'us',
    'The answer of the server is too large',
    'The server sent more in answer to one command than any mailbox needs; the connection was closed. The limits are in decision 25.',
    'Look at the folder that the job names, or at the server. Report it with the job id if both are sound.',
  ),
  client_bug: entry(
    'protocol',
    'job',
    'us',
    'The server says that the fault is ours',
    'The server answered with the response code CLIENTBUG (RFC 9051).',
    REPORT,
  ),
  command_rejected: entry(
    'protocol',
    'job',
    'us',
    'The server did not understand the command',
    'The server answered BAD.',
    REPORT,
  ),
  deadline_exceeded: entry(
    'interrupted',
    'job',
    'nobody',
    'The attempt ran out of time',
    'The work was stopped at its own deadline.',
    WAIT,
  ),
  worker_lost: entry(
    'interrupted',
    'job',
    'nobody',
    'The worker vanished',
    'The worker stopped renewing its lease, five times in a row.',
    'Retry; report it if it happens again.',
  ),
  unknown: entry(
    'internal',
    'job',
    'us',
    'An error we do not know',
    'Something failed in a way that we have not classified.',
    REPORT,
  ),
} as const satisfies Record<string, FailureEntry>;

export type FailureCode = keyof typeof FAILURES;

export const FAILURE_CODES: readonly FailureCode[] = Object.keys(FAILURES).filter((code) => isFailureCode(code));

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(FAILURES, code);
}

export function categoryOf(code: FailureCode): FailureCategory {
  return FAILURES[code].category;
}

/** Every code of these categories. */
export function codesOf(categories: readonly FailureCategory[]): readonly FailureCode[] {
  return FAILURE_CODES.filter((code) => categories.includes(categoryOf(code)));
}

const CONDEMNING: readonly FailureCategory[] = ['authentication', 'authorization', 'configuration'];

/** Whether a failure is true of every job of the credential: a refused login, or a set-up that cannot work. */
export function condemnsCredential(code: FailureCode): boolean {
  const { category, scope } = FAILURES[code];
  return scope === 'credential' && CONDEMNING.includes(category);
}

export function condemningCodes(): readonly FailureCode[] {
  return FAILURE_CODES.filter(condemnsCredential);
}
