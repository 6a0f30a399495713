import type { FailureCode } from '../../../functions/domain/failure/catalogue.ts';

/** Real refusals: the tagged line without its tag, and its meaning at login and elsewhere. */
export type Refusal = { readonly line: string; readonly atLogin: FailureCode; readonly elsewhere: FailureCode };

const both = (code: FailureCode, ...lines: readonly string[]): Refusal[] =>
  lines.map((line) => ({ line, atLogin: code, elsewhere: code }));
const differing = (atLogin: FailureCode, elsewhere: FailureCode, ...lines: readonly string[]): Refusal[] =>
  lines.map((line) => ({ line, atLogin, elsewhere }));

export const REFUSALS: readonly Refusal[] = [
  ...both(
    'too_many_connections',
    'NO [ALERT] Too many simultaneous connections. (Failure)',
    'NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=3)',
    'NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)',
    'NO [AUTHENTICATIONFAILED] Too many connections',
    'BAD too many concurrent connections',
  ),
  ...both(
    'rate_limited',
    'NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)',
    'NO [LIMIT] Rate limit hit.',
    'BAD Request is throttled.',
    'NO [THROTTLED] slow down',
  ),
  ...differing(
    'app_password_required',
    'command_failed',
    'NO [ALERT] Application-specific password required: (Failure)',
  ),
  ...both('web_login_required', 'NO [WEBALERT https://example.org/x?y=1] Web login required.'),
  ...differing('web_login_required', 'command_failed', 'NO [ALERT] Please log in via your web browser: (Failure)'),
  ...differing(
    'imap_disabled',
    'command_failed',
    'NO [ALERT] Your account is not enabled for IMAP use. Please visit your settings page',
    'NO IMAP access is disabled for your domain.',
  ),
  ...both('auth_not_connected', 'BAD User is authenticated but not connected.'),
  ...both('auth_failed', 'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'),
  ...differing('auth_failed', 'command_failed', 'NO LOGIN failed.', 'NO [ALERT] Invalid credentials', 'NO [X-NEW] No.'),
  ...both('credentials_expired', 'NO [EXPIRED] Your password has expired'),
  ...differing('authorization_failed', 'permission_denied', 'NO [AUTHORIZATIONFAILED] Not yours'),
  ...differing('account_blocked', 'command_failed', 'NO [CONTACTADMIN] Blocked'),
  ...both(
    'tls_required',
    'NO [PRIVACYREQUIRED] Not over a plain connection',
    'BAD Must issue a STARTTLS command first',
  ),
  ...both(
    'provider_unavailable',
    'NO [UNAVAILABLE] Backend down',
    'NO [UNAVAILABLE] Temporary authentication failure.',
    'NO Temporary System Problem',
    'BAD Internal error occurred. Refer to the log',
    'NO Backend Error (0.04)',
    'BAD [UNAVAILABLE] Service temporarily unavailable',
    'NO [TEMPFAIL] UID FETCH Temporary failure on server [CODE: WBL]',
  ),
  ...differing('provider_unavailable', 'command_failed', 'NO Server Unavailable. 15'),
  ...both('mailbox_in_use', 'NO [INUSE] Locked by another session'),
  ...both('expunge_issued', 'NO [EXPUNGEISSUED] Some are gone'),
  ...differing(
    'too_many_connections',
    'rate_limited',
    'NO [LIMIT] Too many requests',
    'NO [LIMIT] Limit of 100 commands per minute',
  ),
  ...differing('too_many_connections', 'limit_reached', 'NO [LIMIT] No more', 'NO [LIMIT] Too many keywords'),
  ...both('over_quota', 'NO [OVERQUOTA] Quota exceeded (mailbox for user is full)'),
  ...both('over_quota', 'NO The mailbox is full'),
  ...both('permission_denied', 'NO [NOPERM] Permission denied'),
  ...both('mailbox_read_only', 'NO [READ-ONLY] Read only'),
  ...differing('auth_failed', 'mailbox_not_selectable', "NO Mailbox isn't selectable"),
  ...both(
    'mailbox_not_found',
    "NO [NONEXISTENT] Mailbox doesn't exist: Try again later",
    'NO [TRYCREATE] No such mailbox',
  ),
  ...differing('auth_failed', 'mailbox_not_found', 'NO Unknown Mailbox: Foo (Failure)'),
  ...both('mailbox_exists', 'NO [ALREADYEXISTS] Mailbox already exists'),
  ...both('mailbox_has_children', 'NO [HASCHILDREN] Has children'),
  ...both('modified_since', 'NO [MODIFIED 7,9] Conditional STORE failed'),
  ...both(
    'operation_not_allowed',
    'NO [CANNOT] Invalid mailbox name',
    "NO [CANNOT] Mailbox isn't selectable",
    'NO [CANNOT] Character not allowed in mailbox name: Try again later',
  ),
  ...both('message_too_big', 'NO [TOOBIG] Too big'),
  ...both('bad_charset', 'NO [BADCHARSET (UTF-8)] Unknown charset'),
  ...both('unknown_cte', 'NO [UNKNOWN-CTE] Cannot decode'),
  ...both('server_error', 'NO [SERVERBUG] Assertion failed'),
  ...both('mailbox_corrupt', 'NO [CORRUPTION] Index damaged'),
  // Refusals about one mailbox, after the login. Before the login there is no mailbox.
  ...differing(
    'provider_unavailable',
    'server_error',
    'NO [SERVERBUG] Internal error occurred. Refer to server log for more information. [2026-11-02 10:00:00]',
    'BAD [SERVERBUG] Temporary problem, please try again',
  ),
  ...differing(
    'rate_limited',
    'provider_unavailable',
    'NO [UNAVAILABLE] EXAMINE Server error - Please try again later',
    'NO Mailbox is locked, try again later',
  ),
  ...differing('rate_limited', 'server_error', 'NO [SERVERBUG] Something broke. Try again later.'),
  ...differing('provider_unavailable', 'mailbox_corrupt', 'NO [CORRUPTION] Internal error: index is damaged'),
  ...both('client_bug', 'BAD [CLIENTBUG] Not now', 'NO [CLIENTBUG] Not now'),
  ...both('command_rejected', 'BAD Error in IMAP command: Unknown command'),
  ...differing('auth_failed', 'command_failed', 'NO Something went wrong'),
];
