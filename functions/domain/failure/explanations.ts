/** The words for people about each failure. They are in a file of their own because most functions never show them. */
import type { FailureCode } from './catalogue.ts';

export type Explanation = {
  /** Who must act for it to go away. */
  readonly who: 'nobody' | 'mailbox_owner' | 'operator' | 'us';
  readonly title: string;
  readonly explanation: string;
  readonly next_step: string;
};

const WAIT = 'Nothing to do: it is retried by itself.';
const PASSWORD = 'Ask the mailbox owner for a new password, rotate the credential and test it.';
const REPORT = 'Report it with the job id: it may be a defect of ours.';

export const EXPLANATIONS: Readonly<Record<FailureCode, Explanation>> = {
  provider_timeout: {
    who: 'nobody',
    title: 'The mail server did not answer in time',
    explanation: 'The connection or a command got no answer before its deadline.',
    next_step: WAIT,
  },
  provider_unreachable: {
    who: 'nobody',
    title: 'The mail server cannot be reached',
    explanation: 'The connection was refused or no route leads to the host.',
    next_step: 'Retried by itself; if it lasts, check host and port of the credential.',
  },
  connection_closed: {
    who: 'nobody',
    title: 'The connection was closed',
    explanation: 'The server or the network ended the connection before the work was done.',
    next_step: WAIT,
  },
  provider_unavailable: {
    who: 'nobody',
    title: 'The mail server is temporarily unavailable',
    explanation: 'The server said that it cannot serve the mailbox right now.',
    next_step: WAIT,
  },
  dns_temporary: {
    who: 'nobody',
    title: 'The host name could not be looked up right now',
    explanation: 'The name service failed for the moment.',
    next_step: WAIT,
  },
  mailbox_in_use: {
    who: 'nobody',
    title: 'The mailbox is in use',
    explanation: 'Another session holds the mailbox exclusively.',
    next_step: WAIT,
  },
  expunge_issued: {
    who: 'nobody',
    title: 'Messages were removed meanwhile',
    explanation: 'Another session expunged messages while the command ran.',
    next_step: WAIT,
  },
  proxy_error: {
    who: 'operator',
    title: 'The proxy failed',
    explanation: 'The connection could not be made through the proxy.',
    next_step: 'Check the network set-up of the deployment.',
  },
  rate_limited: {
    who: 'nobody',
    title: 'The provider limits the rate',
    explanation: 'The provider asked us to slow down for this mailbox; its jobs wait until the limit is over.',
    next_step: WAIT,
  },
  too_many_connections: {
    who: 'nobody',
    title: 'Too many connections to this mailbox',
    explanation: 'The provider refuses further sessions, ours or those of other clients.',
    next_step: 'Retried by itself; if it lasts, lower max_connections of the credential or close other clients.',
  },
  over_quota: {
    who: 'mailbox_owner',
    title: 'The mailbox is full',
    explanation: 'The provider refuses to store more in this mailbox.',
    next_step: 'Ask the mailbox owner to free space or raise the quota.',
  },
  limit_reached: {
    who: 'mailbox_owner',
    title: 'A limit of the server was reached',
    explanation:
      'The command ran up against a limit that the server has for one mailbox or command, such as its number of messages or keywords.',
    next_step: 'Make the mailbox or the request smaller, or ask the provider for its limit.',
  },
  server_error: {
    who: 'nobody',
    title: 'The mail server reported a defect of its own',
    explanation: 'The server answered that it failed internally.',
    next_step: 'Retried slowly; if it lasts, tell the provider.',
  },
  mailbox_corrupt: {
    who: 'mailbox_owner',
    title: 'The mailbox is damaged on the server',
    explanation: 'The server reported corruption of the mailbox.',
    next_step: 'Tell the provider of the mailbox.',
  },
  command_failed: {
    who: 'operator',
    title: 'The mail server refused the command',
    explanation: 'The server answered NO without a reason that we know.',
    next_step: 'Read the detail; retry when its cause is gone.',
  },
  auth_failed: {
    who: 'mailbox_owner',
    title: 'The password was refused',
    explanation: 'The server does not accept the user name and password.',
    next_step: PASSWORD,
  },
  oauth_token_rejected: {
    who: 'mailbox_owner',
    title: 'The access token was refused',
    explanation: 'The server does not accept the OAuth access token.',
    next_step: 'Ask the mailbox owner to consent again, then rotate the credential.',
  },
  oauth_token_expired: {
    who: 'mailbox_owner',
    title: 'The consent is gone',
    explanation: 'The refresh token is no longer accepted.',
    next_step: 'Ask the mailbox owner to consent again, then rotate the credential.',
  },
  oauth_invalid_request: {
    who: 'operator',
    title: 'The OAuth client is set up wrongly',
    explanation: 'The token endpoint or the server rejects the request as malformed.',
    next_step: 'Check client_id, client_secret, token_url and scope of the credential.',
  },
  app_password_required: {
    who: 'mailbox_owner',
    title: 'An app password is required',
    explanation: 'The provider wants an application-specific password.',
    next_step: 'Ask the mailbox owner to make an app password, then rotate the credential.',
  },
  web_login_required: {
    who: 'mailbox_owner',
    title: 'A login in the browser is required',
    explanation: 'The provider wants the owner to confirm in a web browser.',
    next_step: 'Ask the mailbox owner to log in with a browser once, then test the credential.',
  },
  auth_not_connected: {
    who: 'mailbox_owner',
    title: 'The user has no such mailbox',
    explanation: 'The login is right, but the mailbox is missing, unlicensed or not shared with the user.',
    next_step: 'Check the mailbox and its licence with the provider.',
  },
  credentials_expired: {
    who: 'mailbox_owner',
    title: 'The password has expired',
    explanation: 'The server says that the password is too old.',
    next_step: PASSWORD,
  },
  authorization_failed: {
    who: 'mailbox_owner',
    title: 'The login may not use this mailbox',
    explanation: 'Authentication succeeded, authorization did not.',
    next_step: 'Ask the mailbox owner or the provider for access.',
  },
  imap_disabled: {
    who: 'mailbox_owner',
    title: 'IMAP is switched off',
    explanation: 'The provider has IMAP disabled for this mailbox.',
    next_step: 'Ask the mailbox owner to enable IMAP, then test the credential.',
  },
  account_blocked: {
    who: 'mailbox_owner',
    title: 'The provider blocked the account',
    explanation: 'The server asks to contact its administrator.',
    next_step: 'Ask the mailbox owner to contact the provider.',
  },
  permission_denied: {
    who: 'mailbox_owner',
    title: 'No permission',
    explanation: 'The server does not let this login do that in this mailbox.',
    next_step: 'Ask for the permission, then retry.',
  },
  mailbox_read_only: {
    who: 'mailbox_owner',
    title: 'The mailbox is read-only',
    explanation: 'The mailbox can be read but not changed.',
    next_step: 'Choose another mailbox, or ask for write access.',
  },
  credential_of_another_account: {
    who: 'operator',
    title: 'The credential is of another account',
    explanation: 'The job names a credential that does not belong to its account. Nothing was sent to a mail server.',
    next_step: 'Delete the job, and the task or webhook endpoint that made it.',
  },
  host_not_allowed: {
    who: 'operator',
    title: 'The host or port is not allowed',
    explanation: 'The address is internal, or the port is none for mail.',
    next_step: 'Correct host and port of the credential.',
  },
  tls_error: {
    who: 'operator',
    title: 'TLS failed',
    explanation: 'The certificate does not verify, or the server speaks no acceptable TLS.',
    next_step:
      'Check host, port and security mode. For a self-signed certificate or a private authority, give its certificate as tls_ca_pem.',
  },
  tls_required: {
    who: 'operator',
    title: 'The server requires TLS',
    explanation: 'The server refuses logins over a plain connection.',
    next_step: 'Set security_mode to ssl_tls or starttls.',
  },
  dns_not_found: {
    who: 'operator',
    title: 'No such host',
    explanation: 'The host name does not exist.',
    next_step: 'Correct the host of the credential, then test the credential. No password was sent.',
  },
  auth_misconfigured: {
    who: 'operator',
    title: 'No login method fits',
    explanation: 'The server offers no login method that this credential can use.',
    next_step: 'Check auth_kind and security_mode of the credential.',
  },
  auth_mechanism_unsupported: {
    who: 'operator',
    title: 'Login mechanism unsupported',
    explanation: 'The server does not support the mechanism.',
    next_step: 'Check auth_kind of the credential.',
  },
  invalid_config: {
    who: 'operator',
    title: 'The connection settings are invalid',
    explanation: 'The settings cannot be turned into a connection.',
    next_step: 'Correct the credential.',
  },
  mailbox_not_found: {
    who: 'operator',
    title: 'The mailbox does not exist',
    explanation: 'The server knows no mailbox of that path.',
    next_step: 'Sync the mailboxes and use a path from the list.',
  },
  message_not_found: {
    who: 'operator',
    title: 'The messages do not exist',
    explanation: 'None of the messages is in the mailbox any more.',
    next_step: 'Sync the mailbox; resolve the job if that is as it should be.',
  },
  credential_altered: {
    who: 'operator',
    title: 'The stored connection was changed outside of this API',
    explanation:
      'Host, port, security mode, authority or user name is not the one that the secret was given for, or the row is damaged. The secret was not opened and not sent.',
    next_step:
      'Find out who wrote the row, then PATCH host, port, security_mode, tls_ca_pem and secret of the credential together. If its fields are null, delete it and create it again.',
  },
  credential_not_found: {
    who: 'operator',
    title: 'The credential was deleted',
    explanation: 'The job belongs to a credential that does not exist any more.',
    next_step: 'Resolve the job.',
  },
  invalid_payload: {
    who: 'operator',
    title: 'The payload is invalid',
    explanation: 'The job asks for something that cannot be sent to a mail server.',
    next_step: 'Correct the payload, then retry.',
  },
  operation_not_allowed: {
    who: 'operator',
    title: 'The operation is not allowed',
    explanation: 'The server does not allow this on that mailbox.',
    next_step: 'Choose another mailbox or operation.',
  },
  message_too_big: {
    who: 'operator',
    title: 'The message is too big',
    explanation: 'The server refuses messages of that size.',
    next_step: 'Resolve the job.',
  },
  mailbox_not_selectable: {
    who: 'operator',
    title: 'The mailbox holds no messages',
    explanation: 'The path is a folder of folders only.',
    next_step: 'Choose another mailbox.',
  },
  bad_charset: {
    who: 'operator',
    title: 'The character set is not supported',
    explanation: 'The server does not know the character set of the search.',
    next_step: 'Search without special characters.',
  },
  unknown_cte: {
    who: 'operator',
    title: 'The message cannot be decoded by the server',
    explanation: 'The transfer encoding of the message is unknown to the server.',
    next_step: 'Resolve the job.',
  },
  extension_unsupported: {
    who: 'operator',
    title: 'The server cannot do this safely',
    explanation: 'The operation needs an IMAP extension that the server lacks.',
    next_step: 'Do it by hand in a mail client, then resolve the job.',
  },
  uidvalidity_changed: {
    who: 'operator',
    title: 'The folder has new message numbers',
    explanation:
      'The server gave the folder another UIDVALIDITY since the job was made, so its UIDs name other messages.',
    next_step: 'Sync the folder, then make a new job.',
  },
  message_mismatch: {
    who: 'operator',
    title: 'A UID names another message now',
    explanation: 'Message-ID or date differ from what was synced.',
    next_step: 'Sync the mailbox, then make a new job.',
  },
  credential_changed: {
    who: 'operator',
    title: 'The credential names another mailbox now',
    explanation: 'Host, port or user name changed after the job was made.',
    next_step: 'Make a new job.',
  },
  modified_since: {
    who: 'operator',
    title: 'The messages changed meanwhile',
    explanation: 'Another client changed the flags first.',
    next_step: 'Sync, decide again, then make a new job.',
  },
  mailbox_exists: {
    who: 'operator',
    title: 'The mailbox exists already',
    explanation: 'A mailbox of that path is there.',
    next_step: 'Choose another name.',
  },
  mailbox_has_children: {
    who: 'operator',
    title: 'The mailbox has child mailboxes',
    explanation: 'Child mailboxes must go first.',
    next_step: 'Delete or move the children first.',
  },
  mailbox_not_empty: {
    who: 'operator',
    title: 'The mailbox is not empty',
    explanation: 'It holds more messages than the job allows.',
    next_step: 'Empty the mailbox, or allow more.',
  },
  protocol_error: {
    who: 'us',
    title: 'The server sent something unreadable',
    explanation: 'The answer does not follow the IMAP protocol.',
    next_step: REPORT,
  },
  response_too_large: {
    who: 'us',
    title: 'The answer of the server is too large',
    explanation:
      'The server sent more in answer to one command than any mailbox needs; the connection was closed. The limits are in decision 25.',
    next_step: 'Look at the folder that the job names, or at the server. Report it with the job id if both are sound.',
  },
  client_bug: {
    who: 'us',
    title: 'The server says that the fault is ours',
    explanation: 'The server answered with the response code CLIENTBUG (RFC 9051).',
    next_step: REPORT,
  },
  command_rejected: {
    who: 'us',
    title: 'The server did not understand the command',
    explanation: 'The server answered BAD.',
    next_step: REPORT,
  },
  deadline_exceeded: {
    who: 'nobody',
    title: 'The attempt ran out of time',
    explanation: 'The work was stopped at its own deadline.',
    next_step: WAIT,
  },
  worker_lost: {
    who: 'nobody',
    title: 'The worker vanished',
    explanation:
      'The process that ran the attempt stopped without a result. The job goes on by itself; after five such losses in a row it fails.',
    next_step: 'Nothing to do while the job goes on. Once it has failed, retry it, and report it if it happens again.',
  },
  unknown: {
    who: 'us',
    title: 'An error we do not know',
    explanation: 'Something failed in a way that we have not classified.',
    next_step: REPORT,
  },
};
