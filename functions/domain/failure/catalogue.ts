/** The categories of failures. Each has its own policy of retries. */
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

/** Whether this release knows the category. */
export function isFailureCategory(text: string): text is FailureCategory {
  return FAILURE_CATEGORIES.some((category) => category === text);
}

/** What the failure affects: this job, every job of the credential, or every credential on the host. */
export type FailureScope = 'job' | 'credential' | 'host';

/** The properties that decisions depend on. The texts for people are in `explanations/`. */
type Failing = { readonly category: FailureCategory; readonly scope: FailureScope };

/**
 * Every code that a job or a credential test can show. Retry depends on the category, except for the codes in
 * `retry.ts`.
 */
export const FAILURES = {
  provider_timeout: { category: 'transient', scope: 'host' },
  provider_unreachable: { category: 'transient', scope: 'host' },
  connection_closed: { category: 'transient', scope: 'host' },
  provider_unavailable: { category: 'transient', scope: 'host' },
  dns_temporary: { category: 'transient', scope: 'host' },
  mailbox_in_use: { category: 'transient', scope: 'job' },
  expunge_issued: { category: 'transient', scope: 'job' },
  proxy_error: { category: 'transient', scope: 'host' },
  rate_limited: { category: 'rate_limit', scope: 'credential' },
  too_many_connections: { category: 'rate_limit', scope: 'credential' },
  over_quota: { category: 'quota', scope: 'credential' },
  limit_reached: { category: 'quota', scope: 'job' },
  server_error: { category: 'server', scope: 'host' },
  mailbox_corrupt: { category: 'server', scope: 'job' },
  command_failed: { category: 'server', scope: 'job' },
  auth_failed: { category: 'authentication', scope: 'credential' },
  oauth_token_rejected: { category: 'authentication', scope: 'credential' },
  oauth_token_expired: { category: 'authentication', scope: 'credential' },
  oauth_invalid_request: { category: 'configuration', scope: 'credential' },
  app_password_required: { category: 'authentication', scope: 'credential' },
  web_login_required: { category: 'authentication', scope: 'credential' },
  auth_not_connected: { category: 'authentication', scope: 'credential' },
  credentials_expired: { category: 'authentication', scope: 'credential' },
  authorization_failed: { category: 'authorization', scope: 'credential' },
  imap_disabled: { category: 'authorization', scope: 'credential' },
  account_blocked: { category: 'authorization', scope: 'credential' },
  permission_denied: { category: 'authorization', scope: 'job' },
  mailbox_read_only: { category: 'authorization', scope: 'job' },
  credential_of_another_account: { category: 'authorization', scope: 'job' },
  host_not_allowed: { category: 'configuration', scope: 'job' },
  tls_error: { category: 'configuration', scope: 'credential' },
  tls_required: { category: 'configuration', scope: 'credential' },
  dns_not_found: { category: 'configuration', scope: 'credential' },
  auth_misconfigured: { category: 'configuration', scope: 'credential' },
  auth_mechanism_unsupported: { category: 'configuration', scope: 'credential' },
  invalid_config: { category: 'configuration', scope: 'credential' },
  mailbox_not_found: { category: 'not_found', scope: 'job' },
  message_not_found: { category: 'not_found', scope: 'job' },
  credential_altered: { category: 'configuration', scope: 'credential' },
  credential_not_found: { category: 'not_found', scope: 'job' },
  invalid_payload: { category: 'payload', scope: 'job' },
  operation_not_allowed: { category: 'payload', scope: 'job' },
  message_too_big: { category: 'payload', scope: 'job' },
  mailbox_not_selectable: { category: 'payload', scope: 'job' },
  bad_charset: { category: 'payload', scope: 'job' },
  unknown_cte: { category: 'payload', scope: 'job' },
  extension_unsupported: { category: 'payload', scope: 'job' },
  uidvalidity_changed: { category: 'conflict', scope: 'job' },
  message_mismatch: { category: 'conflict', scope: 'job' },
  credential_changed: { category: 'conflict', scope: 'job' },
  modified_since: { category: 'conflict', scope: 'job' },
  mailbox_exists: { category: 'conflict', scope: 'job' },
  mailbox_has_children: { category: 'conflict', scope: 'job' },
  mailbox_not_empty: { category: 'conflict', scope: 'job' },
  protocol_error: { category: 'protocol', scope: 'job' },
  response_too_large: { category: 'protocol', scope: 'job' },
  client_bug: { category: 'protocol', scope: 'job' },
  command_rejected: { category: 'protocol', scope: 'job' },
  deadline_exceeded: { category: 'interrupted', scope: 'job' },
  worker_lost: { category: 'interrupted', scope: 'job' },
  unknown: { category: 'internal', scope: 'job' },
  secret_unavailable: { category: 'internal', scope: 'job' },
} as const satisfies Record<string, Failing>;

export type FailureCode = keyof typeof FAILURES;

/** All codes that this release knows. */
export const FAILURE_CODES: readonly FailureCode[] = Object.keys(FAILURES).filter((code) => isFailureCode(code));

/** Whether this release knows the code. */
export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(FAILURES, code);
}

/** The category of a code. */
export function categoryOf(code: FailureCode): FailureCategory {
  return FAILURES[code].category;
}

/** Every code of these categories. */
export function codesOf(categories: readonly FailureCategory[]): readonly FailureCode[] {
  return FAILURE_CODES.filter((code) => categories.includes(categoryOf(code)));
}

const CONDEMNING: readonly FailureCategory[] = ['authentication', 'authorization', 'configuration'];

/** Whether a failure applies to every job of the credential: a refused login, or a configuration that cannot work. */
export function condemnsCredential(code: FailureCode): boolean {
  const { category, scope } = FAILURES[code];
  return scope === 'credential' && CONDEMNING.includes(category);
}

export function condemningCodes(): readonly FailureCode[] {
  return FAILURE_CODES.filter(condemnsCredential);
}
