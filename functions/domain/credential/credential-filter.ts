import * as z from 'zod';
import type { FailureCode } from '../failure/catalogue.ts';
import { failureCode } from '../failure/schema.ts';
import { mailServerName, namesServer } from '../network/server-filter.ts';
import { mentions, oneOrMore, period, within, words } from '../search/values.ts';
import { isPaused } from './admission.ts';
import type { Connection } from './connection.ts';
import type { Credential } from './credential.ts';
import { CREDENTIAL_STATUSES } from './statuses.ts';

/** The statuses of a credential that the API shows. */
export const SHOWN_STATUSES = [...CREDENTIAL_STATUSES, 'paused'] as const;
const name = z.string().min(1).max(253);

/** Fields are combined with AND, the values of one field with OR. */
export const credentialFilterSchema = z.strictObject({
  status: oneOrMore(z.enum(SHOWN_STATUSES)),
  status_reason: oneOrMore(failureCode),
  auth_kind: oneOrMore(z.enum(['password', 'oauth2'])),
  host: oneOrMore(mailServerName),
  label: oneOrMore(name),
  external_ref: oneOrMore(name),
  created_at: period.optional(),
  q: words.optional(),
});
export type CredentialFilter = z.output<typeof credentialFilterSchema>;

/**
 * The status as shown: `paused` while an operator's pause is in effect at `now` (ms), otherwise the credential's own
 * status.
 */
export const shownStatus = (credential: Credential, now: number): (typeof SHOWN_STATUSES)[number] =>
  isPaused(credential, now) ? 'paused' : credential.status;

/** Why the credential does not work. A connection row that cannot be read takes precedence over failed logins. */
export const reasonOf = (credential: Credential, connection: Connection | null): FailureCode | null =>
  connection === null ? 'credential_altered' : credential.status_reason;

/**
 * Whether the credential matches the filter, except for its creation time. Without a readable connection it has no
 * host, label and so on.
 */
export function matchesCredentialFilter(
  credential: Credential,
  connection: Connection | null,
  filter: CredentialFilter,
  now: number,
): boolean {
  return (
    within(filter.status, shownStatus(credential, now)) &&
    within(filter.status_reason, reasonOf(credential, connection)) &&
    within(filter.auth_kind, credential.auth_kind) &&
    namesServer(filter.host, connection) &&
    within(filter.label, connection?.label ?? null) &&
    within(filter.external_ref, connection?.external_ref ?? null) &&
    (filter.q === undefined || mentions(wordsOf(credential, connection), filter.q))
  );
}

const wordsOf = ({ id }: Credential, connection: Connection | null): (string | null)[] =>
  connection === null
    ? [id]
    : [id, connection.host, connection.label, connection.external_ref, connection.username_masked];
