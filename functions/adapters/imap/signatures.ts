import type { FailureCode } from '../../domain/failure/catalogue.ts';
import type { Evidence } from './evidence.ts';

/** The evidence and the circumstances of a failure. */
export type Case = Evidence & {
  /** The login is not complete. */
  readonly login: boolean;
  /** The login used an OAuth access token. */
  readonly oauth: boolean;
  /** The server sent BYE instead of a greeting. */
  readonly greeting: boolean;
};

/** A rule that recognises a failure, and its code. */
export type Signature = { readonly code: FailureCode; readonly when: (subject: Case) => boolean };

/** Codes that are sufficient alone. Their texts quote mailbox names, which anybody may choose. */
const DECISIVE = new Set([
  ...['NONEXISTENT', 'TRYCREATE', 'ALREADYEXISTS', 'HASCHILDREN', 'NOPERM', 'READ-ONLY', 'CANNOT', 'MODIFIED'],
  ...['BADCHARSET', 'UNKNOWN-CTE', 'TOOBIG'],
]);
/**
 * After the login these concern one mailbox, whatever the text says: Dovecot's "Internal error" is one damaged folder.
 */
const DEFECTS = new Set(['SERVERBUG', 'CORRUPTION']);
const isDecisive = (subject: Case): boolean =>
  DECISIVE.has(subject.responseCode) || (DEFECTS.has(subject.responseCode) && elsewhere(subject));
const text =
  (pattern: RegExp) =>
  (subject: Case): boolean =>
    !isDecisive(subject) && pattern.test(subject.text);
const response =
  (...codes: readonly string[]) =>
  (subject: Case): boolean =>
    codes.includes(subject.responseCode);
const error =
  (...codes: readonly (string | RegExp)[]) =>
  (subject: Case): boolean =>
    codes.some((code) => (typeof code === 'string' ? code === subject.code : code.test(subject.code)));
const message =
  (pattern: RegExp) =>
  (subject: Case): boolean =>
    subject.status === '' && pattern.test(subject.message);
const any =
  (...tests: readonly Signature['when'][]) =>
  (subject: Case): boolean =>
    tests.some((test) => test(subject));
const all =
  (...tests: readonly Signature['when'][]) =>
  (subject: Case): boolean =>
    tests.every((test) => test(subject));

const duringLogin = (subject: Case): boolean => subject.login || subject.authenticationFailed;
const loginRefused = (subject: Case): boolean => subject.authenticationFailed && subject.status === 'NO';
const elsewhere = (subject: Case): boolean => !duringLogin(subject);
const refusedLater = (subject: Case): boolean => elsewhere(subject) && subject.status === 'NO';
const greeting = (subject: Case): boolean => subject.greeting;
const TOO_FAST =
  /too many (requests|commands|operations|attempts)|too (fast|quickly|often)|slow down|per (second|minute|hour|day)/i;
const busy = response('UNAVAILABLE', 'LIMIT', 'INUSE');

/**
 * All signatures, in the order in which they are tested. Texts come before response codes, because providers send
 * misleading codes (Gmail its bandwidth limit as OVERQUOTA, Dovecot its connection limit as UNAVAILABLE). Both come
 * before the fact that a login was refused, which imapflow reports for every NO and BAD: testing it first would
 * disable healthy accounts.
 */
export const SIGNATURES: readonly Signature[] = [
  { code: 'rate_limited', when: error('ETHROTTLE') },
  {
    code: 'too_many_connections',
    when: text(/too many (simultaneous |concurrent )?connections|maximum number of connections/i),
  },
  { code: 'rate_limited', when: text(/exceeded command or bandwidth limits|rate limit|throttl/i) },
  { code: 'rate_limited', when: all(response('LIMIT'), elsewhere, text(TOO_FAST)) },
  // Yahoo also sends this after the login, for a single mailbox that it cannot open.
  { code: 'rate_limited', when: all((subject) => !refusedLater(subject), text(/try again later/i)) },
  { code: 'rate_limited', when: response('THROTTLED') },
  { code: 'app_password_required', when: all(duringLogin, text(/application[- ]specific password|app password/i)) },
  {
    code: 'web_login_required',
    when: any(response('WEBALERT'), all(duringLogin, text(/web login required|log ?in via your web browser/i))),
  },
  {
    code: 'imap_disabled',
    when: all(duringLogin, text(/imap access is disabled|not enabled for imap|yet to enable imap/i)),
  },
  { code: 'auth_not_connected', when: text(/user is authenticated but not connected/i) },
  {
    code: 'oauth_invalid_request',
    when: (subject) => subject.oauthStatus === 'invalid_request' && !busy(subject),
  },
  { code: 'oauth_token_rejected', when: (subject) => subject.oauthStatus !== null && !busy(subject) },
  {
    code: 'oauth_token_rejected',
    when: all((subject) => subject.oauth, response('AUTHENTICATIONFAILED')),
  },
  { code: 'auth_failed', when: response('AUTHENTICATIONFAILED') },
  { code: 'credentials_expired', when: response('EXPIRED') },
  // A refused command after the login concerns one mailbox. If the whole account is affected, the next login shows it.
  { code: 'permission_denied', when: all(refusedLater, response('AUTHORIZATIONFAILED')) },
  { code: 'authorization_failed', when: response('AUTHORIZATIONFAILED') },
  { code: 'command_failed', when: all(refusedLater, response('CONTACTADMIN')) },
  { code: 'account_blocked', when: response('CONTACTADMIN') },
  { code: 'tls_required', when: any(response('PRIVACYREQUIRED'), text(/must issue a starttls/i)) },
  { code: 'connection_closed', when: message(/^already logged out/i) },
  { code: 'auth_misconfigured', when: (subject) => subject.authenticationFailed && subject.status === '' },
  { code: 'auth_mechanism_unsupported', when: message(/^unsupported authentication mechanism/i) },
  {
    code: 'provider_unavailable',
    when: any(
      response('UNAVAILABLE'),
      text(/temporar(y|ily)|internal error|backend error|try again later/i),
      all(greeting, response('INUSE', 'SERVERBUG')),
      all(greeting, text(/unavailable|busy|overload|maintenance|shut(ting)? ?down/i)),
      // Exchange sends this without a code. After the login it says the same of a single damaged mailbox.
      all(duringLogin, text(/server unavailable/i)),
    ),
  },
  { code: 'mailbox_in_use', when: response('INUSE') },
  { code: 'expunge_issued', when: any(response('EXPUNGEISSUED'), text(/requested messages no longer exist/i)) },
  { code: 'too_many_connections', when: all(duringLogin, response('LIMIT')) },
  // RFC 9051 section 7.1: a limit of any kind, such as the keywords of a mailbox. Rate limits have their own texts.
  { code: 'limit_reached', when: all(refusedLater, response('LIMIT')) },
  { code: 'rate_limited', when: response('LIMIT') },
  { code: 'over_quota', when: any(response('OVERQUOTA'), text(/mailbox is full/i)) },
  { code: 'permission_denied', when: response('NOPERM') },
  { code: 'mailbox_read_only', when: response('READ-ONLY') },
  { code: 'mailbox_not_selectable', when: all(elsewhere, text(/(isn't|is not|not) selectable/i)) },
  {
    code: 'mailbox_not_found',
    when: any(
      response('NONEXISTENT', 'TRYCREATE'),
      (subject) => subject.mailboxMissing,
      error('NotFound'),
      all(elsewhere, text(/unknown mailbox|mailbox doesn'?t exist/i)),
    ),
  },
  { code: 'message_not_found', when: error('MessageNotFound') },
  { code: 'uidvalidity_changed', when: error('UidValidityChanged') },
  { code: 'mailbox_exists', when: response('ALREADYEXISTS') },
  { code: 'mailbox_has_children', when: response('HASCHILDREN') },
  { code: 'modified_since', when: response('MODIFIED') },
  { code: 'operation_not_allowed', when: response('CANNOT') },
  { code: 'message_too_big', when: response('TOOBIG') },
  { code: 'bad_charset', when: response('BADCHARSET') },
  { code: 'unknown_cte', when: response('UNKNOWN-CTE') },
  {
    code: 'invalid_payload',
    when: error(
      /^Invalid(String|Token|Text)Value$/,
      'InvalidSequenceSet',
      'InvalidSearchQuery',
      'InvalidMessageContent',
      'NothingSent',
    ),
  },
  { code: 'extension_unsupported', when: error('MissingServerExtension') },
  { code: 'server_error', when: response('SERVERBUG') },
  { code: 'client_bug', when: response('CLIENTBUG') },
  { code: 'mailbox_corrupt', when: response('CORRUPTION') },
  // The last rule for logins, after every text: a bare NO may also mean that the server is briefly unavailable. An
  // unknown response code does not change the meaning of a refused login.
  { code: 'oauth_token_rejected', when: all((subject) => subject.oauth, loginRefused) },
  { code: 'auth_failed', when: loginRefused },
  { code: 'command_rejected', when: (subject) => subject.status === 'BAD' },
  { code: 'command_failed', when: (subject) => subject.status === 'NO' },
  {
    code: 'provider_timeout',
    when: error('COMMAND_TIMEOUT', 'CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT', 'ETIMEDOUT'),
  },
  {
    code: 'provider_unreachable',
    when: error('ECONNREFUSED', /^E(HOST|NET)(UNREACH|DOWN)$/, 'EADDRNOTAVAIL', 'EACCES', 'EPERM'),
  },
  {
    code: 'connection_closed',
    when: error('ECONNRESET', 'EPIPE', 'NoConnection', 'EConnectionClosed', 'StateLogout', /^ClosedAfterConnect/),
  },
  { code: 'dns_temporary', when: error('EAI_AGAIN') },
  { code: 'dns_not_found', when: error('ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME') },
  {
    code: 'tls_error',
    when: any(
      (subject) => subject.tlsFailed,
      error(/^(CERT|CRL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_OSSL)_/, 'EPROTO', 'STARTTLS_INJECTION'),
      error('HOSTNAME_MISMATCH', 'INVALID_CA', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED'),
    ),
  },
  { code: 'host_not_allowed', when: error('EHOSTBLOCKED') },
  { code: 'invalid_config', when: any(error('ERR_INVALID_URL', 'InvalidSettings'), message(/^misconfiguration/i)) },
  { code: 'proxy_error', when: error('EPROXY', 'ProxyError') },
  {
    code: 'protocol_error',
    when: error(
      /^ParserError/,
      'UnexpectedTag',
      'MissingTag',
      'InvalidResponse',
      'ResponseProcessingFailed',
      'MAX_IMAP_NESTING_REACHED',
      'DamagedAnswer',
    ),
  },
  {
    code: 'response_too_large',
    when: error(/^(Answer|Line|Literal|Response)TooLarge$/, /^TooMany(Answers|Mailboxes|Messages|Responses|Tokens)$/),
  },
];
